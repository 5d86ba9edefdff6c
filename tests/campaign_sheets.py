"""Published sheets of a campaign, made without the acts that lead to one."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from kiosk.domain.campaign_kinds import GateKind, PartKind, Reading
from kiosk.domain.campaign_results import (
    AwardOutcome,
    Checked,
    Input,
    Outcome,
    Ranked,
    Weighed,
    Why,
)
from kiosk.extensions import recording
from kiosk.models import ORGANISATION, Publication
from tests.ballots import the_campaign

ARCHIVE = '{"slug":"star-2026","姓名":"张三"}'
POSTED = datetime(2026, 9, 7, 1, 0, tzinfo=UTC)
UNTIL = datetime(2026, 9, 11, 10, 0, tzinfo=UTC)
"""Six in the evening of the Friday in Shanghai."""


def row(key: int, number: int, **more: object) -> Ranked:
    """Return a candidate that was elected, unless said otherwise."""
    inputs = (Input(name="cadres.votes", value=12.0),)
    part = Weighed(
        kind=PartKind.BALLOT, weight=100, raw=91.25, weighted=91.25, inputs=inputs
    )
    check = Checked(
        kind=GateKind.SATISFACTION, passed=True, why=Why.MET, value=93.5, needed=80.0,
        reading=Reading.TOP2, effective=40.0, days=9,
    )  # fmt: skip
    found = {
        "key": key, "number": number, "name": f"张三{number}", "unit": 1,
        "unit_name": "教务处", "admitted": True, "ended": "", "checks": (check,),
        "parts": (part,), "total": 91.25, "place": 1, "band": 1, "elected": True,
    }  # fmt: skip
    return Ranked(**(found | more))


def failed(key: int, number: int, why: Why, value: float | None) -> Ranked:
    """Return a candidate that missed a condition."""
    check = Checked(
        kind=GateKind.SATISFACTION, passed=False, why=why, value=value, needed=80.0
    )
    return row(
        key, number, admitted=False, checks=(check,), parts=(), total=None, place=None,
        band=None, elected=False,
    )  # fmt: skip


def outcome(*rows: Ranked, seats: int = 3, undecided: tuple[int, ...] = ()) -> Outcome:
    """Return an outcome of the award `star`."""
    award = AwardOutcome(key="star", seats=seats, rows=rows, undecided=undecided)
    return Outcome(awards=(award,))


def publish(number: int, found: Outcome, **more: object) -> None:
    """Write a sheet down as it is frozen; the public notice unless said otherwise."""
    sheet = {
        "campaign_id": the_campaign().id, "number": number, "kind": "notice",
        "archive": ARCHIVE, "outcome": json.dumps(asdict(found), ensure_ascii=False),
        "published_at": POSTED, "objections_until": UNTIL,
    }  # fmt: skip
    with recording("test", POSTED) as records:
        records.add(Publication, ORGANISATION, [sheet | more])
