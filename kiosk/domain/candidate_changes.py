"""What becomes of a candidate that moves, leaves or closes while a campaign runs.

The rules say it before the campaign begins, so nobody decides by the scores: either
what was earned goes along, or only what is earned since the change counts.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.campaign_kinds import Change
from kiosk.domain.errors import RuleBroken, sentence


class ChangeKind(StrEnum):
    """What happened to a window or person."""

    MOVED = "moved"
    """It belongs to another unit."""
    ENDED = "ended"
    """The window is closed, or the person has left."""


class Settlement(StrEnum):
    """What the rules make of it."""

    CARRIES = "carries"
    """Nothing: all that was earned counts."""
    COUNTS_ANEW = "counts-anew"
    """Only what is earned since the day of the change counts."""
    GOES_ON = "goes-on"
    """The window that followed takes part instead, counted from that day."""
    WITHDRAWN = "withdrawn"
    """Nothing can be earned since: it takes no part any more."""
    DONE = "done"
    """The rules were applied already."""


@dataclass(frozen=True, kw_only=True)
class CandidateChange:
    """A change of a standing candidate's window or person."""

    candidate_id: int
    kind: ChangeKind
    day: date
    """First day on which it is so."""
    counts_from: date | None
    """From when the candidate counts already."""
    successor_id: int | None = None
    """Open window that follows a closed one; a person is followed by nobody."""
    successor: str = ""
    """Number and name of that window."""


class NothingToSettle(RuleBroken):
    """The rules leave a candidate as it is, or were applied already."""

    code = "nothing_to_settle"
    text = sentence("By the rules nothing changes for this candidate.")


def settlement(rule: Change, change: CandidateChange) -> Settlement:
    """Return what the rule of an award makes of a change."""
    if rule is Change.CARRY:
        return Settlement.CARRIES
    if change.kind is ChangeKind.MOVED:
        before = change.counts_from
        applied = before is not None and before >= change.day
        return Settlement.DONE if applied else Settlement.COUNTS_ANEW
    if change.successor_id is not None:
        return Settlement.GOES_ON
    return Settlement.WITHDRAWN
