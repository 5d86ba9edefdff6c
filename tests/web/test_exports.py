"""Exports opened in LibreOffice: nothing in them is computed, nothing is a link."""

import pytest
from sqlalchemy import update

from kiosk.extensions import transaction
from kiosk.models import Account, Clerk, Posting, ServiceType, Unit, Window
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.places import TODAY
from tests.spreadsheets import formulas, kinds, opened

HOSTILE = (
    '=HYPERLINK("http://x.example","a")',
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    "＝1+1",
    " =1+1",
    "\u3000=cmd|' /C calc'!A0",
    "'=1+1",
    "http://x.example",
)
EXPORTS = ("windows/export", "units/export", "clerks/file", "accounts/file")


@pytest.fixture
def hostile(organiser) -> None:
    """Windows, units and clerks all of whose words would like to be formulas."""
    with transaction() as session:
        for at, words in enumerate(HOSTILE):
            window = make_window(session, f"A{at:03}", unit=f"局{at}", kind=f"类{at}")
            texts = dict.fromkeys(
                ("name", "location", "handles", "takes", "documents", "promises"), words
            )
            session.execute(
                update(Window)
                .where(Window.id == window.id)
                .values(**texts, number=words[:20], phone=words[:40])
            )
        for unit in session.query(Unit).order_by(Unit.id):
            unit.name = f"{HOSTILE[unit.id - 1]}局"
            clerk = Clerk(
                centre_id=1,
                name=HOSTILE[unit.id - 1],
                badge=HOSTILE[unit.id - 1][:20],
                named=True,
                started_on=TODAY,
            )
            session.add(clerk)
            session.flush()
            session.add(Posting(clerk_id=clerk.id, unit_id=unit.id, starts_on=TODAY))
        session.execute(update(Account).values(name=HOSTILE[3]))
        for kind in session.query(ServiceType):
            kind.name = f"{HOSTILE[kind.id - 1]}类"


@pytest.mark.unmeasured
@ON_SQLITE
def test_libreoffice_finds_no_formula_in_any_export(organiser, hostile, tmp_path):
    files = []
    for at, path in enumerate(EXPORTS):
        for kind in ("csv", "xlsx"):
            answer = organiser.get(f"/manage/{path}?format={kind}")
            assert answer.status_code == 200, path
            # Of one stem, the second result would overwrite the first.
            files.append((f"{kind}{at}.{kind}", answer.data))
    read = opened(tmp_path, *files)
    assert len(read) == 2 * len(EXPORTS)
    for name, flat in read.items():
        assert formulas(flat) == 0, name
        assert kinds(flat) <= {"string", "date"}, name
        assert "SUM(1,1)" in flat, name


def test_the_check_sees_a_formula_where_there_is_one(tmp_path):
    bare = ('"a","b"\r\n' + '"=1+1","+2"\r\n').encode()
    sheet = opened(tmp_path, ("bare.csv", b"a,b\r\n=1+1,x\r\n"), ("quoted.csv", bare))
    assert formulas(sheet["bare.csv"]) == 1
