"""Words and numbers of citizens, followed through every page, file and message.

Before their time is over nobody is told what is not for them; afterwards they are
nowhere. `tests/canaries.py` places them; a file is unpacked before it is searched.
"""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile, is_zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.extensions import reading, transaction
from kiosk.extensions.daily import DailyCheckpoints
from kiosk.models import MailMessage, Rating, Webhook, WebhookMessage
from kiosk.queries.ledger import heads
from kiosk.services.ledger_export import public_lines, whole_lines
from kiosk.services.webhook_news import gather_news
from tests.backups import make_backup
from tests.canaries import NUMBERS, SAID, SECRET, SLIP, Canaries, place_canaries
from tests.conftest import NOON
from tests.interface import System, make_system
from tests.routes import Route, every_route
from tests.web.access_world import PEOPLE, World

pytestmark = pytest.mark.unmeasured

WORDS = NOON + timedelta(days=730)
THEN = NOON - timedelta(hours=1, minutes=17)
"""At a minute in which nothing else happened."""
NOBODY = (*NUMBERS, SAID["name"], SAID["desk-name"], SECRET, SLIP)
"""What no page tells anybody who has not opened it with a reason."""
OUTSIDE = {"organiser", "case_handler"}
UNIT = {"manager_own"}
ABOUT_HIM = {"reopening", "unsettled", "statement", "example"}
"""What the unit reads, beside the words of the rating and of the complaint."""


@pytest.fixture
def canaries(asked, world) -> Canaries:
    with asked.app_context():
        window = int(str(world.parts["/manage/windows key"]))
        return place_canaries(window, NOON, THEN)


def unpacked(data: bytes) -> bytes:
    """Return the bytes of a file, or of all that is packed in it."""
    if not is_zipfile(BytesIO(data)):
        return data
    with ZipFile(BytesIO(data)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def routes(app: Flask, world: World, canaries: Canaries) -> Iterator[Route]:
    """Yield everything to be read, the pages of cases for each of them."""
    found = {}
    for case in canaries.cases:
        own = {"/manage/cases key": case, "/manage/mine/cases key": case}
        for route in every_route(app, world.parts | own):
            if not route.writes:
                found[route.address] = route
    yield from found.values()


def told(app: Flask, world: World, canaries: Canaries, person: str) -> dict[str, str]:
    """Return what somebody reads anywhere, by address."""
    client, answers = world.client(app, person), {}
    for route in routes(app, world, canaries):
        answer = client.get(route.address)
        data = unpacked(answer.get_data())
        answers[route.address] = data.decode("utf-8", "replace")
        answer.close()
    return answers


def links(canaries: Canaries) -> set[str]:
    """Return what leads from a rating of theirs to a visitor."""
    with reading() as session:
        rows = session.scalars(select(Rating).where(Rating.tapped_at == THEN)).all()
    assert len(rows) == 2
    shanghai = THEN + timedelta(hours=8)
    clock = {f"{shanghai:%H:%M}", f"{THEN:%H:%M}"}
    return clock | {r.receipt for r in rows} | {str(r.event_id) for r in rows}


def hidden_from(person: str, canaries: Canaries) -> set[str]:
    """Return what somebody must not read on any page."""
    hidden = set(NOBODY)
    if person in OUTSIDE:
        return hidden
    hidden |= links(canaries) | {SAID["call"], SAID["appeal"]}
    if person in UNIT:
        return hidden
    spoken = {SAID[channel] for channel in ABOUT_HIM}
    return hidden | spoken | {SAID["praise"], "丝雀评价甲", "丝雀投诉丙"}


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_is_told_what_is_not_for_them(asked, world, canaries, person):
    with asked.app_context():
        hidden = hidden_from(person, canaries)
    leaks = [
        (address, word)
        for address, text in told(asked, world, canaries, person).items()
        for word in hidden
        if word in text or quote(word) in text
    ]
    assert leaks == []


def test_the_walk_would_see_it(asked, world, canaries):
    """Who may read the words does find them, so the walk leads to where they are."""
    unit = "".join(told(asked, world, canaries, "manager_own").values())
    for words in ("丝雀评价甲", "丝雀投诉丙", *(SAID[one] for one in ABOUT_HIM)):
        assert words in unit, words
    outside = "".join(told(asked, world, canaries, "case_handler").values())
    for channel in ("call", "appeal", "clerk"):
        assert SAID[channel] in outside, channel


def test_messages_and_the_interface_tell_nothing_either(asked, world, canaries):
    with asked.app_context():
        key = make_system("别的系统").key
        with transaction() as session:
            for hook in session.scalars(select(Webhook)):
                hook.last_rating_id = 0
            gather_news(session, NOON + timedelta(hours=1))
            sent = session.scalars(select(WebhookMessage.body)).all()
            sent += session.scalars(select(MailMessage.body)).all()
        hidden = links(canaries)
    assert any("ratings.bad" in body for body in sent)
    system = System(asked, key)
    for where in ("/ratings?from=2026-01-01&to=2026-12-31", "/counts", "/windows"):
        sent.append(system.get(where).text)
    spoken = (*SAID.values(), *NOBODY, "丝雀")
    assert [word for body in sent for word in (*spoken, *hidden) if word in body] == []


# When their time is over


def outside(app: Flask, folder: Path) -> dict[str, bytes]:
    """Return everything that leaves the house: ledgers, the board, a backup."""
    files = {}
    with app.app_context():
        with reading() as session:
            connection = session.connection()
            for head in heads(connection):
                for kind, lines in (("public", public_lines), ("whole", whole_lines)):
                    text = "".join(lines(connection, head.chain_id))
                    files[f"ledger {head.origin} {kind}"] = text.encode()
        made = folder / f"made-{len(list(folder.iterdir()))}.zip"
        make_backup(made, WORDS)
        # Bytes are told in a form of their own there.
        files["backup"] = unpacked(made.read_bytes())
    for form in ("text", "json", "csv"):
        result = app.test_cli_runner().invoke(args=["board", "--format", form])
        assert result.exit_code == 0
        files[f"board {form}"] = result.output.encode()
    return files


def left(canaries: Canaries, files: dict[str, bytes]) -> dict[str, set[str]]:
    found = {name: canaries.found_in(data) for name, data in files.items()}
    return {name: words for name, words in found.items() if words}


def database(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("kiosk.db*")}


def test_when_their_time_is_over_they_are_nowhere(
    asked, world, canaries, tmp_path, caplog
):
    folder = tmp_path / "files"
    folder.mkdir()
    before = left(canaries, database(tmp_path) | outside(asked, folder))
    # The search sees them where they are allowed to be as long as they are.
    assert {"kiosk.db-wal", "backup"} <= before.keys()
    assert not any(name.startswith(("ledger", "board")) for name in before)
    assert DailyCheckpoints(asked).erase(WORDS) > 10
    assert left(canaries, database(tmp_path)) == {}
    assert left(canaries, outside(asked, folder)) == {}
    for person in ("organiser", "case_handler", "manager_own", "clerk"):
        pages = told(asked, world, canaries, person)
        read = {address: text.encode() for address, text in pages.items()}
        assert left(canaries, read) == {}
    assert left(canaries, database(tmp_path)) == {}
    assert canaries.found_in(caplog.text.encode()) == set()


def test_an_older_backup_is_listed_with_its_end(asked, world, canaries, tmp_path):
    with asked.app_context():
        make_backup(tmp_path / "backups" / "older.zip", NOON)
    assert left(canaries, {"older": unpacked_backup(tmp_path)})
    DailyCheckpoints(asked).erase(WORDS)
    page = world.client(asked, "organiser").get("/manage/erased?lang=en").text
    assert "older.zip" in page
    assert "Sat 19 Aug 2028" in page


def unpacked_backup(folder: Path) -> bytes:
    return unpacked((folder / "backups" / "older.zip").read_bytes())
