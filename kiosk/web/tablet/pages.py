"""What the screen's templates are given."""

from dataclasses import dataclass

from markupsafe import Markup

from kiosk.domain.errors import sentence
from kiosk.domain.install_codes import spoken
from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.domain.reasons import (
    ASPECT_GLOSSES,
    ASPECT_WORDS,
    BAD_REASONS,
    GOOD_REASONS,
    LIST_VERSION,
    Aspect,
    Reason,
    aspect_number,
)
from kiosk.queries.devices import DeviceView
from kiosk.queries.places import WindowView
from kiosk.queries.shifts import OnDuty
from kiosk.web.filters import LEVEL_WORDS
from kiosk.web.forms import Form
from kiosk.web.tablet.corner import Corner
from kiosk.web.tablet.head_page import HeadPage
from kiosk.web.tablet.own_code import OwnCode


@dataclass(frozen=True)
class AspectPart:
    """One aspect of a follow-up: its own number, and the finer reasons."""

    words: str
    gloss: str
    number: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class FollowUpPart:
    """What is asked after a good or after a bad rating."""

    side: str
    question: str
    aspects: tuple[AspectPart, ...]


def _follow_up(side: str, question: str, listed: tuple[Reason, ...]) -> FollowUpPart:
    aspects = tuple(
        AspectPart(
            ASPECT_WORDS[aspect],
            ASPECT_GLOSSES[aspect],
            aspect_number(aspect, bad=side == "bad"),
            tuple(reason for reason in listed if reason.aspect is aspect),
        )
        for aspect in Aspect
    )
    return FollowUpPart(side, question, aspects)


_FOLLOW_UPS = (
    _follow_up("good", sentence("What were you satisfied with?"), GOOD_REASONS),
    _follow_up("bad", sentence("What were you dissatisfied with?"), BAD_REASONS),
)


@dataclass(frozen=True)
class RatePage(HeadPage):
    """The whole screen: head, question, five answers, follow-up, thanks."""

    last_sequence: int
    corner: Corner
    code: OwnCode | None
    """The window's own code, where it stands instead of the faces."""
    levels: tuple[tuple[Level, str], ...] = tuple(
        (level, LEVEL_WORDS[level]) for level in BEST_FIRST
    )
    follow_ups: tuple[FollowUpPart, ...] = _FOLLOW_UPS
    list_version: int = LIST_VERSION
    stay_seconds: int = 10
    """How long the thanks stay before the screen is ready for the next visitor.

    The large view doubles this and the two below.
    """
    good_seconds: int = 12
    """How long the reasons for a good rating wait for a touch."""
    bad_seconds: int = 24


@dataclass(frozen=True)
class PairPage:
    """The button that uses a pairing link up."""

    window: WindowView
    token: str


@dataclass(frozen=True)
class InstallPage:
    """The code of a browser that is no screen yet."""

    code: str
    base: str
    """Where people type it: the address that the picture leads to begins with it."""
    picture: Markup
    """The address as an SVG element."""
    reaches: bool
    """Whether phones can open it."""

    @property
    def spoken(self) -> str:
        """The code in two halves."""
        return spoken(self.code)


@dataclass(frozen=True)
class FirstTapPage:
    """The first tap of a new screen; it is not counted."""

    window: WindowView
    device: DeviceView


@dataclass(frozen=True)
class DutyPage:
    """Badge number and PIN, and who is on duty so far."""

    window: WindowView
    duty: OnDuty | None
    form: Form
    pin_most: int
    demonstration_pin: str
    """PIN of every clerk of the demonstration; "" in a real hall."""
