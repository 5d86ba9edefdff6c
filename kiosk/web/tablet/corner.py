"""What the rating page carries so that staff can open its corner off line."""

from dataclasses import dataclass

from kiosk.domain.operator_pin import (
    PIN_DIGITS,
    TRIES,
    WAIT_SECONDS,
    Verifier,
    verifier_of,
)
from kiosk.extensions import reading
from kiosk.queries.operator_pin import operator_pin
from kiosk.web import current


@dataclass(frozen=True, kw_only=True)
class Corner:
    """The operator's corner of a screen."""

    verifier: Verifier | None
    """None: the centre has no PIN yet, and the corner stays closed."""
    demonstration_pin: str
    """The PIN itself in a demonstration; "" in a real hall."""
    digits: int = PIN_DIGITS
    tries: int = TRIES
    wait_seconds: int = WAIT_SECONDS

    @property
    def mark(self) -> str:
        """What changes with the PIN: an open page has to be loaded again then."""
        return self.verifier.proof[:8] if self.verifier else ""


def corner() -> Corner:
    """Return the corner of the centre's screens."""
    centre = current.this_centre()
    with reading() as session:
        pin = operator_pin(session, centre.id)
    key = current.settings().secret_key
    shown = current.this_installation().demonstration
    return Corner(
        verifier=verifier_of(pin, centre.code, key) if pin else None,
        demonstration_pin=pin if shown else "",
    )
