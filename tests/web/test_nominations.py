"""Pages of nominations: put forward, withdrawn, replaced, printed; in time only."""

from datetime import UTC, datetime

import pytest

from kiosk.domain.candidates import CandidateState
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.models import ORGANISATION, Campaign
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.nominations import open_campaign, stand
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import make_clerk, unit_key

pytestmark = ON_SQLITE
LIST = "/manage/nominations"
REFUSED = {409, 422}
LAST_SECOND = datetime(2026, 7, 17, 15, 59, 59, tzinfo=UTC)
"""23:59:59 in Shanghai on the last day on which names are taken."""


@pytest.fixture
def keys(app, hall):
    with transaction() as session:
        keys = {
            number: make_window(session, number, unit=unit).id
            for number, unit in (("A1", "甲"), ("A2", "甲"), ("A3", "甲"), ("B1", "乙"))
        }
    keys["示例甲"] = make_clerk("0300", "示例甲", unit="甲")
    keys["示例丁"] = make_clerk("0301", "示例丁", unit="甲")
    keys["示例乙"] = make_clerk("0400", "示例乙", unit="乙")
    return keys


@pytest.fixture
def campaign(keys):
    return open_campaign()


@pytest.fixture
def manager(app, keys, clock):
    return at_work(app, clock)


def at_work(app, clock):
    """Return the manager's browser after time has passed and sessions have ended."""
    return sign_in_as(app, Role.MANAGER, clock(), unit_key("甲"), login="manager")


def post(client, path, **form):
    return client.post(f"{LIST}/{path}?lang=en", data=form)


def put(client, award, subject, **form):
    values = {"subject": str(subject), "agreed": "yes"} | form
    return post(client, f"small/{award}", **values)


def test_a_person_is_put_forward_and_stands_on_the_list(manager, campaign, keys):
    page = get(manager, "manage.nominations", lang="en")
    assert page.texts("h2") == ["A month of smiles"]
    assert page.texts(".n-when")[0] == "Names are taken until the end of 2026-07-17."
    assert "themselves" in page.texts(".n-when")[4]
    assert page.links().count("/manage/nominations/small/star?lang=en") == 1
    page = get(manager, "manage.nominate", slug="small", award="star", lang="en")
    assert page.texts("#subject option")[1:] == ["示例甲（0300）", "示例丁（0301）"]
    assert [each["name"] for each in page.soup.select("textarea")] == [
        "about-smile",
        "about-skill",
    ]
    words = {"about-smile": "六个一", "about-skill": ""}
    done = put(manager, "star", keys["示例甲"], **words)
    assert (done.status_code, "done=named" in done.location) == (303, True)
    [found] = stand(campaign)
    assert (found.name, found.statement) == ("示例甲", {"smile": "六个一"})
    page = get(manager, "manage.nominations", lang="en", done="named")
    assert "Put forward." in page.one("[role=status]").get_text()
    assert page.texts(".n-name") == ["示例甲"]
    assert "甲 · Stands on the list" in page.texts(".n-list .t-dim")
    assert "/manage/nominations/small/star?lang=en" not in page.links()


def test_one_second_after_the_last_day_is_too_late(app, campaign, keys, clock):
    clock.now = LAST_SECOND
    manager = at_work(app, clock)
    assert put(manager, "best", keys["A1"]).status_code == 303
    clock.forward(seconds=1)
    late = put(manager, "best", keys["A2"])
    assert late.status_code in REFUSED
    assert "This ended with 2026-07-17." in Page(late).one("[role=alert]").get_text()
    late = post(manager, "small/best/1/withdraw", reason="退出")
    assert late.status_code in REFUSED
    assert "This ended with 2026-07-17." in Page(late).one("[role=alert]").get_text()
    assert [each.standing for each in stand(campaign)] == [True]
    page = get(manager, "manage.nominations", lang="en")
    assert page.texts(".n-when")[1].startswith("This ended with 2026-07-17.")
    page = get(manager, "manage.nominate", slug="small", award="best", lang="en")
    assert page.texts(".empty") == ["Names cannot be changed today."]


@pytest.mark.parametrize(
    ("award", "form", "field", "words"),
    [
        ("star", {"subject": ""}, "subject", "Please choose one"),
        ("star", {"subject": "B"}, "subject", "Please choose one"),
        ("star", {"agreed": ""}, "", "they agree"),
        ("star", {"about-skill": "长" * 601}, "about-skill", "600 fit"),
        ("brand", {"name": " "}, "name", "brand’s name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    manager, keys, award, form, field, words
):
    campaign = open_campaign()
    subject = keys["示例甲"] if award == "star" else unit_key("甲")
    typed = {"about-smile": "六个一", "subject": str(subject)} | form
    refused = post(manager, f"small/{award}", **({"agreed": "yes"} | typed))
    assert refused.status_code == 422
    page = Page(refused)
    said = page.one(f"#{field}-error" if field else ".field-error").get_text()
    assert words in said
    if award == "star":
        assert page.one("#about-smile").get_text().strip() == "六个一"
    assert stand(campaign) == []


def test_over_quota_and_twice_the_same_are_refused(manager, campaign, keys):
    assert put(manager, "best", keys["A1"]).status_code == 303
    twice = put(manager, "best", keys["A1"])
    assert twice.status_code in REFUSED
    assert "stands on the list" in Page(twice).one("#subject-error").get_text()
    assert put(manager, "best", keys["A2"]).status_code == 303
    over = put(manager, "best", keys["A3"])
    assert over.status_code in REFUSED
    assert "甲 may put forward 2" in Page(over).one("#subject-error").get_text()
    assert len(stand(campaign)) == 2


def test_other_units_are_neither_offered_nor_shown_nor_changed(
    app, manager, campaign, keys, clock
):
    other = sign_in_as(app, Role.MANAGER, clock(), unit_key("乙"), login="other")
    assert put(manager, "star", keys["示例乙"]).status_code == 422
    assert put(other, "star", keys["示例乙"]).status_code == 303
    assert get(manager, "manage.nominations").texts(".n-name") == []
    assert manager.get(f"{LIST}/small/star/1/form").status_code == 404
    assert post(manager, "small/star/1/withdraw", reason="退出").status_code == 404
    assert manager.get(f"{LIST}/small/star?instead=1").status_code == 404
    replaced = put(manager, "star", keys["示例甲"], instead="1")
    assert replaced.status_code == 404
    assert [each.standing for each in stand(campaign)] == [True]


def test_a_withdrawal_says_why_and_makes_room(manager, campaign, keys):
    put(manager, "star", keys["示例甲"])
    refused = post(manager, "small/star/1/withdraw", reason=" ")
    assert refused.status_code == 422
    assert "give the reason" in Page(refused).one("[role=alert]").get_text()
    done = post(manager, "small/star/1/withdraw", reason="本人退出")
    assert "done=withdrawn" in done.location
    page = get(manager, "manage.nominations", lang="en")
    assert "甲 · Has been withdrawn · 本人退出" in page.texts(".n-list .t-dim")
    assert put(manager, "star", keys["示例丁"]).status_code == 303
    assert [each.number for each in stand(campaign)] == [1, 2]


def test_another_one_takes_the_place_between_names_and_vote(
    app, manager, campaign, keys, clock
):
    put(manager, "star", keys["示例甲"])
    clock.forward(days=3)
    manager = at_work(app, clock)
    page = get(manager, "manage.nominations", lang="en")
    assert f"{LIST}/small/star?instead=1&lang=en" in page.links()
    page = get(
        manager, "manage.nominate", slug="small", award="star", instead=1, lang="en"
    )
    assert page.heading == "Replace 示例甲"
    done = put(manager, "star", keys["示例丁"], instead="1")
    assert "done=replaced" in done.location
    first, second = stand(campaign)
    assert first.state is CandidateState.REPLACED
    assert second.replaces_id == first.id
    again = put(manager, "star", keys["示例甲"], instead="1")
    assert again.status_code in REFUSED
    clock.forward(days=7)
    manager = at_work(app, clock)
    page = get(manager, "manage.nominations", lang="en")
    assert page.texts(".n-acts") == [
        "Application form 示例甲",
        "Application form 示例丁",
    ]
    page = get(
        manager, "manage.nominate", slug="small", award="star", instead=2, lang="en"
    )
    assert page.texts("form") == []


def test_the_form_is_printed_as_often_as_the_rules_say(manager, campaign, keys):
    put(manager, "star", keys["示例甲"], **{"about-smile": "六个一\n天天做到"})
    put(manager, "best", keys["A1"])
    page = get(
        manager,
        "manage.nomination_form",
        slug="small",
        award="star",
        number=1,
        lang="en",
    )
    assert len(page.soup.select(".declare")) == 3
    assert (
        page.texts(".declare-title")[0] == "A month of smiles 服务之星Application form"
    )
    assert page.texts(".declare-deeds th")[:2] == [
        "Smile (20 points)",
        "Skill (20 points)",
    ]
    assert page.texts(".declare-deeds td")[:2] == ["六个一 天天做到", ""]
    assert "示例甲" in page.texts(".declare-table td")
    page = get(
        manager,
        "manage.nomination_form",
        slug="small",
        award="best",
        number=1,
        lang="zh",
    )
    assert len(page.soup.select(".declare")) == 1
    assert "A1 社保综合A1" in page.texts(".declare-table td")


def test_an_organiser_puts_forward_for_every_unit(organiser, campaign, keys):
    page = get(organiser, "manage.nominate", slug="small", award="best", lang="en")
    assert page.texts("#subject option")[1:3] == [
        "A1 社保综合A1 · 甲",
        "A2 社保综合A2 · 甲",
    ]
    assert put(organiser, "best", keys["B1"]).status_code == 303
    assert put(organiser, "brand", unit_key("甲"), name="阳光").status_code == 303
    assert put(organiser, "section", unit_key("乙")).status_code == 303
    page = get(organiser, "manage.nominations", lang="en")
    assert page.texts(".n-name") == ["B1 社保综合B1", "乙", "阳光"]


@pytest.mark.parametrize(
    "moments", [{"announced_at": None}, {"dropped_at": 1}, {"final_at": 1}]
)
def test_drafts_and_what_is_over_are_not_shown(organiser, keys, clock, moments):
    values = {name: value and clock() for name, value in moments.items()}
    campaign = open_campaign(**values)
    page = get(organiser, "manage.nominations", lang="en")
    assert page.texts(".empty") == ["No selection runs at the moment."]
    assert organiser.get(f"{LIST}/small/best").status_code == 404
    assert put(organiser, "best", keys["A1"]).status_code == 404
    assert post(organiser, "small/best/1/withdraw", reason="x").status_code == 404
    assert stand(campaign) == []


def test_what_does_not_exist_is_not_open(organiser, campaign):
    for path in ("other/best", "small/other", "small/idea", "small/best?instead=x"):
        assert organiser.get(f"{LIST}/{path}").status_code == 404
    for path in ("small/best/1/form", "other/best/1/form"):
        assert organiser.get(f"{LIST}/{path}").status_code == 404
    assert post(organiser, "small/best/9/withdraw", reason="x").status_code == 404


def test_once_the_list_is_posted_names_stand(organiser, campaign, keys, clock):
    put(organiser, "best", keys["A1"])
    with recording("test", clock()) as records:
        records.change(Campaign, ORGANISATION, campaign, {"posted_at": clock()})
    page = get(organiser, "manage.nominations", lang="en")
    assert page.texts(".n-when")[0] == "The list is posted: names stand as they are."
    assert page.texts(".n-acts") == ["Application form A1 社保综合A1"]
    refused = put(organiser, "best", keys["A2"])
    assert refused.status_code in REFUSED
    assert "list of this campaign is posted" in refused.text


def test_a_unit_that_has_nobody_is_told_so(app, campaign, clock):
    with transaction() as session:
        make_window(session, "C1", unit="丙")
    client = sign_in_as(app, Role.MANAGER, clock(), unit_key("丙"), login="third")
    page = get(client, "manage.nominate", slug="small", award="star", lang="en")
    assert page.texts(".empty") == [
        "Your units have nobody to put forward for this award today."
    ]


@pytest.mark.parametrize("role", [Role.CLERK, Role.JUROR, Role.VIEWER, Role.INSPECTOR])
def test_others_put_nobody_forward(app, campaign, keys, clock, role):
    client = sign_in_as(app, role, clock(), login="somebody")
    assert client.get(LIST).status_code == 404
    assert client.get(f"{LIST}/small/star").status_code == 404
    assert put(client, "star", keys["示例甲"]).status_code == 404
    assert stand(campaign) == []
