"""A hall with a case of each sort, and the pages of cases that each role opens."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from kiosk.clock import utc_now
from kiosk.domain.case_appeals import Appellant
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Road, Source
from kiosk.domain.policy import Role
from kiosk.extensions import recording
from kiosk.models import Account, Case
from kiosk.services.case_appeals import file_appeal
from kiosk.services.case_texts import write_text
from kiosk.services.clerks import link_account
from kiosk.services.replies import ReplyDraft, add_reply
from tests.case_acts import CENTRE, DONE, PROMISE, Acts
from tests.case_hall import answered_case, beside, unit_of
from tests.screens import HALL
from tests.server import RealServer
from tests.staff import make_clerk

OUR_UNIT = "市人力资源和社会保障局"
VOICE = "排了四十分钟，窗口说系统慢，没有人解释，材料又要重交一遍。"


@dataclass
class Opened:
    """What there is to look at."""

    paths: dict[Role, list[str]] = field(default_factory=dict)
    unit_id: int = 0


def fill_hall(server: RealServer) -> Opened:
    """Make cases of each sort; return the pages by who opens them."""
    rated = answered_case(server).key
    unit = unit_of(server, "A001")
    server.sign_in(Role.CLERK)
    now = utc_now()
    with beside(server):
        acts = Acts(lambda: now, unit)
        clerk = _clerk(now)
        about = _about(acts, clerk, now)
        idea = acts.opened(source=Source.SUGGESTION, road=Road.PHONE)
        complaint = acts.opened(road=Road.DESK, half=2)
        paused = acts.accepted(road=Road.HOTLINE)
        acts.pause(paused, "等待上级部门复核系统日志，预计一周。")
        doubted = acts.accepted(source=Source.JOINED, road=Road.TABLET, cause=1)
        acts.doubt(doubted, "该窗口当周停用，无此业务。")
        for key in (complaint, paused, doubted, idea):
            _say(key, now)
        with recording("citizen", now) as records:
            appeal = file_appeal(
                records, (CENTRE, rated), Appellant.CITIZEN, "答复与事实不符。"
            )
        with recording("test", now) as records:
            words = "让您久等了，我们已增开窗口。"
            reply = add_reply(records, CENTRE, ReplyDraft("1", "高峰等候", words))
    report = "/manage/cases/report"
    outside = [
        "/manage/appeals",
        "/manage/appeals?show=decided",
        f"/manage/appeals/{appeal}",
        "/manage/replies",
        f"/manage/replies/{reply}",
        report,
    ]
    paths = {
        Role.ORGANISER: outside,
        Role.MANAGER: [report],
        Role.CLERK: ["/manage/mine", f"/manage/mine/cases/{about}"],
    }
    return Opened(paths, unit)


def _clerk(now: datetime) -> int:
    """Let the signed-in clerk be somebody of our unit; return the clerk's key."""
    key = make_clerk(unit=OUR_UNIT, now=now)
    with recording("test", now) as records:
        account = records.session.scalar(
            select(Account.id).where(Account.login == f"{Role.CLERK}-0")
        )
        link_account(records, HALL, key, account)
    return key


def _about(acts: Acts, clerk: int, now: datetime) -> int:
    """Return a case about a clerk, in which something was promised and done."""
    key = acts.answered(PROMISE, clerk_id=clerk, cause=3, half=1)
    acts.rectify(key, DONE.measure)
    return key


def _say(key: int, now: datetime) -> None:
    with recording("citizen", now) as records:
        case = records.session.get_one(Case, key)
        write_text(records, case, TextKind.VOICE, VOICE, None)
