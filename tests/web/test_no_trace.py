"""A manager of one unit finds no trace of another one, wherever the links lead."""

from collections import deque
from io import BytesIO
from urllib.parse import urlencode, urlsplit
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.domain.policy import Role
from kiosk.extensions import transaction
from kiosk.models import Clerk, Placement, Posting, Shift, Unit, Window
from tests.builders import make_device, make_window
from tests.engines import ON_SQLITE
from tests.people import make_account, sign_in_as
from tests.places import TODAY
from tests.screens import keep, phone_tap

pytestmark = [ON_SQLITE, pytest.mark.unmeasured]

OWN = "市人社局"
TRACES = (
    *("市医保局", "市政府总局", "社保卡中心", "B001", "B002", "乙窗"),
    *("医保类型", "乙楼", "0000-5559999", "乙员", "乙徽", "乙承诺"),
)
"""All names of the other unit, of the one above both, and of what belongs to it."""
PAGES_MOST = 300
ENDLESS = ("day", "year", "week", "month")
"""What calendars let one walk through for ever."""


@pytest.fixture
def manager(app, organiser, clock) -> FlaskClient:
    """Somebody who manages one of two units; both have everything a unit can have."""
    with transaction() as session:
        own = make_window(session, "A001", unit=OWN)
        make_device(session, own, clock())
        own_unit = session.scalars(select(Unit).where(Unit.name == OWN)).one()
        above = Unit(centre_id=own.centre_id, name="市政府总局")
        session.add(above)
        session.flush()
        own_unit.parent_id = above.id
        others = [
            make_window(session, number, unit="市医保局", kind="医保类型")
            for number in ("B001", "B002")
        ]
        other_unit = session.scalars(select(Unit).where(Unit.name == "市医保局")).one()
        session.add(
            Unit(centre_id=own.centre_id, name="社保卡中心", parent_id=other_unit.id)
        )
        for window in others:
            window.name, window.location = "乙窗", "乙楼"
            window.phone, window.promises = "0000-5559999", "乙承诺"
        others[1].closed_on = TODAY
        make_device(session, others[0], clock())
        _people(session, own, own_unit.id, "甲", clock())
        _people(session, others[0], other_unit.id, "乙", clock())
        _moved(session, own_unit.id, other_unit.id)
        ids = [own.id, others[0].id]
        units = (own_unit.id, other_unit.id)
    for window_id in ids:
        for _ in range(6):
            keep(phone_tap(window_id, 5), clock())
    make_account("other", Role.MANAGER, clock(), units[1])
    return sign_in_as(app, Role.MANAGER, clock(), units[0], login="own-manager")


def _people(session, window: Window, unit_id: int, mark: str, now) -> None:
    clerk = Clerk(
        centre_id=window.centre_id,
        name=f"{mark}员",
        badge=f"{mark}徽",
        named=True,
        started_on=TODAY,
    )
    session.add(clerk)
    session.flush()
    session.add(Posting(clerk_id=clerk.id, unit_id=unit_id, starts_on=TODAY))
    session.add(
        Shift(
            centre_id=window.centre_id,
            clerk_id=clerk.id,
            window_id=window.id,
            starts_at=now.replace(hour=1),
            ends_at=now.replace(hour=9),
            source="roster",
            made_at=now,
        )
    )


def _moved(session, own: int, other: int) -> None:
    """One window that came from the other unit, and one whose successor is there."""
    came = make_window(session, "A005", unit="市医保局", kind="医保类型")
    came.name = "甲窗五"
    old = session.scalars(select(Placement).where(Placement.window_id == came.id)).one()
    old.ends_on = TODAY
    closed = make_window(session, "A006", unit=OWN)
    kind = session.scalars(
        select(Placement.service_type_id).where(Placement.window_id == closed.id)
    ).one()
    session.add(
        Placement(window_id=came.id, unit_id=own, service_type_id=kind, starts_on=TODAY)
    )
    closed.closed_on = TODAY
    successor = session.scalars(select(Window).where(Window.number == "B001")).one()
    closed.successor_id = successor.id


def leads_of(html: str, where: str) -> set[str]:
    """Return every address of the manage area that a page leads to, forms included.

    A list that was searched already is not searched once more: what its search finds
    is asked for from the page without one. The other language says the same.
    """
    soup = BeautifulSoup(html, "html.parser")
    leads = {str(a["href"]) for a in soup.select("a[href]")}
    leads |= {str(part["hx-get"]) for part in soup.select("[hx-get]")}
    for form in soup.select("form"):
        action = str(form.get("action") or where)
        leads.add(action)
        if str(form.get("method", "")).lower() == "get" and "?" not in where:
            leads |= {f"{action}?{urlencode(fields)}" for fields in _filled(form)}
    ours = (lead for lead in leads if lead.startswith(("/manage", "/account")))
    return {lead for lead in ours if not _again(where, lead)}


def _again(where: str, lead: str) -> bool:
    """Whether an address only says once more what another one says.

    The other language; yet another day or year of a calendar; and a searched list in
    a second kind of file.
    """
    walks = any(f"{name}=" in where and f"{name}=" in lead for name in ENDLESS)
    return "lang=" in lead or walks or ("?" in where and "format=xlsx" in lead)


def _filled(form) -> list[dict[str, str]]:
    """Return the form's fields as it may be sent: with each choice, and each word."""
    names = [str(field["name"]) for field in form.select("[name]")]
    empty = dict.fromkeys(names, "")
    filled = [empty]
    for select_field in form.select("select"):
        name = str(select_field["name"])
        filled += [
            empty | {name: str(option.get("value") or "")}
            for option in select_field.select("option")
        ]
    if "q" in empty:
        filled += [empty | {"q": words} for words in ("乙", "B0", "市", "医保")]
        filled += [empty | {"q": "B0", "state": "all"}]
    return filled


def crawl(client: FlaskClient, start: str) -> dict[str, tuple[int, bytes]]:
    """Return every answer that links and forms lead to, by address."""
    answers: dict[str, tuple[int, bytes]] = {}
    waiting = deque([start])
    while waiting and len(answers) < PAGES_MOST:
        where = waiting.popleft()
        if where in answers:
            continue
        answer = client.get(where)
        answers[where] = (answer.status_code, answer.data)
        if answer.status_code in {301, 302, 303}:
            waiting.append(
                urlsplit(answer.location)._replace(scheme="", netloc="").geturl()
            )
        elif answer.mimetype == "text/html":
            waiting += sorted(leads_of(answer.text, where))
    return answers


def traces(answers: dict[str, tuple[int, bytes]]) -> set[str]:
    """Return where a name of the other unit stands, and which."""
    return {
        f"{where}: {name}"
        for where, (_, data) in answers.items()
        for told in [_without_echo(data)]
        for name in TRACES
        if name.encode() in told
    }


def _without_echo(data: bytes) -> bytes:
    """Return what an answer says, without what the asker typed into its search."""
    if data.startswith(b"PK"):
        with ZipFile(BytesIO(data)) as book:
            return b"".join(book.read(part) for part in book.namelist())
    html = data.decode("utf-8", "replace")
    if "<html" not in html:
        return data
    soup = BeautifulSoup(html, "html.parser")
    for field in soup.select("input[name=q]"):
        field["value"] = ""
    for link in soup.select("a[href*='q=']"):
        link["href"] = ""
    return str(soup).encode()


def test_a_manager_finds_no_trace_of_another_unit_anywhere(manager):
    answers = crawl(manager, "/manage")
    assert len(answers) < PAGES_MOST
    assert [where for where, (status, _) in answers.items() if status >= 500] == []
    assert {"/manage", "/manage/windows", "/manage/units", "/manage/tablets"} <= set(
        answers
    )
    for part in ("windows/export", "clerks", "shifts", "posters"):
        assert any(part in where for where in answers), part
    assert traces(answers) == set()


def test_addresses_of_the_other_unit_answer_like_none(app, manager):
    """By guessing keys: what exists elsewhere and what does not answer alike."""
    for part in ("windows", "units", "clerks", "shifts", "tablets"):
        answers = set()
        for key in range(1, 12):
            answer = manager.get(f"/manage/{part}/{key}")
            if answer.status_code == 404:
                path = f"/manage/{part}/{key}".encode()
                answers.add(answer.data.replace(path, b""))
            assert traces({part: (answer.status_code, answer.data)}) == set()
        assert len(answers) <= 1, part


def test_the_search_of_the_crawl_would_see_a_trace(organiser, manager):
    """The organiser's lists do hold the names, as pages and as files."""
    lists = ["/manage/windows?state=all", "/manage/units", "/manage/clerks"]
    lists += ["/manage/windows/export?format=xlsx&state=all", "/manage/tablets"]
    answers = {where: organiser.get(where) for where in lists}
    found = traces({at: (each.status_code, each.data) for at, each in answers.items()})
    assert {each.rpartition(": ")[2] for each in found} == set(TRACES)
    assert any(each.startswith(lists[3]) for each in found)
