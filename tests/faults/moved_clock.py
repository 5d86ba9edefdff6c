"""Our application with a clock that a test moves, by a file both can read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.app import create_app
from kiosk.clock import Clock, utc_now


@dataclass(frozen=True)
class MovedClock:
    """The server's clock; the file says by how many seconds it is ahead of ours."""

    file: Path

    @property
    def ahead(self) -> timedelta:
        told = self.file.read_text("ascii") if self.file.exists() else "0"
        return timedelta(seconds=float(told))

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def show(self, now: datetime) -> None:
        """Let it be `now` at the server; from there its clock goes on."""
        moved = (now - utc_now()).total_seconds()
        # By a rename, so that no request reads half a number.
        new = self.file.with_suffix(".new")
        new.write_text(str(moved), "ascii")
        new.replace(self.file)


def clock_of(environment: Mapping[str, str]) -> Clock:
    """Return the clock that a test moves, or the real one where it moves none."""
    file = environment.get("KIOSK_CLOCK_FILE")
    return MovedClock(Path(file)).now if file else utc_now


if "KIOSK_CLOCK_FILE" in os.environ:
    app = create_app(clock=clock_of(os.environ))
