"""The list of calls: cases with an answer first, each leading to its page."""

import pytest

from kiosk.domain.cases import CallOutcome
from kiosk.domain.contacts import Reach
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.extensions.sealing import kept_sealer
from kiosk.models import CaseContact, CaseRating
from kiosk.services.contacts import give_contact
from kiosk.services.own_keys import keep_own_key
from tests.builders import make_window
from tests.case_acts import EXPLAINED, Acts, rating_key, stands
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import unit_key
from tests.statements import statements

pytestmark = ON_SQLITE
SECRET, PHONE = "an-own-secret-of-a-phone", "13900005678"
WANTED = "People who want to be called"


@pytest.fixture
def window(app, hall) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


@pytest.fixture
def handler(app, window, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


def left(acts: Acts, key: int) -> int:
    """Let somebody leave a number with a case."""
    with transaction() as session:
        digest = str(key).encode().ljust(32)
        row = {"sealed": b"sealed", "consented_at": acts.now()}
        session.add(CaseContact(case_id=key, key_hash=digest, **row))
    return key


def rated(acts: Acts, window: int, tmp_path) -> int:
    """Let somebody rate badly and leave a number; return the rating's key."""
    rating = rating_key(window, 1, acts.now())
    with transaction() as session:
        keep_own_key(session.connection(), rating, SECRET)
    with recording("citizen", acts.now()) as records:
        give_contact(records, SECRET, Reach("李女士", PHONE), kept_sealer(tmp_path))
    return rating


def rows(client, **more: str) -> list[str]:
    return get(client, "manage.calls", lang="en", **more).texts("tbody tr")


def links(client) -> list[str]:
    page = get(client, "manage.calls", lang="en")
    return [str(a["href"]) for a in page.soup.select("tbody a")]


def test_answered_cases_with_a_number_are_listed_the_one_due_first_first(
    app, acts, handler, clock
):
    late = left(acts, acts.answered(EXPLAINED, cause=3))
    left(acts, acts.accepted())
    acts.answered(EXPLAINED)
    clock.forward(days=1)
    soon = left(acts, acts.answered(EXPLAINED))
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    first, second = rows(handler)
    assert "Attitude" in first
    assert links(handler) == [
        f"/manage/cases/{late}?lang=en#people",
        f"/manage/cases/{soon}?lang=en#people",
    ]
    assert "30 Jul" in first
    assert "31 Jul" in second
    page = get(handler, "manage.calls", lang="en")
    assert page.soup.select(".st--bad") == []
    clock.forward(days=14)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    page = get(handler, "manage.calls", lang="en")
    assert len(page.soup.select("tbody .st--bad")) == 1


def test_a_call_that_was_made_stands_among_the_settled(acts, handler):
    key = left(acts, acts.answered(EXPLAINED))
    acts.call(key, CallOutcome.NOT_REACHED)
    [row] = rows(handler)
    assert "not reached so far" in row
    acts.call(key, CallOutcome.NOT_REACHED)
    assert rows(handler) == []
    [row] = rows(handler, show="settled")
    assert "Not reached" in row
    assert "16 Jul" in row


def test_a_wish_without_a_case_is_called_as_before(acts, handler, window, tmp_path):
    key = left(acts, acts.answered(EXPLAINED))
    rating = rated(acts, window, tmp_path)
    page = get(handler, "manage.calls", lang="en")
    assert [len(table.select("tbody tr")) for table in page.soup.select("table")] == [
        1,
        1,
    ]
    assert "Ratings without a case" in page.soup.text
    assert "Settled calls" in page.soup.text
    assert links(handler) == [
        f"/manage/cases/{key}?lang=en#people",
        f"/manage/calls/{rating}?lang=en",
    ]
    settled = get(handler, "manage.calls", lang="en", show="settled")
    assert "Waiting calls (2)" in settled.soup.text


def test_a_wish_with_a_case_is_opened_and_settled_there(
    acts, handler, window, tmp_path
):
    rating = rated(acts, window, tmp_path)
    assert len(rows(handler)) == 1
    key = acts.accepted(window_id=window)
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
    assert rows(handler) == []
    here = f"/manage/calls/{rating}"
    answers = [
        handler.get(f"{here}?lang=en"),
        handler.post(f"{here}/open?lang=en", data={"reason": "首次回访"}),
        handler.post(f"{here}/settle?lang=en", data={"outcome": "unwanted"}),
        handler.post(f"{here}/erase?lang=en"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.location) == (
            303,
            f"/manage/cases/{key}?lang=en#people",
        )
    page = handler.get(f"/manage/cases/{key}?lang=en")
    assert Page(page).one("#people")
    assert "Who opened it" not in page.text
    acts.answer(key, EXPLAINED)
    [row] = rows(handler)
    assert "A001" in row


def test_the_start_page_counts_calls_of_cases(app, acts, handler, window, clock):
    def duty(client, selector: str = ".task") -> list[str]:
        page = get(client, "manage.today", lang="en")
        return [task for task in page.texts(selector) if WANTED in task]

    assert duty(handler) == []
    key = left(acts, acts.answered(EXPLAINED))
    left(acts, acts.answered(EXPLAINED))
    [told] = duty(handler)
    assert "2" in told
    assert duty(handler, ".task--due") == []
    clock.forward(days=15)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    assert len(duty(handler, ".task--due")) == 1
    assert stands(key)
    organiser = sign_in_as(app, Role.ORGANISER, clock(), login="organiser")
    assert duty(organiser) == []


def test_a_wish_of_an_earlier_day_without_a_case_is_late(
    app, acts, handler, window, tmp_path, clock
):
    rated(acts, window, tmp_path)
    page = get(handler, "manage.today", lang="en")
    assert not any(WANTED in t for t in page.texts(".task--due"))
    clock.forward(days=1)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    page = get(handler, "manage.today", lang="en")
    assert any(WANTED in t for t in page.texts(".task--due"))


def test_many_calls_are_listed_in_as_many_statements(acts, handler):
    asked = []
    for _ in range(2):
        for _ in range(5):
            left(acts, acts.answered(EXPLAINED))
        with statements() as found:
            get(handler, "manage.calls")
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_nobody_calls_about_their_own_unit(app, acts, clock):
    left(acts, acts.answered(EXPLAINED))
    client = sign_in_as(app, Role.MANAGER, clock(), unit_key(), login="manager")
    assert client.get("/manage/calls").status_code == 404
