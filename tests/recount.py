"""A second way to every count: from the rating rows alone, in plain Python."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from kiosk.domain.intake import TALLIED, RatingState
from kiosk.extensions import reading
from kiosk.models import Chain, Rating, TallyBucket, TallyDay, WindowStep


class Cell(NamedTuple):
    window_id: int
    day: date
    channel: int
    verified: bool
    state: int
    level: int


def ratings() -> list[Rating]:
    """Return all rating rows, oldest first."""
    with reading() as session:
        return list(session.scalars(select(Rating).order_by(Rating.id)))


def recounted_days(kept: list[Rating]) -> Counter[Cell]:
    return Counter(
        Cell(r.window_id, r.day, r.channel, r.verified, r.state, r.level)
        for r in kept
        if r.state in TALLIED
    )


def recounted_buckets(kept: list[Rating]) -> Counter[tuple[object, ...]]:
    return Counter(
        (r.window_id, r.day, r.bucket, r.channel, r.state)
        for r in kept
        if r.state in TALLIED
    )


def tallied_days(kind: str = "c") -> dict[Cell, int]:
    """Return the counts (`c`) or those not shown yet (`p`), without the zeros."""
    with reading() as session:
        rows = session.scalars(select(TallyDay)).all()
    return {
        Cell(r.window_id, r.day, r.channel, r.verified, r.state, level): count
        for r in rows
        for level in range(1, 6)
        if (count := getattr(r, f"{kind}{level}"))
    }


def tallied_buckets() -> dict[tuple[object, ...], int]:
    with reading() as session:
        rows = session.scalars(select(TallyBucket)).all()
    return {
        (r.window_id, r.day, r.bucket, r.channel, r.state): r.n for r in rows if r.n
    }


@dataclass(frozen=True)
class Levels:
    """A window's counts by level, worst first."""

    counted: list[int]
    """From the rating rows."""
    shown: list[int]
    """What screens may show, from the tallies."""
    waiting: int


def levels(window_id: int) -> Levels:
    """Return what rows and tallies say of one window."""
    counted, shown = [0] * 5, [0] * 5
    with reading() as session:
        for level in session.scalars(
            select(Rating.level).where(
                Rating.window_id == window_id, Rating.state == RatingState.COUNTED
            )
        ):
            counted[level - 1] += 1
        for row in session.scalars(
            select(TallyDay).where(
                TallyDay.window_id == window_id, TallyDay.state == RatingState.COUNTED
            )
        ):
            for level in range(1, 6):
                shown[level - 1] += getattr(row, f"c{level}") - getattr(
                    row, f"p{level}"
                )
        step = session.get(WindowStep, window_id)
    return Levels(counted, shown, step.waiting if step else 0)


def shown_levels(window_id: int) -> list[int]:
    return levels(window_id).shown


def counted_levels(window_id: int) -> list[int]:
    return levels(window_id).counted


def version() -> int:
    with reading() as session:
        return session.get_one(Chain, 1).number


def check_tallies() -> None:
    """Assert that tallies and rows tell the same."""
    kept = ratings()
    assert tallied_days() == dict(recounted_days(kept))
    assert tallied_buckets() == dict(recounted_buckets(kept))
