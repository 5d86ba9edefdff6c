"""Windows in pages: searched, filtered, exported, edited, moved, closed, imported."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Placement, Rating, Unit, Window
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as
from tests.places import TODAY, placements
from tests.screens import keep, phone_tap
from tests.statements import statements

pytestmark = ON_SQLITE

DAY = timedelta(days=1)
HTMX = {"HX-Request": "true"}
GUIDE = {
    "handles": "登记\r\n转移",
    "takes": "即办",
    "documents": "身份证",
    "promises": "一次告知",
}
WORDS = {"name": "社保综合", "location": "二楼", "phone": "+86 0000 5550101"} | GUIDE
PLACES = "section[aria-labelledby=places] tbody tr"


@pytest.fixture
def window(organiser) -> int:
    with transaction() as session:
        make_window(session, "B001", unit="市医保局", kind="医保")
        return make_window(session, "A001").id


@pytest.fixture
def manager(app, window, clock):
    """Somebody who manages the unit of A001 only."""
    return sign_in_as(app, Role.MANAGER, clock(), unit_key("市人社局"))


def unit_key(name: str) -> int:
    with reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def key_of(number: str) -> int:
    with reading() as session:
        return session.scalars(select(Window.id).where(Window.number == number)).one()


def stored(key: int) -> Window:
    with reading() as session:
        return session.get_one(Window, key)


def close(number: str, day=TODAY, successor=None) -> None:
    with transaction() as session:
        window = session.scalars(select(Window).where(Window.number == number)).one()
        window.closed_on = day
        window.successor_id = successor


def page(client, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:2000]
    return Page(answer)


def plates(client, query: str = "") -> list[str]:
    return page(client, f"/manage/windows?lang=en{query}").texts("tbody .plate")


def errors(answer) -> dict[str, str]:
    return dict(re.findall(r'id="(\w+)-error">([^<]+)<', answer.text))


# --- the list -----------------------------------------------------------------


FOUND = {
    "": ["A001", "B001"],
    "&q=b0": ["B001"],
    "&q=社保综合A": ["A001"],
    "&q=市医": ["B001"],
    "&q=一楼 医保": ["B001"],
    "&q=nowhere": [],
    "&type=医保": ["B001"],
    "&unit=999": [],
    "&state=closed": ["C001"],
    "&state=all": ["A001", "B001", "C001"],
    "&state=all&q=C": ["C001"],
}


def test_windows_are_found_by_words_and_filters(organiser, window):
    with transaction() as session:
        make_window(session, "C001")
    close("C001")
    assert {query: plates(organiser, query) for query in FOUND} == FOUND


def test_windows_are_found_by_their_unit(organiser, window):
    assert plates(organiser, f"&unit={unit_key('市医保局')}") == ["B001"]


def test_a_search_says_how_many_it_found_and_leads_back_to_all(organiser, window):
    found = page(organiser, "/manage/windows?lang=en&q=A001")
    assert found.texts("[role=status]") == ["Windows: 1 Show all"]
    assert found.one("#q")["value"] == "A001"
    nothing = page(organiser, "/manage/windows?lang=en&q=zzz")
    assert "No window is found so." in nothing.answer.text


def test_fifty_stand_on_a_page_and_the_search_goes_along(organiser, window):
    with transaction() as session:
        for number in range(60):
            make_window(session, f"N{number:03}")
    first = page(organiser, "/manage/windows?lang=en&q=N0")
    assert len(first.texts("tbody tr")) == 50
    [following] = [a["href"] for a in first.soup.select("a[rel=next]")]
    assert following == "/manage/windows?lang=en&q=N0&page=2"
    last = page(organiser, following)
    assert len(last.texts("tbody tr")) == 10
    assert last.texts(".pager p") == ["Page 2 of 2 · 60 in all"]
    beyond = page(organiser, "/manage/windows?lang=en&q=N0&page=99")
    assert beyond.texts(".pager p") == ["Page 2 of 2 · 60 in all"]


def test_a_closed_window_has_no_code_to_scan(organiser, window):
    close("A001", TODAY)
    shown = page(organiser, "/manage/windows?lang=en&state=closed")
    assert "closed since 2026-07-16" in shown.answer.text
    assert f"/w/{stored(window).code}" not in shown.answer.text
    close("A001", TODAY + DAY)
    shown = page(organiser, "/manage/windows?lang=en")
    assert "closes on 2026-07-17" in shown.answer.text
    assert f"/w/{stored(window).code}" in shown.answer.text


@pytest.mark.parametrize("windows", [1, 3])
def test_the_list_costs_the_same_for_one_window_and_for_three(organiser, windows):
    for number in range(windows):
        with transaction() as session:
            make_window(session, f"A{number:03}", unit=f"局{number}")
    organiser.get("/manage/windows")
    with statements() as seen:
        assert organiser.get("/manage/windows").status_code == 200
    assert len([each for each in seen if "placement" in each]) == 1


# --- one window ---------------------------------------------------------------


def test_a_window_shows_its_plate_guide_and_places(organiser, window):
    organiser.post(f"/manage/windows/{window}/edit", data=WORDS)
    shown = page(organiser, f"/manage/windows/{window}?lang=en")
    assert shown.heading == "A001社保综合"
    assert "登记 转移" in shown.texts(".guide dd")
    assert shown.texts(PLACES) == ["2020-01-01 until further notice 市人社局 社保 社保"]


def test_a_window_that_does_not_exist_is_not_found(organiser, window):
    for path in ("", "/edit", "/number", "/move", "/close"):
        for key in ("0", "999", "2147483648", "x", "-1", "1e3"):
            answer = organiser.get(f"/manage/windows/{key}{path}")
            assert answer.status_code == 404


def test_words_are_saved_with_their_lines(organiser, window):
    answer = organiser.post(f"/manage/windows/{window}/edit?lang=en", data=WORDS)
    assert answer.status_code == 303
    assert "words of this window are saved" in organiser.get(answer.location).text
    kept = stored(window)
    assert (kept.name, kept.location, kept.phone) == tuple(WORDS.values())[:3]
    assert (kept.handles, kept.takes) == ("登记\n转移", "即办")
    assert (kept.documents, kept.promises) == ("身份证", "一次告知")
    form = page(organiser, f"/manage/windows/{window}/edit")
    assert form.one("#handles").text.strip() == "登记\n转移"


def test_two_thousand_characters_of_a_guide_fit_and_one_more_not(organiser, window):
    path = f"/manage/windows/{window}/edit?lang=en"
    fits = WORDS | dict.fromkeys(GUIDE, "长" * 2000)
    assert organiser.post(path, data=fits).status_code == 303
    over = WORDS | dict.fromkeys(GUIDE, "短" * 2001)
    answer = organiser.post(path, data=over)
    assert answer.status_code == 422
    assert list(errors(answer)) == list(GUIDE)
    for said in errors(answer).values():
        assert said.endswith("is too long: at most 2000 characters fit.")
    assert answer.text.count("短" * 2001) == 4
    assert stored(window).promises == "长" * 2000


def test_each_wrong_word_is_named_beside_its_field(organiser, window):
    wrong = {"name": " ", "phone": "1" * 41, "location": "=1"}
    path = f"/manage/windows/{window}/edit?lang=en"
    answer = organiser.post(path, data=WORDS | wrong)
    assert answer.status_code == 422
    Page(answer)
    assert errors(answer) == {
        "name": "Window name is empty. Please fill it in.",
        "phone": "Phone is too long: at most 40 characters fit.",
        "location": "Location holds a formula. Please paste its result there as a "
        "value.",
    }
    assert stored(window).name == "社保综合A001"


def test_htmx_has_a_field_looked_at_and_nothing_is_saved(organiser, window):
    path = f"/manage/windows/{window}/edit?lang=en"
    answer = organiser.post(path, data=WORDS | {"name": ""}, headers=HTMX)
    assert answer.status_code == 200
    row = Page(answer).one("#row-name")
    assert row.select_one("#name-error").text == (
        "Window name is empty. Please fill it in."
    )
    assert row.select_one("#name")["hx-post"] == path
    fine = organiser.post(path, data=WORDS, headers=HTMX)
    assert (fine.status_code, errors(fine)) == (200, {})
    assert stored(window).name == "社保综合A001"


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("number", {"number": "A777"}),
        ("move", {"unit": "1", "service_type": "x", "starts_on": "2026-07-16"}),
        ("close", {"closes_on": "2026-07-16", "successor": ""}),
    ],
)
def test_htmx_alone_changes_nothing(organiser, window, part, data):
    before = stored(window)
    answer = organiser.post(f"/manage/windows/{window}/{part}", data=data, headers=HTMX)
    assert (answer.status_code, errors(answer)) == (200, {})
    after = stored(window)
    assert (after.number, after.closed_on) == (before.number, None)
    assert len(placements("A001")) == 1


def test_a_window_is_renumbered_unless_the_number_is_taken(organiser, window):
    path = f"/manage/windows/{window}/number?lang=en"
    taken = organiser.post(path, data={"number": "B001"})
    assert taken.status_code == 422
    assert errors(taken) == {
        "number": "There is another open window with the number B001."
    }
    assert organiser.post(path, data={"number": " A777 "}).status_code == 303
    assert stored(window).number == "A777"


def test_a_window_moves_from_a_day_and_the_move_is_taken_back(organiser, window):
    move = {
        "unit": str(unit_key("市医保局")),
        "service_type": "医保",
        "starts_on": "2026-07-20",
    }
    path = f"/manage/windows/{window}"
    assert organiser.post(f"{path}/move", data=move).status_code == 303
    shown = page(organiser, f"{path}?lang=en")
    assert shown.texts(PLACES) == [
        "2026-07-20 until further notice 市医保局 医保 医保 planned Take back",
        "2020-01-01 before 2026-07-20 市人社局 社保 社保",
    ]
    again = organiser.post(
        f"{path}/move?lang=en", data=move | {"starts_on": "2026-07-21"}
    )
    assert again.status_code == 422
    assert errors(again)["starts_on"].startswith("A move is planned already from 2026")
    for _ in range(2):
        assert organiser.post(f"{path}/move/back").status_code == 303
    assert len(placements("A001")) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "999"}, "unit"),
        ({"unit": "x"}, "unit"),
        ({"service_type": ""}, "service_type"),
        ({"starts_on": "2026-07-15"}, "starts_on"),
        ({"starts_on": "tomorrow"}, "starts_on"),
    ],
)
def test_a_wrong_move_is_refused_beside_its_field(organiser, window, wrong, said):
    move = {"unit": str(unit_key("市医保局")), "service_type": "医保"}
    move |= {"starts_on": "2026-07-16"} | wrong
    answer = organiser.post(f"/manage/windows/{window}/move?lang=en", data=move)
    assert answer.status_code == 422
    assert list(errors(answer)) == [said]
    assert len(placements("A001")) == 1


def test_a_unit_that_has_ended_is_not_offered(organiser, window):
    key = unit_key("市医保局")
    with transaction() as session:
        session.get_one(Unit, key).ended_on = TODAY
    form = page(organiser, f"/manage/windows/{window}/move")
    assert "市医保局" not in form.texts("#unit option")


def test_a_window_closes_with_a_successor_and_opens_again(organiser, window):
    closing = {"closes_on": "2026-07-16", "successor": str(key_of("B001"))}
    path = f"/manage/windows/{window}"
    assert organiser.post(f"{path}/close", data=closing).status_code == 303
    shown = page(organiser, f"{path}?lang=en")
    assert "Closed since 2026-07-16." in shown.answer.text
    assert "B001" in shown.one(".warning").text
    assert shown.soup.select("a[href*='/edit']") == []
    assert organiser.post(f"{path}/reopen").status_code == 303
    assert stored(window).closed_on is None
    assert (
        "The window stays open." in organiser.get(f"{path}?done=reopened&lang=en").text
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"closes_on": "2026-07-15"}, "closes_on"),
        ({"closes_on": ""}, "closes_on"),
        ({"successor": "999"}, "successor"),
        ({"successor": "own"}, "successor"),
    ],
)
def test_a_wrong_closing_is_refused_beside_its_field(organiser, window, wrong, said):
    wrong = {name: str(window) if v == "own" else v for name, v in wrong.items()}
    closing = {"closes_on": "2026-07-16", "successor": ""} | wrong
    answer = organiser.post(f"/manage/windows/{window}/close?lang=en", data=closing)
    assert answer.status_code == 422
    assert list(errors(answer)) == [said]
    assert stored(window).closed_on is None


def test_yesterdays_closing_cannot_be_undone_or_changed(organiser, window):
    close("A001", TODAY - DAY)
    path = f"/manage/windows/{window}"
    shown = page(organiser, f"{path}?lang=en")
    assert "Keep it open" not in shown.answer.text
    for part, data in (
        ("reopen", {}),
        ("move/back", {}),
        ("edit", WORDS),
        ("number", {"number": "X"}),
        ("close", {"closes_on": "2026-07-20"}),
        ("move", {"unit": "1", "service_type": "x", "starts_on": "2026-07-16"}),
    ):
        answer = organiser.post(f"{path}/{part}?lang=en", data=data)
        assert answer.status_code == 422
        assert "This window closed on 2026-07-15 and stays as it was." in answer.text


def test_words_that_nobody_said_are_not_shown_as_done(organiser, window):
    answer = organiser.get(f"/manage/windows/{window}?done=<b>x")
    assert "<b>x" not in answer.text.replace("&lt;", "")
    assert 'class="done"' not in answer.text


# --- who may ------------------------------------------------------------------


def test_a_manager_edits_words_of_own_windows_only(manager, window):
    shown = page(manager, f"/manage/windows/{window}?lang=en")
    assert shown.texts(".m-acts a") == ["Edit"]
    assert manager.post(f"/manage/windows/{window}/edit", data=WORDS).status_code == 303
    other = key_of("B001")
    for part in ("", "/edit"):
        assert manager.get(f"/manage/windows/{other}{part}").status_code == 404
    assert manager.post(f"/manage/windows/{other}/edit", data=WORDS).status_code == 404
    assert stored(other).name == "社保综合B001"


@pytest.mark.parametrize("part", ["number", "move", "move/back", "close", "reopen"])
def test_a_manager_places_no_windows(manager, window, part):
    assert manager.post(f"/manage/windows/{window}/{part}").status_code == 404
    assert stored(window).closed_on is None


def test_who_may_not_edit_reads_the_same_page(app, window, clock):
    viewer = sign_in_as(app, Role.VIEWER, clock())
    shown = page(viewer, f"/manage/windows/{window}?lang=en")
    assert shown.texts(".m-acts a") == []
    assert "2020-01-01 until further notice" in shown.texts(PLACES)[0]
    assert viewer.get(f"/manage/windows/{window}/edit").status_code == 404
    listed = page(viewer, "/manage/windows?lang=en")
    assert listed.texts(".m-acts a") == []
    assert "Pair a tablet" not in listed.answer.text


def test_where_a_window_came_from_is_not_told_to_its_new_manager(
    app, manager, window, organiser
):
    with transaction() as session:
        other = session.get_one(Window, key_of("B001"))
        [old] = session.scalars(
            select(Placement).where(Placement.window_id == other.id)
        )
        old.ends_on = TODAY
        own = session.scalars(
            select(Placement).where(Placement.window_id == window)
        ).one()
        session.flush()
        session.add(
            Placement(
                window_id=other.id,
                unit_id=own.unit_id,
                service_type_id=own.service_type_id,
                starts_on=TODAY,
            )
        )
        close_to = other.id
    shown = page(manager, f"/manage/windows/{close_to}?lang=en")
    assert shown.texts(PLACES) == [
        "2026-07-16 until further notice 市人社局 社保 社保",
        "2020-01-01 before 2026-07-16 another unit –",
    ]
    assert "市医保局" not in shown.answer.text
    assert "市医保局" in organiser.get(f"/manage/windows/{close_to}").text


def test_a_successor_elsewhere_is_not_named_to_the_unit(manager, window):
    close("A001", TODAY, key_of("B001"))
    shown = page(manager, f"/manage/windows/{window}?lang=en")
    assert "Visitors are sent to a window of another unit." in shown.answer.text
    assert "B001" not in shown.answer.text


# --- lists as files -----------------------------------------------------------


def upload(client, data: bytes, *, close_others: bool = False, name="windows.csv"):
    edge = b"----edge"
    body = b""
    if close_others:
        body += (
            b'--%b\r\nContent-Disposition: form-data; name="close"\r\n\r\n1\r\n' % edge
        )
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    body += b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (edge, head.encode(), data, edge)
    return client.post(
        "/manage/windows/import?lang=en",
        data=body,
        content_type=f"multipart/form-data; boundary={edge.decode()}",
    )


def counts() -> tuple[int, int, int]:
    with reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(model))
            for model in (Window, Placement, Rating)
        )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_exported_list_comes_back_unchanged(organiser, window, kind, language):
    organiser.post(f"/manage/windows/{window}/edit", data=WORDS | {"takes": "-即办"})
    answer = organiser.get(f"/manage/windows/export?format={kind}&lang={language}")
    assert f".{kind}" in answer.headers["Content-Disposition"]
    done = upload(organiser, answer.data, name=f"x.{kind}")
    assert done.status_code == 200
    figures = re.findall(r"<dd>(\d+)</dd>", done.text)
    assert figures == ["0", "0", "2"]


def test_an_export_holds_what_was_searched_for(organiser, window):
    answer = organiser.get("/manage/windows/export?q=B001&lang=en")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith('"unit","window","name","service_type"')
    assert lines[1].startswith('"市医保局","B001"')


LIST = "单位,窗口编号,窗口名称,业务类型\n市医保局,B001,社保综合B001,医保\n".encode()


def test_what_a_list_leaves_out_is_named_with_its_ratings_before_it_closes(
    organiser, window, clock
):
    with transaction() as session:
        make_window(session, "A009")
    for _ in range(7):
        keep(phone_tap(window, 5), clock())
    before = counts()
    asked = Page(upload(organiser, LIST, close_others=True))
    assert asked.texts("tbody tr") == [
        "A001社保综合A001 市人社局 7",
        "A009社保综合A009 市人社局 0",
    ]
    assert stored(window).closed_on is None
    ticked = [str(box["value"]) for box in asked.soup.select("input[name=window]")]
    assert ticked == [str(window), str(key_of("A009"))]
    done = organiser.post(
        "/manage/windows/import/close?lang=en", data={"window": [str(window), "x"]}
    )
    assert "Windows closed: 1" in done.text
    assert stored(window).closed_on == TODAY
    assert stored(key_of("A009")).closed_on is None
    assert counts() == before


def test_without_the_tick_nothing_is_asked_and_nothing_closes(organiser, window):
    done = upload(organiser, LIST)
    assert 'name="window"' not in done.text
    assert stored(window).closed_on is None


def test_a_list_that_leaves_nothing_out_says_so(organiser, window):
    both = LIST + "市人社局,A001,社保综合A001,社保\n".encode()
    done = upload(organiser, both, close_others=True)
    assert "leaves out no open window" in done.text


def test_a_list_with_a_unit_that_has_ended_is_refused(organiser, window):
    with transaction() as session:
        session.get_one(Unit, unit_key("市医保局")).ended_on = TODAY
    moved = LIST + "市医保局,A001,x,社保\n".encode()
    answer = upload(organiser, moved)
    assert answer.status_code == 422
    assert errors(answer)["file"].startswith("The unit 市医保局 has ended.")
    assert stored(window).name == "社保综合A001"


def test_a_manager_brings_no_lists_and_closes_none(manager, window):
    assert upload(manager, LIST, close_others=True).status_code == 404
    closing = manager.post("/manage/windows/import/close", data={"window": str(window)})
    assert closing.status_code == 404
    assert stored(window).closed_on is None


# --- the phone page -----------------------------------------------------------


def test_the_guide_is_folded_on_the_phone_page(client, organiser, window):
    organiser.post(f"/manage/windows/{window}/edit", data=WORDS)
    shown = page(client, f"/w/{stored(window).code}?lang=en")
    guide = shown.one("details")
    assert not guide.has_attr("open")
    assert shown.texts("details dt") == [
        "What is handled here",
        "How long it takes",
        "What to bring",
        "What we promise",
        "Phone",
    ]
    assert shown.soup.select("details dd")[0].text == "登记\n转移"


def test_a_window_with_nothing_to_tell_shows_no_guide(client, organiser, window):
    organiser.post(f"/manage/windows/{window}/edit", data={"name": "x"})
    assert page(client, f"/w/{stored(window).code}").soup.select("details") == []


def test_the_code_of_a_closed_window_leads_to_its_successor(client, window, clock):
    code = stored(window).code
    close("A001", TODAY, key_of("B001"))
    shown = page(client, f"/w/{code}?lang=en", 410)
    assert shown.heading == "This window is closed"
    assert f"/w/{stored(key_of('B001')).code}?lang=en" in shown.links()
    sent = client.post(f"/w/{code}", data={"level": "5", "token": "x"})
    assert sent.status_code == 410
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 0


def test_a_successor_that_closed_as_well_leads_on_to_its_own(client, window):
    with transaction() as session:
        last = make_window(session, "C001").id
    close("B001", TODAY - DAY, last)
    close("A001", TODAY, key_of("B001"))
    shown = page(client, f"/w/{stored(window).code}?lang=en", 410)
    assert shown.texts(".plate") == ["A001", "C001"]


def test_successors_in_a_ring_end_at_the_service_desk(client, window):
    close("B001", TODAY, window)
    close("A001", TODAY, key_of("B001"))
    shown = page(client, f"/w/{stored(window).code}?lang=en", 410)
    assert "Please ask at the service desk." in shown.answer.text
    assert NOON.date() == TODAY
