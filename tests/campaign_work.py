"""A campaign in which units work, inspectors go round and a jury scores, all today."""

from dataclasses import replace

from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_rules import (
    Office,
    Part,
    Rules,
    Sheet,
    SheetItem,
    Task,
    Words,
)
from kiosk.domain.case_periods import Clock, Periods
from kiosk.domain.working_days import WorkCalendar
from kiosk.extensions import reading
from kiosk.services.verify import verify_ledger
from tests.nominations import BEST, STAR, day, small_rules
from tests.screens import ZONE

SHEET = Sheet(
    key="visit",
    title=Words("巡查表", "Visit"),
    items=(
        SheetItem(key="dress", title=Words("未佩戴胸牌", "No badge"), deduction=1),
        SheetItem(key="gifts", title=Words("收受礼品", "Took a gift"), deduction=2),
    ),
)
TASKS = (
    Task(key="plan", title=Words("报送方案", "Hand in a plan"), due=day(0)),
    Task(key="report", title=Words("报送总结", "Hand in a report"), due=day(5)),
)
OFFICES = (
    Office(key="petitions", title=Words("信访部门", "Petitions")),
    Office(key="safety", title=Words("安全生产部门", "Work safety")),
)
CLOCK = Clock(WorkCalendar(), ZONE, Periods(accept=1, answer=5, rectify=15))


def work_rules(**stages: tuple[int, int]) -> Rules:
    """Return rules in which tasks, inspection and jury are open today."""
    parts = (
        Part(kind=PartKind.JURY, weight=50),
        Part(kind=PartKind.INSPECTION, weight=30),
        Part(kind=PartKind.TASKS, weight=20),
    )
    opens = {"tasks": (-2, 2), "inspect": (-2, 2), "jury": (-1, 1)}
    opens |= {"clearance": (-1, 1)} | stages
    rules = small_rules(
        replace(STAR, parts=parts),
        replace(BEST, parts=parts, criteria=STAR.criteria),
        **opens,
    )
    kept = tuple(one for one in rules.stages if one.kind.value != "vote")
    return replace(
        rules, stages=kept, sheets=(SHEET,), tasks=TASKS, offices=OFFICES, quorum=1
    )


def flaws() -> list[object]:
    """Return everything that is wrong with the ledger, or with what it tells of."""
    with reading() as session:
        verdict = verify_ledger(session.connection())
    return [flaw for chain in verdict.chains for flaw in chain.flaws]
