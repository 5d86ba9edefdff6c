"""Examples for reports: one a case, told again by somebody with a side in it."""

import json

import pytest
from sqlalchemy import select

from kiosk.domain.case_examples import TooClose
from kiosk.domain.case_texts import TextKind
from kiosk.domain.policy import NotOpen
from kiosk.extensions import recording, transaction
from kiosk.models import Case, CaseRating, Rating
from kiosk.services.case_examples import write_example
from kiosk.services.case_texts import write_text
from tests.builders import make_window
from tests.case_acts import UNIT, Acts, texts
from tests.reports import unit_id
from tests.screens import keep, phone_tap
from tests.staff import entries

VOICE = "我在三号窗口等了两个小时没有人理我"


@pytest.fixture
def window_id(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def case(window_id, clock) -> int:
    return Acts(clock, unit_id("市人社局")).opened()


def tell(case, words, clock, centre=1):
    with recording("account:1", clock()) as records:
        write_example(records, (centre, case), UNIT, words)


def kept(case):
    return [words for kind, words in texts(case) if kind is TextKind.EXAMPLE]


def test_a_new_telling_takes_the_place_of_the_old(case, clock):
    tell(case, "办事人久等", clock)
    tell(case, "  办事人久等 ", clock)
    assert kept(case) == ["办事人久等"]
    tell(case, "办事人等候过久", clock)
    assert kept(case) == ["", "办事人等候过久"]
    told = [json.loads(body) for body in entries("case-text")]
    assert [body.get("what", "written") for body in told] == [
        "written",
        "erased",
        "written",
    ]
    assert "等候" not in str(told)


def test_what_the_citizen_wrote_is_refused_wherever_it_stands(case, window_id, clock):
    with recording("test", clock()) as records:
        row = records.session.get_one(Case, case)
        write_text(records, row, TextKind.VOICE, VOICE, None)
    other = "取号以后一直没有人叫到我的号码"
    event = keep(phone_tap(window_id, 1, comment=other), clock()).event_id
    with transaction() as session:
        rating = session.scalar(select(Rating.id).where(Rating.event_id == event))
        session.add(CaseRating(rating_id=rating, case_id=case))
    for copied in (VOICE, f"他说：{other}"):
        with pytest.raises(TooClose):
            tell(case, copied, clock)
    assert kept(case) == []


def test_a_case_of_another_centre_is_none(case, clock):
    with pytest.raises(NotOpen):
        tell(case, "办事人久等", clock, centre=2)
    with pytest.raises(NotOpen):
        tell(case + 1, "办事人久等", clock)
    assert kept(case) == []
