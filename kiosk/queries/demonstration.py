"""How far the demonstration has been loaded, as any worker can tell."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.demonstration import demonstration
from kiosk.models import Centre, Installation


@dataclass(frozen=True)
class DemonstrationProgress:
    """Ratings of the demonstration: `done` are taken in, of `total` in all."""

    done: int
    total: int

    @property
    def complete(self) -> bool:
        """Whether nothing is left to load."""
        return self.done >= self.total


def demonstration_progress(
    reader: Connection | Session,
) -> DemonstrationProgress | None:
    """Return how far the loading has come, or None in a real installation."""
    row = reader.execute(
        select(
            Installation.demonstration_rows, Installation.set_up_at, Centre.time_zone
        )
        .join(Centre, Installation.demonstration.is_(True))
        .order_by(Centre.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    whole = demonstration(row.set_up_at, ZoneInfo(row.time_zone))
    return DemonstrationProgress(row.demonstration_rows, whole.total)
