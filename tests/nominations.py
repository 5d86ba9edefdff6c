"""A small campaign that takes names, and how its candidates stand."""

import json
from datetime import date, timedelta

from kiosk.domain.campaign_kinds import (
    AwardKind,
    Change,
    GateKind,
    PartKind,
    StageKind,
)
from kiosk.domain.campaign_parse import plain_rules
from kiosk.domain.campaign_rules import (
    Award,
    Criterion,
    Gate,
    Issuer,
    Part,
    Rules,
    Stage,
    Words,
)
from kiosk.domain.policy import Scope
from kiosk.extensions import reading, recording
from kiosk.models import ORGANISATION, Campaign, CampaignVersion
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.services.candidates import Nomination
from tests.conftest import NOON

TODAY = date(2026, 7, 16)
EVERYWHERE = Scope()
_RATING = (Part(kind=PartKind.RATING, weight=100),)


def day(offset: int) -> date:
    """Return the day so many days after today."""
    return TODAY + timedelta(days=offset)


def stage(kind: StageKind, begins: int, ends: int) -> Stage:
    """Return a stage between two days counted from today."""
    return Stage(
        key=kind.value,
        kind=kind,
        title=Words(kind.value, ""),
        begins=day(begins),
        ends=day(ends),
    )


def award(key: str, kind: AwardKind, title: str, **changes: object) -> Award:
    values = {"seats": 10, "parts": _RATING} | changes
    return Award(key=key, kind=kind, title=Words(title, ""), **values)


STAR = award(
    "star",
    AwardKind.PERSON,
    "服务之星",
    copies=3,
    criteria=(
        Criterion(key="smile", title=Words("微笑服务", "Smile"), points=20),
        Criterion(key="skill", title=Words("业务熟练", "Skill"), points=20),
    ),
    gates=(Gate(kind=GateKind.KNOWLEDGE, at_least=90),),
)
BEST = award("best", AwardKind.WINDOW, "文明窗口", quota=2, change=Change.SEPARATE)
SECTION = award("section", AwardKind.UNIT, "优秀科室")
BRAND = award("brand", AwardKind.BRAND, "服务名牌", quota=0)
IDEA = award("idea", AwardKind.SUGGESTION, "金点子")
AWARDS = (STAR, BEST, SECTION, BRAND, IDEA)


def small_rules(*awards: Award, **stages: tuple[int, int]) -> Rules:
    """Return rules whose names are taken from yesterday to tomorrow.

    stages: first and last day of other stages, or others for these, from today.
    """
    days = {
        "mobilise": (-9, -3),
        "nominate": (-1, 1),
        "test": (-1, 5),
        "vote": (10, 12),
        "notice": (20, 30),
        "commend": (31, 40),
    }
    return Rules(
        key="small",
        title=Words("微笑服务月", "A month of smiles"),
        purpose=Words("目的", "Purpose"),
        organiser=Words("主办", "Organiser"),
        participants=Words("各单位", "All units"),
        begins=day(-9),
        ends=day(9),
        stages=tuple(
            stage(StageKind(name), *when) for name, when in (days | stages).items()
        ),
        awards=awards or AWARDS,
        issuer=Issuer(name="市政务服务局", telephone="0000-5550100"),
    )


def open_campaign(rules: Rules | None = None, slug: str = "small", **moments) -> int:
    """Put an announced campaign into the database; return its key."""
    rules = rules or small_rules()
    row = {"slug": slug, "title": rules.title.zh, "created_at": NOON}
    row |= {"announced_at": NOON} | moments
    with recording("test", NOON) as records:
        [key] = records.add(Campaign, ORGANISATION, [row])
        text = json.dumps(plain_rules(rules), ensure_ascii=False)
        version = {"campaign_id": key, "number": 1, "rules": text, "made_at": NOON}
        records.add(CampaignVersion, ORGANISATION, [version])
    return key


def wanted(campaign: int, award_key: str, subject: int, **changes) -> Nomination:
    """Return a nomination of somebody by whoever may name everybody."""
    values = {"scope": EVERYWHERE, "agreed": True} | changes
    return Nomination(
        campaign_id=campaign, award=award_key, subject=str(subject), **values
    )


def stand(campaign: int, award_key: str | None = None) -> list[CandidateView]:
    with reading() as session:
        return candidates(session, campaign, award_key)
