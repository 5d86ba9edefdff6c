"""Pages of reply templates: the suggested ones, new, changed and ended ones."""

import pytest

from kiosk.domain.policy import Role
from kiosk.domain.reply_words import SUGGESTED
from kiosk.extensions import reading
from kiosk.queries.replies import replies_for, reply_words
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import sign_in_as

pytestmark = ON_SQLITE
WAIT = {"cause": "1", "name": "等候", "words": "您好！\n让您久等了。"}


@pytest.fixture
def handler(app, hall, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


def post(client, path="", **form):
    return client.post(f"/manage/replies{path}?lang=en", data=form)


def kept():
    with reading() as session:
        return [(one.cause, one.name, one.words) for one in reply_words(session, 1)]


def test_an_empty_centre_takes_the_suggested_ones_by_a_button(handler):
    page = get(handler, "manage.replies", lang="en")
    assert "You can begin with 60 suggested ones" in page.one(".empty").get_text()
    assert "/manage/replies/suggested?lang=en" in page.links()
    done = post(handler, "/suggested")
    assert "done=suggested" in done.location
    assert len(kept()) == len(SUGGESTED) == 60
    page = get(handler, "manage.replies", lang="en", done="suggested")
    assert "Taken over." in page.one("[role=status]").get_text()
    assert page.texts("h2.m-bar") == [
        f"{cause}12"
        for cause in (
            "Every cause",
            "Efficiency",
            "Competence",
            "Attitude",
            "Surroundings",
        )
    ]
    again = post(handler, "/suggested")
    assert again.status_code == 422
    assert "were not taken" in again.text
    assert len(kept()) == 60


def test_a_template_is_added_changed_ended_and_offered_again(handler):
    assert "done=added" in post(handler, **WAIT).location
    assert kept() == [(1, "等候", "您好！\n让您久等了。")]
    page = get(handler, "manage.reply", key=1, lang="en")
    assert page.one("textarea").get_text().strip() == WAIT["words"]
    assert page.one("option[selected]")["value"] == "1"
    changed = WAIT | {"cause": "0", "name": "久等"}
    assert "done=changed" in post(handler, "/1", **changed).location
    assert kept() == [(0, "久等", "您好！\n让您久等了。")]
    assert "done=ended" in post(handler, "/1/end").location
    page = get(handler, "manage.replies", lang="en")
    assert page.texts("section[aria-labelledby=ended] .said-what") == ["久等"]
    with reading() as session:
        assert replies_for(session, 1, 1) == []
    assert "done=again" in post(handler, "/1/again").location
    with reading() as session:
        assert [one.name for one in replies_for(session, 1, 1)] == ["久等"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cause": "9"}, "cause"),
        ({"name": ""}, "name"),
        ({"name": "有了"}, "name"),
        ({"words": " "}, "words"),
        ({"words": "长" * 601}, "words"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(handler, change, field):
    post(handler, cause="0", name="有了", words="您好！")
    post(handler, **WAIT)
    before = kept()
    for path in ("", "/2"):
        refused = post(handler, path, **(WAIT | change))
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
        assert WAIT["name"] in refused.text or field == "name"
    assert kept() == before


def test_what_is_not_there_is_not_open(handler):
    assert handler.get("/manage/replies/7").status_code == 404
    for path in ("/7", "/7/end", "/7/again"):
        assert post(handler, path, **WAIT).status_code == 404


@pytest.mark.parametrize(
    "role", [Role.MANAGER, Role.CLERK, Role.INSPECTOR, Role.VIEWER, Role.ADMINISTRATOR]
)
def test_others_do_not_edit_them(app, handler, clock, role):
    post(handler, **WAIT)
    client = sign_in_as(app, role, clock(), login="somebody")
    for path in ("", "/1"):
        assert client.get(f"/manage/replies{path}").status_code == 404
    for path in ("", "/suggested", "/1", "/1/end", "/1/again"):
        assert post(client, path, **WAIT).status_code == 404
    assert len(kept()) == 1


def test_the_organiser_finds_them_among_the_settings(organiser):
    assert "/manage/replies" in get(organiser, "manage.settings").links()
