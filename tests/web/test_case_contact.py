"""Who stands behind a case: a handler's reason, an hour, the call, forgetting."""

import pytest
from sqlalchemy import select

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState, Road, Source
from kiosk.domain.contacts import Reach
from kiosk.domain.policy import Role
from kiosk.domain.receipts import format_receipt
from kiosk.extensions import reading, recording, transaction
from kiosk.extensions.sealing import KEY_FILE, kept_sealer
from kiosk.models import (
    ORGANISATION,
    Account,
    CaseContact,
    CaseOpening,
    CaseRating,
    Contact,
    Rating,
    RoleGrant,
    Ticket,
)
from kiosk.services.contacts import give_contact, withdraw_contact
from kiosk.services.own_keys import keep_own_key
from tests.builders import make_window
from tests.case_acts import EXPLAINED, Acts, case_row, rating_key, stands, texts
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import unit_key
from tests.statements import statements
from tests.tickets import open_visit

pytestmark = ON_SQLITE
SECRET, PHONE, REASON = "an-own-secret-of-a-phone", "13900005678", "首次回访"


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


@pytest.fixture
def rated(acts, window, tmp_path) -> int:
    """A case, being checked, of a rating whose author left a number."""
    key = acts.accepted(source=Source.RATING, road=Road.PHONE, window_id=window)
    rating = rating_key(window, 1, acts.now())
    with transaction() as session:
        keep_own_key(session.connection(), rating, SECRET)
        session.add(CaseRating(rating_id=rating, case_id=key))
    with recording("citizen", acts.now()) as records:
        give_contact(records, SECRET, Reach("李女士", PHONE), kept_sealer(tmp_path))
    return key


@pytest.fixture
def desk(acts, tmp_path) -> int:
    """A complaint of somebody at the desk, being checked, with a number."""
    key = acts.accepted()
    sealed = kept_sealer(tmp_path).seal(Reach("", PHONE), case_row(key).event_id)
    row = {"key_hash": b"k" * 32, "sealed": sealed, "consented_at": acts.now()}
    with transaction() as session:
        session.add(CaseContact(case_id=key, **row))
    return key


def post(client, key: int, act: str, **form: str):
    return client.post(f"/manage/cases/{key}/contact/{act}?lang=en", data=form)


def look(client, key: int, reason: str = REASON, contact: str = "yes"):
    return post(client, key, "open", opening=reason, contact=contact)


def call(client, key: int, outcome: str, called: str = ""):
    return post(client, key, "call", outcome=outcome, called=called)


def main(client, key: int) -> str:
    page = get(client, "manage.case_page", key=key, lang="en")
    return " ".join(page.one("main").get_text(" ").split())


def openings() -> list[tuple[int, str]]:
    with reading() as session:
        rows = session.execute(select(CaseOpening.case_id, CaseOpening.reason))
        return [(case_id, reason) for case_id, reason in rows]


def contact() -> Contact:
    with reading() as session:
        return session.scalars(select(Contact)).one()


def withdraw(now) -> None:
    with recording("citizen", now) as records:
        withdraw_contact(records, SECRET)


def grant_manager(now) -> None:
    with recording("test", now) as records:
        key = records.session.query(Account).filter_by(login="handler").one().id
        grant = {"role": "manager", "unit_id": unit_key(), "granted_at": now}
        records.add(RoleGrant, ORGANISATION, [{"account_id": key, **grant}])


def test_contact_and_link_open_with_a_reason_for_an_hour_and_for_who_gave_it(
    app, handler, acts, rated, clock
):
    with reading() as session:
        receipt = format_receipt(session.scalars(select(Rating.receipt)).one())
    before = main(handler, rated)
    assert PHONE not in before
    assert receipt not in before
    done = look(handler, rated)
    assert (done.status_code, "done=opened" in done.location) == (303, True)
    opened = main(handler, rated)
    for told in (PHONE, "李女士", receipt, "12:00", REASON):
        assert told in opened
    assert openings() == [(rated, REASON)]
    other = sign_in_as(app, Role.CASE_HANDLER, clock(), login="other")
    seen = main(other, rated)
    assert PHONE not in seen
    assert receipt not in seen
    assert REASON in seen
    clock.forward(minutes=59)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    assert PHONE in main(handler, rated)
    clock.forward(minutes=1)
    assert PHONE not in main(handler, rated)


def test_the_visit_behind_a_rating_is_named(handler, acts, rated, window, clock):
    open_visit(window, clock())
    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        ticket.rating_id = contact().rating_id
        ticket.item, ticket.case_number = "社保卡", "SB-17"
        code = ticket.code
    look(handler, rated)
    told = main(handler, rated)
    for words in (code, "社保卡", "SB-17"):
        assert words in told


@pytest.mark.parametrize("reason", ["", "  ", f"打 {PHONE}", "长" * 201])
def test_without_a_proper_reason_nothing_opens(handler, rated, reason):
    refused = look(handler, rated, reason)
    page = Page(refused)
    assert (refused.status_code, openings()) == (422, [])
    assert page.one("#opening-error")
    assert page.one("#opening")["value"] == reason
    assert "李女士" not in refused.text


def test_an_erased_contact_asked_for_is_told_so_and_the_link_opens(
    handler, rated, clock
):
    withdraw(clock())
    assert "taken back or erased and cannot be opened" in main(handler, rated)
    refused = look(handler, rated)
    assert refused.status_code == 410
    assert "This contact has been erased" in Page(refused).soup.text
    assert openings() == []
    assert look(handler, rated, contact="").status_code == 303
    told = main(handler, rated)
    assert "Receipt" in told
    assert "Telephone number" not in told


def test_a_contact_of_the_desk_opens_and_goes_on_request(handler, desk, clock):
    look(handler, desk)
    assert PHONE in main(handler, desk)
    done = post(handler, desk, "erase")
    assert "done=forgotten" in done.location
    told = main(handler, desk)
    assert PHONE not in told
    assert "taken back or erased" in told
    assert look(handler, desk).status_code == 410
    assert post(handler, desk, "erase").status_code == 303
    assert stands(desk) is CaseState.CHECKING


def test_a_contact_of_another_servers_key_says_so(handler, rated, tmp_path):
    (tmp_path / KEY_FILE).unlink()
    look(handler, rated)
    assert "sealed with another key" in main(handler, rated)
    (tmp_path / KEY_FILE).write_text("no key")
    assert str(tmp_path) in main(handler, rated)


def test_nobody_is_called_before_the_answer(handler, rated):
    page = get(handler, "manage.case_page", key=rated, lang="en")
    assert "The call-back comes after the answer." in page.soup.text
    assert not page.soup.select("#outcome")
    look(handler, rated)
    refused = call(handler, rated, "content", "很满意")
    assert refused.status_code == 409
    assert "Nobody is called back before the answer" in Page(refused).soup.text
    assert (case_row(rated).called_at, texts(rated)) == (None, [])


def test_a_call_is_noted_and_closes_the_case(handler, acts, rated):
    acts.answer(rated, EXPLAINED)
    unopened = call(handler, rated, "content", "话")
    assert unopened.status_code == 422
    assert "Please open the contact" in Page(unopened).one("#outcome-error").get_text()
    assert Page(unopened).one("#called").get_text().strip() == "话"
    look(handler, rated)
    nothing = call(handler, rated, "", "话")
    assert Page(nothing).one("#outcome-error")
    done = call(handler, rated, "content", f"很满意，{PHONE}")
    assert "done=called" in done.location
    assert (stands(rated), contact().outcome) == (CaseState.CLOSED, "reached")
    told = main(handler, rated)
    assert "Called on 16 Jul" in told
    assert "Reached: content" in told
    again = call(handler, rated, "content")
    assert again.status_code == 409
    assert "noted already" in Page(again).soup.text


def test_who_is_not_content_is_quoted_and_opens_the_case_again(handler, acts, rated):
    acts.answer(rated, EXPLAINED)
    look(handler, rated)
    empty = call(handler, rated, "not-content", " ")
    assert empty.status_code == 422
    assert Page(empty).one("#called-error")
    assert call(handler, rated, "not-content", "长" * 10_000).status_code == 422
    assert call(handler, rated, "not-content", "还在排队").status_code == 303
    assert stands(rated) is CaseState.CHECKING
    assert texts(rated)[1:] == [(TextKind.VOICE, "还在排队")]


def test_two_calls_in_vain_are_counted(handler, acts, rated):
    acts.answer(rated, EXPLAINED)
    look(handler, rated)
    call(handler, rated, "not-reached")
    assert "Not reached so far; after 2 tries" in main(handler, rated)
    call(handler, rated, "not-reached")
    assert stands(rated) is CaseState.CLOSED


def test_without_a_contact_nobody_can_be_called(handler, acts, rated, clock):
    acts.answer(rated, EXPLAINED)
    withdraw(clock())
    refused = call(handler, rated, "content")
    assert refused.status_code == 410
    assert "Nobody can be called" in Page(refused).soup.text


def test_where_nobody_stands_behind_there_is_nothing_to_open(handler, acts):
    key = acts.accepted()
    page = get(handler, "manage.case_page", key=key, lang="en")
    assert not page.soup.select("#people")
    refused = look(handler, key, contact="")
    assert refused.status_code == 422
    assert "There is nothing to open" in Page(refused).soup.text


def test_a_rating_without_a_contact_has_a_link_alone(handler, acts, window):
    key = acts.accepted(source=Source.JOINED, road=Road.TABLET)
    rating = rating_key(window, 1, acts.now())
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
    assert "Nobody left a contact." in main(handler, key)
    assert look(handler, key, contact="").status_code == 303
    assert "Receipt" in main(handler, key)


def test_a_handler_who_manages_the_unit_opens_nothing(handler, rated, clock):
    grant_manager(clock())
    page = get(handler, "manage.case_page", key=rated, lang="en")
    assert not page.soup.select("#people")
    for act, form in (
        ("open", {"opening": REASON, "contact": "yes"}),
        ("call", {"outcome": "unwanted"}),
        ("erase", {}),
    ):
        refused = post(handler, rated, act, **form)
        assert refused.status_code == 403, act
        assert PHONE not in refused.text
    assert openings() == []
    assert contact().sealed is not None


@pytest.mark.parametrize(
    "role",
    [Role.ORGANISER, Role.MANAGER, Role.CLERK, Role.INSPECTOR, Role.JUROR, Role.VIEWER],
)
def test_nobody_but_handlers_opens_calls_or_erases(app, rated, clock, role):
    unit = unit_key() if role is Role.MANAGER else None
    client = sign_in_as(app, role, clock(), unit, login="somebody")
    assert look(client, rated).status_code == 404
    assert call(client, rated, "unwanted").status_code == 404
    assert post(client, rated, "erase").status_code == 404
    assert openings() == []
    if role in {Role.ORGANISER, Role.MANAGER}:
        page = get(client, "manage.case_page", key=rated, lang="en")
        assert not page.soup.select("#people")


def test_a_case_that_is_not_there_is_not_open(handler):
    assert look(handler, 99_999).status_code == 404
    assert call(handler, 99_999, "content").status_code == 404
    assert post(handler, 99_999, "erase").status_code == 404


def test_a_joined_case_of_many_opens_in_as_many_statements(handler, acts, window):
    key = acts.accepted(source=Source.JOINED, road=Road.TABLET)
    asked = []
    for _ in range(2):
        ratings = [rating_key(window, 1, acts.now()) for _ in range(3)]
        with transaction() as session:
            session.add_all(CaseRating(rating_id=each, case_id=key) for each in ratings)
        look(handler, key, contact="")
        with statements() as found:
            main(handler, key)
        asked.append(len(found))
        acts.now.forward(minutes=5)
    assert asked[0] == asked[1]
