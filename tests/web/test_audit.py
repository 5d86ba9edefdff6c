"""The audit: who did what and when, before and after, and what it never tells."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from kiosk.domain.policy import Role
from kiosk.extensions import db, reading, recording, transaction
from kiosk.models import (
    ORGANISATION,
    Clerk,
    LedgerEntry,
    Rating,
    Unit,
    Window,
    table_of,
)
from kiosk.queries.audit import Wanted, acts, rating_lines
from kiosk.queries.audit_names import REFERENCES
from kiosk.services.candidates import cancel_candidate, nominate
from kiosk.services.record_kinds import RECORDS, UNTOLD
from kiosk.web.manage import audit
from kiosk.web.manage.audit_words import FIELD_WORDS, KIND_WORDS
from tests.builders import make_window
from tests.case_sources import open_all, said
from tests.checkpoints import CENTRE, add_entries, behind_the_product, checkpoint_now
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import TODAY, open_campaign, stand, wanted
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.screens import pair_screen
from tests.statements import statements


@pytest.fixture
def organiser(app, clock):
    return sign_in_as(app, Role.ORGANISER, clock(), login="wang")


@pytest.fixture
def hall(app, organiser, clock) -> dict[str, int]:
    """A window that was renamed by an account, moved by a command, and rated."""
    screen = pair_screen("A001", clock())
    with reading() as session:
        window = session.scalars(select(Window.id)).one()
        unit = session.scalars(select(Unit.id)).one()
    with recording("account:1", clock.forward(minutes=26)) as records:
        records.change(Window, CENTRE, window, {"name": "新名称"}, why="改挂牌")
    row = {"centre_id": CENTRE, "name": "二级科室", "parent_id": unit}
    with recording("terminal", clock.forward(minutes=1)) as records:
        [below] = records.add(Unit, CENTRE, [row])
        records.strike(Unit, CENTRE, below)
    screen.rate(1, clock())
    return {"window": window, "unit": unit}


def entries(client, **asked) -> list[str]:
    asked = {"chain": CENTRE, "lang": "en", **asked}
    return get(client, "manage.audit", **asked).texts(".a-entry")


def numbers(client, **asked) -> list[int]:
    page = get(client, "manage.audit", **{"chain": CENTRE, "lang": "en", **asked})
    return [int(number.replace(",", "")) for number in page.texts(".a-number")]


# What an entry tells


@ON_SQLITE
def test_a_change_tells_who_when_why_and_only_what_differs(organiser, hall):
    found = entries(organiser, kind="window")[0]
    assert found == (
        "Window · changed7 A001 新名称 2026-07-16 12:26 · 测试wang "
        "Reason: 改挂牌 FieldBeforeAfter Called社保综合A001新名称"
    )


@ON_SQLITE
def test_a_new_row_tells_names_instead_of_keys(organiser, hall):
    struck, added = entries(organiser, kind="unit")[:2]
    assert added == (
        "Unit · added8 二级科室 2026-07-16 12:27 · Command on the server "
        "FieldValue Centre服务中心 Called二级科室 Belongs to市人社局"
    )
    assert struck.startswith("Unit · struck out9 二级科室")
    assert struck.endswith("Centre服务中心– Called二级科室– Belongs to市人社局–")


@ON_SQLITE
def test_a_screen_is_named_by_its_window(organiser, hall):
    [found] = entries(organiser, kind="device")
    assert "Screen · added" in found
    assert "Pairing link no. 1" in found
    assert "WindowA001" in found.replace("–", "")


@ON_SQLITE
def test_the_organisations_ledger_tells_of_accounts_and_roles(organiser, hall):
    role, account, *_ = entries(organiser, chain=ORGANISATION)
    assert account.startswith("Account · added")
    assert role.startswith("Role · added4 测试wang")
    assert "RoleOrganiser" in role
    with reading() as session:
        words = session.scalars(select(LedgerEntry.body)).all()
    assert not any("password" in body for body in words)


@ON_SQLITE
def test_notes_tell_what_they_hold(organiser, hall, clock):
    view = checkpoint_now(clock())
    [found] = entries(organiser, chain=ORGANISATION, kind="checkpoint")
    assert f"Entries{view.size}" in found
    assert f"Last hash{view.statement.tip.hex()}" in found
    assert found.startswith("Checkpoint6 2026-07-16 12:27 · test")


@ON_SQLITE
def test_an_erased_body_is_said_so(organiser, hall):
    behind_the_product(
        "UPDATE ledger_entry SET salt = NULL, body = NULL "
        "WHERE chain_id = 1 AND number = 7"
    )
    found = entries(organiser, kind="window")[0]
    assert found == (
        "Window7 2026-07-16 Its contents were erased on request; its place in the "
        "chain stays."
    )


@ON_SQLITE
def test_words_of_others_are_shown_as_words(organiser, hall, clock):
    with recording("<b>x", clock()) as records:
        name = "<script>alert(1)</script>"
        records.change(Window, CENTRE, hall["window"], {"name": name}, why="<i>")
    page = get(organiser, "manage.audit", lang="en")
    assert page.soup.select(".a-entry script, .a-entry i, .a-entry b") == []
    assert "<script>alert(1)</script>" in page.texts(".a-entry")[0]


# What it never tells


def test_ratings_are_told_without_level_minute_and_device(app, clock, organiser, hall):
    [found] = entries(organiser, kind="rating")
    assert found == "Rating10 A001 2026-07-16 afternoon"
    morning = pair_screen("B001", clock())
    clock.now = NOON + timedelta(hours=23, minutes=59)
    morning.rate(5, clock())
    later = sign_in_as(app, Role.ORGANISER, clock(), login="wang")
    assert entries(later, kind="rating")[0].endswith("B001 2026-07-17 morning")
    morning.rate(5, clock.forward(minutes=1))
    assert entries(later, kind="rating")[0].endswith("B001 2026-07-17 afternoon")


@ON_SQLITE
def test_ratings_are_left_out_unless_asked_for(organiser, hall):
    assert not any(found.startswith("Rating") for found in entries(organiser))
    assert 10 not in numbers(organiser)


@ON_SQLITE
@pytest.mark.parametrize("words", ['"level":1', "level", "tapped", '"level":1,'])
def test_bodies_of_ratings_cannot_be_searched(organiser, hall, words):
    asked = entries(organiser, kind="rating", q=words)
    assert asked == entries(organiser, kind="rating", q="", by="account:1")
    assert entries(organiser, q=words) == []


@ON_SQLITE
def test_entries_about_a_rating_do_not_lead_to_it(organiser, hall, clock):
    with recording("account:1", clock()) as records:
        told = {"rating": "6f1c0c1e-0000-4000-8000-000000000001", "to": 1, "from": None}
        records.note(CENTRE, "attribution", told)
        clerk = {
            "centre_id": CENTRE,
            "name": "李四",
            "badge": "7",
            "named": True,
            "started_on": NOON.date(),
        }
        records.add(Clerk, CENTRE, [clerk])
    [found] = entries(organiser, kind="attribution")
    assert found.endswith("FieldValue After李四")
    assert "6f1c" not in get(organiser, "manage.audit").answer.text
    assert entries(organiser, q="6f1c") == []


# Finding


@ON_SQLITE
def test_filters_narrow_what_is_shown(app, organiser, hall, clock):
    assert numbers(organiser, by="account:1") == [7]
    assert numbers(organiser, by="terminal") == [9, 8]
    assert numbers(organiser, by="account:11") == []
    assert numbers(organiser, kind="unit", by="terminal") == [9, 8]
    assert numbers(organiser, q="新名称") == [7]
    assert numbers(organiser, q="新名称 改挂牌") == [7]
    assert numbers(organiser, q="新名称 nowhere") == []
    add_entries(CENTRE, clock.forward(days=1))
    organiser = sign_in_as(app, Role.ORGANISER, clock(), login="wang")
    assert numbers(organiser, **{"from": "2026-07-17"}) == [11]
    assert 11 not in numbers(organiser, to="2026-07-16")
    assert numbers(organiser, **{"from": "2026-07-16", "to": "2026-07-16", "q": "改"})


def test_search_finds_signs_that_json_and_like_write_otherwise(organiser, clock):
    wanted = 'a "quoted" 100% _x\\y'
    with recording("test", clock()) as records:
        records.note(CENTRE, "export", {"what": wanted})
        records.note(CENTRE, "export", {"what": "a quoted 1000 zx"})
    [newer, older, *_] = numbers(organiser)
    for words in ('"quoted"', "100%", "_x", "x\\y", "A", "QUOTED"):
        assert older in numbers(organiser, q=words), words
    assert newer not in numbers(organiser, q="100%")
    assert newer not in numbers(organiser, q="_x")


@ON_SQLITE
@pytest.mark.parametrize(
    "asked",
    [
        {"from": "yesterday"},
        {"to": "2026-13-01"},
        {"kind": "none"},
        {"chain": "9"},
        {"chain": "x"},
        {"before": "x"},
        {"before": "１"},
        {"before": "9" * 30},
    ],
)
def test_what_cannot_be_understood_is_as_if_not_asked(organiser, hall, asked):
    page = get(organiser, "manage.audit", **asked)
    plain = get(organiser, "manage.audit")
    assert page.texts(".a-number") == plain.texts(".a-number")


@ON_SQLITE
def test_pages_follow_each_other_by_number(organiser, hall, monkeypatch):
    monkeypatch.setattr(audit, "PER_PAGE", 4)
    everything = get(organiser, "manage.audit", lang="en", to="2030-01-01")
    assert everything.texts(".a-number") == ["9", "8", "7", "6"]
    [older] = everything.soup.select(".a-pages a")
    assert "to=2030-01-01" in older["href"]
    assert "lang=en" in older["href"]
    second = Page(organiser.get(str(older["href"])))
    assert second.texts(".a-number") == ["5", "4", "3", "2"]
    assert second.texts(".a-pages a") == ["Newest", "Older"]
    last = Page(organiser.get(str(second.soup.select(".a-pages a")[1]["href"])))
    assert last.texts(".a-number") == ["1"]
    assert last.texts(".a-pages a") == ["Newest"]


# Taking it away


def export(client, form="csv", **asked):
    query = {"format": form, "chain": CENTRE, "lang": "en", **asked}
    return client.post("/manage/audit/file", query_string=query)


@ON_SQLITE
def test_an_export_holds_a_row_for_each_field_and_is_entered(organiser, hall):
    answer = export(organiser, q="新名称")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows == [
        [
            "Number",
            "When",
            "Who",
            "Kind",
            "About",
            "Field",
            "Before",
            "After",
            "Reason",
        ],
        [
            "7",
            "2026-07-16 12:26",
            "测试wang",
            "Window · changed",
            "A001 新名称",
            "Called",
            "社保综合A001",
            "新名称",
            "改挂牌",
        ],
    ]
    with reading() as session:
        entry = session.get(LedgerEntry, (CENTRE, 11))
    told = json.loads(entry.body)
    assert (entry.kind, told["by"], told["rows"]) == ("export", "account:1", 1)
    # What was searched for may be a name; the ledger keeps what it is told for ever.
    assert told["asked"] == {"chain": "1", "q": "yes"}


@ON_SQLITE
def test_a_workbook_holds_the_same_and_no_formula(organiser, hall, clock):
    with recording("account:1", clock()) as records:
        records.change(Window, CENTRE, hall["window"], {"name": "=1+1"})
    answer = export(organiser, "xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "'=1+1" in [cell.value for cell in cells]
    assert not any(cell.data_type == "f" for cell in cells)


@ON_SQLITE
def test_ratings_are_exported_as_they_are_shown(organiser, hall):
    answer = export(organiser, kind="rating")
    [_, row] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row == ["10", "2026-07-16 afternoon", "", "Rating", "A001", "", "", "", ""]


@ON_SQLITE
def test_more_than_a_file_holds_is_refused_and_not_entered(
    organiser, hall, monkeypatch
):
    monkeypatch.setattr(audit, "EXPORT_MOST", 8)
    assert len(numbers(organiser)) == 9
    answer = export(organiser)
    assert answer.status_code == 422
    [words] = Page(answer).texts(".warning")
    assert words.startswith("These are more than 8 entries.")
    assert len(numbers(organiser)) == 9
    monkeypatch.setattr(audit, "EXPORT_MOST", 9)
    assert export(organiser).status_code == 200


@ON_SQLITE
def test_an_export_is_no_link(organiser, hall):
    assert organiser.get("/manage/audit/file").status_code == 405
    assert organiser.post("/manage/audit/file", token=False).status_code == 403


@ON_SQLITE
def test_only_an_organiser_looks(app, client, clock):
    with transaction() as session:
        make_window(session)
    for role in set(Role) - {Role.ORGANISER}:
        unit = 1 if role is Role.MANAGER else None
        person = sign_in_as(app, role, clock(), unit)
        assert person.get("/manage/audit").status_code == 404
        assert person.post("/manage/audit/file").status_code == 404
    assert client.get("/manage/audit").status_code == 303


# What it costs, and that nothing is forgotten


@ON_SQLITE
def test_a_page_costs_the_same_however_much_there_is(organiser, hall):
    with statements() as few:
        get(organiser, "manage.audit")
    add_entries(CENTRE, NOON, 40)
    with statements() as many:
        get(organiser, "manage.audit")
    assert len(many) <= len(few) <= 20


@ON_SQLITE
def test_acts_are_found_by_their_own_index(app):
    with reading() as session, statements() as said:
        acts(session, Wanted(chain_id=CENTRE, before=99), 51)
        rating_lines(session, Wanted(chain_id=CENTRE, before=99), 51)
    plans = []
    for statement in said:
        with db.engine.connect() as connection:
            explained = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", (0,) * statement.count("?")
            )
            plans.append(" / ".join(row[-1] for row in explained))
    assert "ix_ledger_entry_acts" in plans[0]
    for plan in plans:
        assert not re.search(r"SCAN|TEMP B-TREE", plan), plan


@pytest.mark.parametrize("kind", RECORDS)
def test_every_kind_and_column_has_a_word_and_every_key_a_name(kind):
    assert kind in KIND_WORDS
    model = RECORDS[kind]
    for column in table_of(model).c:
        if column.name != "id" and column.name not in UNTOLD.get(model, ()):
            assert column.name in FIELD_WORDS, column
    shown_as_numbers = {"shift_id", "superseded_by_id", "successor_id", "text_id"}
    keys = {column.name for column in table_of(model).c if column.foreign_keys}
    assert keys - shown_as_numbers <= set(REFERENCES)


@ON_SQLITE
def test_the_page_works_in_chinese(organiser, hall):
    page = get(organiser, "manage.audit", lang="zh")
    assert page.soup.html["lang"] == "zh-CN"
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM ledger_entry")) > 10


def test_of_a_case_neither_its_minute_nor_its_rating_is_told(organiser, app, clock):
    """Level and minute together could lead to a visitor."""
    window = pair_screen("A077", clock()).window_id
    rating = said(window, clock())
    open_all(clock.forward(minutes=7))
    found = {}
    with reading() as session:
        event = str(session.get_one(Rating, rating).event_id)
        for act in acts(session, Wanted(chain_id=CENTRE), 500):
            found.setdefault(act.kind, act)
        searched = acts(session, Wanted(chain_id=CENTRE, words=event), 500)
    for kind in ("case", "case-rating"):
        assert found[kind].at is None
        told = {change.field for change in found[kind].changes} | set(found[kind].row)
        assert told.isdisjoint({"event_id", "received_at", "rating"})
    assert [act for act in searched if act.kind.startswith("case")] == []
    assert event not in str(get(organiser, "manage.audit").soup)


@ON_SQLITE
def test_a_selection_is_told_with_the_names_of_campaign_and_candidate(app, organiser):
    with transaction() as session:
        window = make_window(session, "A9", unit="丙").id
    campaign = open_campaign()
    with recording("test", NOON) as records:
        nominate(records, wanted(campaign, "best", window), TODAY)
    [candidate] = stand(campaign)
    with recording("test", NOON) as records:
        cancel_candidate(records, campaign, candidate.id, "材料不实")
    chain = str(ORGANISATION)
    found = get(organiser, "manage.audit", chain=chain, lang="en").texts(".a-entry")
    told = [entry for entry in found if entry.startswith("Candidate ·")]
    assert len(told) == 2
    assert "微笑服务月" in told[-1]
