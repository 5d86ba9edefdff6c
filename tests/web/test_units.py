"""Units in pages: the tree, one unit, lists, and how far a manager sees."""

import re

import pytest
from sqlalchemy import select

from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Unit
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as
from tests.places import TODAY
from tests.statements import statements

pytestmark = ON_SQLITE


@pytest.fixture
def tree(organiser) -> dict[str, int]:
    """市政府, under it 人社局 and 医保局, under 人社局 社保中心; keys by name."""
    above = {"市政府": "", "人社局": "市政府", "医保局": "市政府", "社保中心": "人社局"}
    for name, parent in above.items():
        key = str(keys()[parent]) if parent else ""
        data = {"name": name, "parent": key}
        assert organiser.post("/manage/units/new", data=data).status_code == 303
    return keys()


def keys() -> dict[str, int]:
    with reading() as session:
        return {unit.name: unit.id for unit in session.scalars(select(Unit))}


def parents() -> dict[str, int | None]:
    with reading() as session:
        return {unit.name: unit.parent_id for unit in session.scalars(select(Unit))}


def page(client, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:2000]
    return Page(answer)


def errors(answer) -> dict[str, str]:
    return dict(re.findall(r'id="(\w+)-error">([^<]+)<', answer.text))


def upload(client, text: str):
    edge = b"----edge"
    head = 'Content-Disposition: form-data; name="file"; filename="units.csv"'
    body = b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (
        edge, head.encode(), text.encode(), edge,
    )  # fmt: skip
    return client.post(
        "/manage/units/import?lang=en",
        data=body,
        content_type=f"multipart/form-data; boundary={edge.decode()}",
    )


def test_the_tree_is_shown_branch_by_branch_with_its_windows(organiser, tree):
    with transaction() as session:
        make_window(session, "A001", unit="社保中心")
        make_window(session, "A002", unit="社保中心").closed_on = TODAY
    shown = page(organiser, "/manage/units?lang=en")
    assert shown.texts("tbody tr") == [
        "市政府 0 0 –",
        "人社局 0 0 市政府",
        "社保中心 1 0 人社局",
        "医保局 0 0 市政府",
    ]
    levels = [one["class"][-1] for one in shown.soup.select(".branch")]
    assert levels == ["branch--0", "branch--1", "branch--2", "branch--1"]
    assert page(organiser, "/manage/units?q=社保").texts("tbody tr th") == ["社保中心"]
    nothing = organiser.get("/manage/units?lang=en&q=zzz")
    assert "No unit is found so." in nothing.text


def test_a_hall_without_units_says_where_they_come_from(organiser):
    assert "No unit yet." in organiser.get("/manage/units?lang=en").text


def test_the_tree_costs_the_same_however_many_units(organiser, tree):
    with statements() as few:
        organiser.get("/manage/units")
    with transaction() as session:
        session.add_all(Unit(centre_id=1, name=f"新{n}") for n in range(9))
    with statements() as many:
        organiser.get("/manage/units")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "", "parent": ""}, "name"),
        ({"name": "长" * 101, "parent": ""}, "name"),
        ({"name": "人社局", "parent": ""}, "name"),
        ({"name": "新", "parent": "999"}, "parent"),
    ],
)
def test_a_wrong_unit_is_refused_beside_its_field(organiser, tree, data, said):
    answer = organiser.post("/manage/units/new?lang=en", data=data)
    assert answer.status_code == 422
    Page(answer)
    assert list(errors(answer)) == [said]
    assert keys() == tree


def test_htmx_has_a_name_looked_at_and_nothing_is_added(organiser, tree):
    for path in ("/manage/units/new", f"/manage/units/{tree['人社局']}/name"):
        for name, said in (("", ["name"]), ("新", [])):
            answer = organiser.post(
                path, data={"name": name, "parent": ""}, headers={"HX-Request": "true"}
            )
            assert answer.status_code == 200
            assert list(errors(answer)) == said
    assert keys() == tree


def test_a_unit_is_renamed_moved_ended_and_resumed(organiser, tree):
    path = f"/manage/units/{tree['社保中心']}"
    assert organiser.post(f"{path}/name", data={"name": "社保局"}).status_code == 303
    moved = organiser.post(f"{path}/move", data={"parent": str(tree["医保局"])})
    assert (
        "The unit has its new place." in organiser.get(moved.location + "&lang=en").text
    )
    assert parents()["社保局"] == tree["医保局"]
    assert organiser.post(f"{path}/move", data={"parent": ""}).status_code == 303
    assert parents()["社保局"] is None
    assert organiser.post(f"{path}/end").status_code == 303
    assert "社保局" not in organiser.get("/manage/units").text
    assert "社保局" in organiser.get("/manage/units?state=ended").text
    assert organiser.post(f"{path}/resume").status_code == 303
    assert "社保局" in organiser.get("/manage/units").text


def test_a_unit_made_its_own_parent_is_refused_beside_the_choice(organiser, tree):
    path = f"/manage/units/{tree['人社局']}/move?lang=en"
    for parent in ("人社局", "社保中心"):
        answer = organiser.post(path, data={"parent": str(tree[parent])})
        assert answer.status_code == 422
        assert errors(answer)["parent"].startswith(
            f"人社局 cannot stand under {parent}"
        )
    assert organiser.post(path, data={"parent": "999"}).status_code == 422
    assert parents()["人社局"] == tree["市政府"]


def test_a_unit_in_use_does_not_end_and_says_why(organiser, tree):
    answer = organiser.post(f"/manage/units/{tree['人社局']}/end?lang=en")
    assert answer.status_code == 422
    assert "units below it 1" in Page(answer).one("[role=alert]").text
    taken = organiser.post(
        f"/manage/units/{tree['人社局']}/name?lang=en", data={"name": "医保局"}
    )
    assert errors(taken) == {"name": "There is a unit with the name 医保局 already."}


def test_a_unit_does_not_go_on_below_one_that_has_ended(organiser, tree):
    for name in ("社保中心", "人社局"):
        assert organiser.post(f"/manage/units/{tree[name]}/end").status_code == 303
    answer = organiser.post(f"/manage/units/{tree['社保中心']}/resume?lang=en")
    assert answer.status_code == 422
    assert "The unit 人社局 has ended." in answer.text


def test_units_that_do_not_exist_are_not_found(organiser, tree):
    assert organiser.get("/manage/units/999").status_code == 404
    for part in ("name", "move", "end", "resume"):
        answer = organiser.post(f"/manage/units/999/{part}", data={"name": "x"})
        assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_tree_comes_back_unchanged(organiser, tree, kind):
    answer = organiser.get(f"/manage/units/export?format={kind}")
    edge = "x"
    head = f'Content-Disposition: form-data; name="file"; filename="u.{kind}"'
    body = f"--{edge}\r\n{head}\r\n\r\n".encode() + answer.data + b"\r\n--x--\r\n"
    done = organiser.post(
        "/manage/units/import",
        data=body,
        content_type=f"multipart/form-data; boundary={edge}",
    )
    assert re.findall(r"<dd>(\d+)</dd>", done.text) == ["0", "0", "4"]


def test_a_list_of_units_is_taken_or_named_by_line(organiser, tree):
    done = upload(organiser, "单位,上级单位\n新局,市政府\n社保中心,医保局\n")
    assert re.findall(r"<dd>(\d+)</dd>", done.text) == ["1", "1", "0"]
    for text, line in (
        ("单位,上级单位\n市政府,医保局\n", "2"),
        ("单位,上级单位\n甲,\n甲,\n", "3"),
    ):
        wrong = upload(organiser, text)
        assert wrong.status_code == 422
        assert re.findall(r'class="t-line">(\d+)</th>', wrong.text) == [line]
    assert errors(upload(organiser, "a,b\n1,2\n"))["file"].startswith("No row with")
    assert errors(organiser.post("/manage/units/import?lang=en")) == {
        "file": "Please choose a file."
    }


def test_a_manager_sees_the_own_branch_and_nothing_above(app, organiser, tree, clock):
    manager = sign_in_as(app, Role.MANAGER, clock(), tree["人社局"])
    shown = page(manager, "/manage/units?lang=en")
    assert shown.texts("tbody tr") == ["人社局 0 0 –", "社保中心 0 0 人社局"]
    assert shown.texts(".m-acts a") == []
    own = page(manager, f"/manage/units/{tree['人社局']}?lang=en")
    assert own.soup.select("main form") == []
    exported = manager.get("/manage/units/export").data.decode()
    for hidden in ("市政府", "医保局"):
        assert hidden not in shown.answer.text + own.answer.text + exported
        assert manager.get(f"/manage/units/{tree[hidden]}").status_code == 404


def test_a_manager_changes_no_units(app, tree, clock):
    manager = sign_in_as(app, Role.MANAGER, clock(), tree["人社局"])
    path = f"/manage/units/{tree['人社局']}"
    for part in ("name", "move", "end", "resume"):
        answer = manager.post(f"{path}/{part}", data={"name": "x", "parent": ""})
        assert answer.status_code == 404
    for where in ("/manage/units/new", "/manage/units/import"):
        assert manager.get(where).status_code == 404
        assert manager.post(where, data={"name": "x"}).status_code == 404
    assert keys() == tree
