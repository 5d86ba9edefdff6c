"""The desk's form and the citizen's slip: one case a form, the secret shown once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.domain.case_texts import TextKind
from kiosk.domain.masking import MARK
from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.extensions.sealing import KEY_FILE
from kiosk.models import (
    ORGANISATION,
    Account,
    Case,
    CaseContact,
    Clerk,
    Posting,
    RoleGrant,
)
from tests.builders import make_window
from tests.case_acts import Acts, at_once, case_row, texts
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import entries, unit_key

pytestmark = ON_SQLITE
PHONE = "13900005678"
PAST, AHEAD = "2025-07-15", "2026-07-17"


@pytest.fixture
def window(app, hall) -> int:
    with transaction() as session:
        make_window(session, "B001", unit="市医保局")
        return make_window(session, "A001").id


@pytest.fixture
def handler(app, window, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


@pytest.fixture
def typed(handler, window) -> dict[str, str]:
    """What is typed into a fresh form."""
    page = get(handler, "manage.new_case", lang="en")
    values = {name: page.one(f"[name={name}]")["value"] for name in ("event", "secret")}
    return values | {
        "source": "complaint",
        "road": "desk",
        "place": f"w{window}",
        "cause": "3",
        "day": "2026-07-16",
        "half": "1",
        "words": f"叫了三次没人理，打{PHONE}",
    }


def post(client, typed: dict[str, str], **more: str):
    return client.post("/manage/cases/new?lang=en", data=typed | more)


def main(page: Page) -> str:
    return " ".join(page.one("main").get_text(" ").split())


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case))


def the_contact() -> CaseContact:
    with reading() as session:
        return session.scalars(select(CaseContact)).one()


def test_the_form_begins_with_today_and_offers_windows_and_units(handler, window):
    page = get(handler, "manage.new_case", lang="en")
    assert page.one("#day")["value"] == "2026-07-16"
    assert page.texts("#place option") == [
        "Please choose",
        "A001 社保综合A001 · 市人社局",
        "B001 社保综合B001 · 市医保局",
        "Whole unit: 市人社局",
        "Whole unit: 市医保局",
    ]
    again = get(handler, "manage.new_case", lang="en")
    for name in ("event", "secret"):
        one, other = (each.one(f"[name={name}]")["value"] for each in (page, again))
        assert one != other


def test_a_complaint_opens_a_case_and_prints_its_slip(handler, typed, clock):
    answer = post(handler, typed)
    assert answer.status_code == 200
    page = Page(answer)
    assert page.heading == "Slip of case 2026-0001"
    told = main(page)
    assert "Accepted by 17 Jul" in told
    assert "Answered by 23 Jul" in told
    assert "To look for you or to let you suffer for it is forbidden." in told
    assert f"/r/mine/{typed['secret']}" in told
    assert page.one(".case-slip-code svg")
    assert "called back" not in page.one(".case-slip").get_text()
    assert texts(1) == [(TextKind.VOICE, f"叫了三次没人理，打{MARK}")]
    assert case_row(1).unit_id == unit_key()
    assert PHONE not in "".join(entries("case") + entries("case-text"))


def test_the_slips_code_opens_the_citizens_page(app, handler, typed):
    page = Page(post(handler, typed))
    [address] = re.findall(r"/r/mine/[\w-]+", main(page))
    mine = app.test_client().get(f"{address}?lang=en")
    assert mine.status_code == 200
    assert "2026-0001" in mine.text


def test_the_secret_is_shown_once_and_the_number_again(handler, typed):
    post(handler, typed)
    page = get(handler, "manage.case_slip", key=1, lang="en")
    assert "Printed again, without the code" in main(page)
    assert typed["secret"] not in str(page.soup)
    assert not page.soup.select(".case-slip-code")
    assert "2026-0001" in main(page)
    assert typed["secret"] not in handler.get("/manage/cases/1").text


def test_a_double_click_opens_one_case_and_both_print_its_slip(app, handler, typed):
    found = at_once(
        app, lambda: post(handler, typed).text, lambda: post(handler, typed).text
    )
    assert count() == 1
    for text in found:
        assert "Slip of case 2026-0001" in text
        assert f"/r/mine/{typed['secret']}" in text


def test_a_form_with_another_secret_is_not_the_same(handler, typed):
    post(handler, typed)
    refused = post(handler, typed, secret="x" * 24)
    assert refused.status_code == 409
    assert "This form has opened a case already." in Page(refused).soup.text
    assert count() == 1


def test_a_number_is_kept_by_consent_sealed(handler, typed):
    wrong = post(handler, typed, phone="123", name="李女士")
    assert wrong.status_code == 422
    page = Page(wrong)
    for name in ("phone", "consent"):
        assert page.one(f"#{name}-error")
    assert page.one("#name")["value"] == "李女士"
    nameless = post(handler, typed, name="李女士", consent="yes")
    assert Page(nameless).one("#phone-error")
    assert count() == 0
    done = post(handler, typed, phone=PHONE, name="李女士", consent="yes")
    assert "called back" in Page(done).one(".case-slip").get_text()
    kept = the_contact()
    assert kept.key_hash == token_hash(typed["secret"])
    assert PHONE.encode() not in kept.sealed
    assert PHONE not in done.text


def test_a_lost_key_of_contacts_keeps_what_was_typed(handler, typed, tmp_path):
    (tmp_path / KEY_FILE).write_text("no key")
    refused = post(handler, typed, phone=PHONE, consent="yes")
    assert refused.status_code == 503
    page = Page(refused)
    assert page.one("#phone-error")
    assert page.one("#consent").has_attr("checked")
    assert count() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", "joined"),
        ("road", "tablet"),
        ("place", ""),
        ("place", "w99999"),
        ("place", "u99999"),
        ("cause", "9"),
        ("half", ""),
        ("day", AHEAD),
        ("day", PAST),
        ("words", " "),
        ("words", "长" * 10_000),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    handler, typed, name, value
):
    refused = post(handler, typed, **{name: value})
    assert refused.status_code == 422
    page = Page(refused)
    assert page.one(f"#{name}-error")
    for hidden in ("event", "secret"):
        assert page.one(f"[name={hidden}]")["value"] == typed[hidden]
    kept = value if name == "words" else typed["words"]
    assert page.one("#words").get_text().lstrip("\n") == kept
    assert count() == 0


@pytest.mark.parametrize(
    "more", [{"event": "x"}, {"event": ""}, {"secret": "kurz"}, {"secret": "ä" * 24}]
)
def test_what_no_form_of_ours_sends_is_refused(handler, typed, more):
    assert post(handler, typed, **more).status_code == 400
    assert count() == 0


def test_an_idea_on_the_hotline_is_about_a_whole_unit(handler, typed):
    unit = unit_key()
    done = post(handler, typed, source="suggestion", road="hotline", place=f"u{unit}")
    assert "Suggestion" in main(Page(done))
    case = case_row(1)
    assert (case.source, case.road, case.window_id) == ("suggestion", "hotline", None)


def manage_unit(records, account: int, now) -> None:
    grant = {"role": "manager", "unit_id": unit_key(), "granted_at": now}
    records.add(RoleGrant, ORGANISATION, [{"account_id": account, **grant}])


def work_there(records, account: int, now) -> None:
    row = {"centre_id": 1, "badge": "0999", "named": False, "name": "示例丙"}
    row |= {"account_id": account, "started_on": now.date()}
    [clerk] = records.add(Clerk, 1, [row])
    posting = {"unit_id": unit_key(), "starts_on": now.date(), "ends_on": now.date()}
    records.add(Posting, 1, [{"clerk_id": clerk, **posting}])


@pytest.mark.parametrize("tie", [manage_unit, work_there])
def test_nobody_takes_down_what_is_about_their_own_unit(handler, typed, clock, tie):
    post(handler, typed | {"event": str(uuid4())})
    with recording("test", clock()) as records:
        key = records.session.query(Account).filter_by(login="handler").one().id
        tie(records, key, clock())
    page = get(handler, "manage.new_case", lang="en")
    assert not any("市人社局" in words for words in page.texts("#place option"))
    refused = post(handler, typed)
    assert refused.status_code == 422
    assert "You belong to this unit." in Page(refused).one("#place-error").get_text()
    assert count() == 1
    assert handler.get("/manage/cases/1/slip").status_code == 404


def test_only_what_was_taken_down_has_a_slip(handler, window, clock):
    other = Acts(clock, unit_key()).opened()
    assert handler.get(f"/manage/cases/{other}/slip").status_code == 404
    assert handler.get("/manage/cases/99999/slip").status_code == 404


@pytest.mark.parametrize(
    "role", [Role.MANAGER, Role.CLERK, Role.INSPECTOR, Role.JUROR, Role.VIEWER]
)
def test_whoever_does_not_decide_finds_nothing(app, handler, typed, clock, role):
    post(handler, typed)
    unit = unit_key() if role is Role.MANAGER else None
    client = sign_in_as(app, role, clock(), unit, login="somebody")
    assert client.get("/manage/cases/new").status_code == 404
    assert post(client, typed | {"event": str(uuid4())}).status_code == 404
    assert client.get("/manage/cases/1/slip").status_code == 404
    assert count() == 1


def test_the_organiser_takes_down_too(app, typed, window, clock):
    client = sign_in_as(app, Role.ORGANISER, clock(), login="organiser")
    day = (clock() - timedelta(days=365)).date().isoformat()
    assert "Slip of case" in post(client, typed, day=day, half="0").text
    assert case_row(1).half == 0
