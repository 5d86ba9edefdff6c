"""Counts of ratings put where the intake would have put them, day by day."""

from datetime import date

from kiosk.domain.intake import RatingState
from kiosk.extensions import transaction
from kiosk.models import TallyClerk, TallyDay

COUNTED = RatingState.COUNTED


def tally_window(
    window_id: int,
    day: date,
    *levels: int,
    verified: bool = True,
    channel: int = 0,
    state: RatingState = COUNTED,
) -> None:
    """Keep how often each level, 1 to 5, was given at a window on a day."""
    counts = {f"c{level}": n for level, n in enumerate(levels, start=1)}
    hidden = {f"p{level}": n for level, n in enumerate(levels, start=1)}
    _keep(
        TallyDay(
            window_id=window_id, day=day, channel=channel, verified=verified,
            state=int(state), **counts, **hidden,
        )
    )  # fmt: skip


def tally_clerk(
    clerk_id: int,
    window_id: int,
    day: date,
    *levels: int,
    verified: bool = True,
    channel: int = 0,
    state: RatingState = COUNTED,
) -> None:
    """Keep how often each level, 1 to 5, was given to a clerk at a window."""
    counts = {f"c{level}": n for level, n in enumerate(levels, start=1)}
    _keep(
        TallyClerk(
            clerk_id=clerk_id, window_id=window_id, day=day, channel=channel,
            verified=verified, state=int(state), **counts,
        )
    )  # fmt: skip


def _keep(row: TallyDay | TallyClerk) -> None:
    with transaction() as session:
        session.add(row)
