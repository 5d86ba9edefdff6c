"""How far a long command has come: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import click
from sqlalchemy.exc import OperationalError

from kiosk.cli.current import settings
from kiosk.extensions import TurnNotReached, checkpointing, db

Report = Callable[[int, int], None]
"""Hears how many steps are done, of how many."""
CUT_OFF = (
    "The database is locked or full. What was taken so far is kept; run the same "
    "command again and it goes on."
)
_LINES = 10


@contextmanager
def resumable() -> Iterator[None]:
    """Turn a busy or full database into one line: the work is done in batches."""
    database = settings().sqlite_path
    try:
        with checkpointing(db.engine, database) if database else nullcontext():
            yield
    except (OperationalError, TurnNotReached) as storage:
        raise click.ClickException(CUT_OFF) from storage


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """Yield what to tell how far the work has come."""
    if not sys.stdout.isatty():
        yield _line_for_each_tenth(label)
        return
    with click.progressbar(length=1, label=label) as bar:

        def move(done: int, total: int) -> None:
            # The work itself finds out how long it is; the bar learns it here.
            bar.length = total
            bar.update(done - bar.pos)

        yield move


def _line_for_each_tenth(label: str) -> Report:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenths = done * _LINES // max(total, 1)
        if tenths > told:
            told = tenths
            click.echo(f"{label}: {done} of {total}")

    return tell
