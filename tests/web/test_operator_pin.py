"""The page of the operator's PIN: read by many, set by organisers."""

import pytest

from kiosk.domain.operator_pin import parse_operator_pin, verifier_of
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.queries.operator_pin import operator_pin
from kiosk.web.tablet.corner import corner
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import sign_in_as

pytestmark = ON_SQLITE
PAGE = "/manage/tablets/pin"


def pin() -> str:
    with reading() as session:
        return operator_pin(session, 1)


@pytest.fixture
def organiser(app, clock):
    return sign_in_as(app, Role.ORGANISER, clock())


def test_the_pin_is_shown_in_two_halves(organiser):
    page = get(organiser, "manage.operator_pin")
    assert page.one(".facts dd").get_text() == f"{pin()[:3]} {pin()[3:]}"
    assert page.heading == "运维 PIN"


def test_an_organiser_sets_one_and_is_told(organiser):
    answer = organiser.post(PAGE, data={"pin": "482915", "act": "set"})
    assert answer.status_code == 303
    assert pin() == "482915"
    done = get(organiser, "manage.operator_pin", done="1")
    assert len(done.texts(".done")) == 1
    assert done.one(".facts dd").get_text() == "482 915"


def test_an_organiser_has_one_made(organiser):
    before = pin()
    organiser.post(PAGE, data={"pin": "", "act": "random"})
    assert parse_operator_pin(pin()) == pin()
    assert pin() != before


@pytest.mark.parametrize(("typed", "word"), [("12", "6"), ("123456", "123456")])
def test_what_is_refused_stays_typed_with_a_sentence(organiser, typed, word):
    before = pin()
    answer = organiser.post(PAGE, data={"pin": typed, "act": "set"})
    assert answer.status_code == 422
    assert word in answer.text
    assert f'value="{typed}"' in answer.text
    assert pin() == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_others_who_pair_screens_read_it_and_cannot_change_it(app, clock, role):
    with transaction() as session:
        make_window(session, "A001")
    client = sign_in_as(app, role, clock(), 1 if role is Role.MANAGER else None)
    page = get(client, "manage.operator_pin")
    assert page.one(".facts dd").get_text() == f"{pin()[:3]} {pin()[3:]}"
    assert page.soup.select("form") == []
    before = pin()
    answer = client.post(PAGE, data={"pin": "482915", "act": "set"})
    assert (answer.status_code, pin()) == (404, before)


def test_before_there_is_one_the_page_says_so(app, organiser):
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE centre SET operator_pin = ''")
    page = get(organiser, "manage.operator_pin")
    assert page.soup.select(".facts") == []
    assert len(page.texts(".lead")) == 1
    with app.test_request_context():
        none = corner()
    assert (none.verifier, none.mark, none.demonstration_pin) == (None, "", "")


def test_a_screen_gets_what_it_checks_by_and_never_the_pin(app, organiser):
    with app.test_request_context():
        before = corner()
    assert before.verifier == verifier_of(pin(), "main", app.config["SECRET_KEY"])
    assert before.demonstration_pin == ""
    organiser.post(PAGE, data={"pin": "482915", "act": "set"})
    with app.test_request_context():
        after = corner()
    assert after.mark != before.mark
    assert after.mark == after.verifier.proof[:8]


def test_a_demonstration_shows_its_pin_at_the_screen(app):
    with transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE installation SET demonstration = true"
        )
    with app.test_request_context():
        assert corner().demonstration_pin == pin()
