"""The demonstration is loaded by one thread of one process, and can be looked at.

The turn is a lock on a file of the instance: a killed server gives it back, and
a second worker or a second press finds it taken.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock, Thread
from typing import TextIO, cast

from flask import Flask, current_app

from kiosk.domain.renewal import StillLoading
from kiosk.extensions import write
from kiosk.extensions.sealing import kept_sealer
from kiosk.services.demonstration import load_demonstration
from kiosk.services.demonstration_cases import tell_cases
from kiosk.web import current

log = logging.getLogger(__name__)
# Looking whether the turn is free takes it for a moment; not while it is wanted.
_guard = Lock()


def start_loading(now: datetime) -> bool:
    """Go on loading in the background; False when somebody does that already."""
    turn = _take_turn()
    if turn is None:
        return False
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    # A stopping server does not wait: what is not committed is taken next time.
    Thread(
        target=_load, args=(app, turn, now), name="demonstration", daemon=True
    ).start()
    return True


def is_loading() -> bool:
    """Whether somebody loads the demonstration at this moment."""
    turn = _take_turn()
    if turn is None:
        return True
    turn.close()
    return False


@contextmanager
def not_loading() -> Iterator[None]:
    """Keep the loader away meanwhile. Raises StillLoading while it works."""
    turn = _take_turn()
    if turn is None:
        raise StillLoading
    with turn:
        yield


def _take_turn() -> TextIO | None:
    path = current.settings().instance / "demonstration.lock"
    with _guard:
        turn = path.open("w")
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            turn.close()
            return None
        return turn


def _load(app: Flask, turn: TextIO, now: datetime) -> None:
    with turn, app.app_context():
        try:
            load_demonstration(write, now, lambda _progress: None)
            sealer = kept_sealer(current.settings().instance)
            write(partial(tell_cases, now=now, sealer=sealer))
        except Exception:
            # Nobody waits for this thread; the page sees that it stopped where it
            # is and offers to go on.
            log.exception("the demonstration stopped loading")
