"""A campaign whose list can be posted: four windows, one of them below the gate."""

from dataclasses import replace
from datetime import timedelta

from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_rules import Award, Gate, Rules
from kiosk.extensions import recording
from kiosk.queries.campaign_inputs import CentreDays
from kiosk.services.candidates import nominate
from kiosk.services.publications import fix_result, post_notice
from tests.board_ratings import open_window, past_days
from tests.conftest import NOON
from tests.nominations import BEST, TODAY, open_campaign, small_rules, wanted
from tests.screens import ZONE

HERE = CentreDays(centre_id=1, zone=ZONE)
POSTED = NOON + timedelta(days=21)
"""6 August, a Thursday, at noon: objections end on the 13th at close of business."""
CLOSED = NOON + timedelta(days=32)
"""In the days of commending."""
GATE = Gate(
    kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90, minimum=20, days=5
)
AWARD = replace(BEST, seats=2, gates=(GATE,))
DAYS = {
    "1": (5,) * 8,
    "2": (5,) * 6 + (4,) * 2,
    "3": (4,) * 8,
    "4": (5,) * 6 + (1,) * 2,
}
"""Ratings of one of the six days, by window: in the order of the list."""


def without_ballot(rules: Rules) -> Rules:
    """Return rules without the stage of voting."""
    stages = tuple(one for one in rules.stages if one.kind.value != "vote")
    return replace(rules, stages=stages)


def ready_campaign(award: Award = AWARD, rules: Rules | None = None) -> int:
    """Open a campaign in which four rated windows of four units stand."""
    key = open_campaign(rules or without_ballot(small_rules(award)))
    for number, levels in DAYS.items():
        window = open_window(number, unit=f"部门{number}")
        past_days(window, TODAY, levels)
        with recording("test", NOON) as records:
            nominate(records, wanted(key, award.key, window), TODAY)
    return key


def posted(at=POSTED, slug: str = "small") -> int:
    """Post the list; return the number of its sheet."""
    with recording("organiser", at) as records:
        return post_notice(records, slug, HERE)


def fixed(at=CLOSED, approval: str = "示文〔2026〕8号") -> int:
    """Fix the final list; return the number of its sheet."""
    with recording("organiser", at) as records:
        return fix_result(records, "small", approval, HERE)
