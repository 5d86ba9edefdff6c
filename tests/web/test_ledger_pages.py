"""The ledger's public pages, the witness, the board's foot and the sheet to print."""

import shutil
import subprocess

import pytest
from flask import url_for

from kiosk.domain.policy import Role
from kiosk.extensions import transaction
from kiosk.models import Centre
from kiosk.web.board.live import LiveBoard
from kiosk.web.public import ledger
from tests.builders import make_window
from tests.checkpoints import (
    CENTRE,
    add_entries,
    behind_the_product,
    checkpoint_now,
    newest,
)
from tests.conftest import NOON, make_settings
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.pictures import address_in_svg
from tests.statements import statements

pytestmark = ON_SQLITE
YES = "Yes. The ledger still begins with exactly what this checkpoint covers;"


@pytest.fixture
def kept(app):
    add_entries(CENTRE, NOON, 4)
    view = checkpoint_now(NOON)
    add_entries(CENTRE, NOON, 2)
    return view


def ask(client, note: str, status: int = 200) -> Page:
    answer = client.post("/ledger?lang=en", data={"note": note})
    assert answer.status_code == status
    return Page(answer)


def file_of(client, view, kind: str):
    return client.get(f"/ledger/{view.chain_id}/{view.size}.{kind}")


# For everybody


def test_before_the_first_checkpoint_the_page_says_when_it_comes(client):
    page = get(client, "public.ledger", lang="en")
    assert page.heading == "Ledger"
    assert "No checkpoint has been made yet" in page.soup.text


def test_newest_checkpoint_of_each_ledger_is_shown(client, kept):
    page = get(client, "public.ledger", lang="en")
    found = newest()
    assert page.texts(".l-slip h3") == ["Organisation", "服务中心"]
    assert page.texts(".l-big") == [found[0].code, found[1].code]
    assert page.texts(".l-slip .l-big + p")[1] == "16 Jul, 12:00, 5 entries"


def test_front_page_and_board_lead_here(app, client, kept):
    with transaction() as session:
        session.get_one(Centre, CENTRE).name = "大厅"
    app.extensions["board"] = LiveBoard()
    with app.test_request_context():
        where = url_for("public.ledger")
    board = get(client, "board.page")
    assert any(link.startswith(where) for link in board.links())


def test_all_checkpoints_are_paged(app, client, clock, monkeypatch):
    monkeypatch.setattr(ledger, "PER_PAGE", 3)
    for _ in range(4):
        add_entries(CENTRE, clock())
        checkpoint_now(clock.forward(hours=1))
    first = get(client, "public.ledger", lang="en")
    assert len(first.texts(".l-past li")) == 3
    assert first.texts(".l-pages a") == ["Older"]
    second = Page(client.get(str(first.one(".l-pages a")["href"])))
    assert second.texts(".l-pages a") == ["Newer", "Older"]
    shown = first.texts(".l-past li") + second.texts(".l-past li")
    assert len(set(shown)) == 6
    last = Page(client.get(str(second.soup.select(".l-pages a")[1]["href"])))
    assert last.texts(".l-pages a") == ["Newer"]


@pytest.mark.parametrize("start", ["-1", "x", "99999999999999999999", "１"])
def test_a_start_that_is_none_is_the_newest_or_empty(client, kept, start):
    assert client.get(f"/ledger?from={start}").status_code == 200


# What is handed out


def test_parts_of_a_checkpoint_are_files(client, kept):
    files = {kind: file_of(client, kept, kind) for kind in ("txt", "body", "sig")}
    assert files["txt"].data == kept.note.encode()
    assert files["body"].data == kept.statement.body.encode()
    assert files["sig"].data == kept.signature
    names = [answer.headers["Content-Disposition"] for answer in files.values()]
    assert [name.partition(";")[2].split('"')[1] for name in names] == [
        "checkpoint.txt",
        "checkpoint.body",
        "checkpoint.sig",
    ]


def test_openssl_verifies_the_downloaded_files(client, kept, tmp_path):
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("NOT TESTED: no openssl: apt-get install openssl")
    page = get(client, "public.ledger", lang="en")
    [command] = page.texts(".l-command")
    for kind in ("body", "sig", "pem"):
        answer = file_of(client, kept, kind)
        name = answer.headers["Content-Disposition"].split('"')[1]
        (tmp_path / name).write_bytes(answer.data)
    done = subprocess.run(
        command.split(), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "Signature Verified Successfully\n")


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/1/4.txt",
        "/ledger/7/5.txt",
        "/ledger/1/5.exe",
        "/ledger/1/999999999999999999.txt",
        "/ledger/1/1000000000000000000.txt",
        "/ledger/99999999999/5.txt",
        "/ledger/-1/5.txt",
        "/ledger/7.jsonl",
        "/ledger/7/5/AAAAAAAAAA",
    ],
)
def test_what_is_not_there_is_not_found(client, kept, path):
    assert client.get(path).status_code == 404


def test_a_checkpoints_files_may_be_kept_and_the_page_not(client, kept):
    assert "max-age" in file_of(client, kept, "svg").headers["Cache-Control"]
    assert client.get("/ledger").headers["Cache-Control"] == "no-store"


def test_ledger_is_handed_out_without_bodies(client, kept):
    answer = client.get(f"/ledger/{CENTRE}.jsonl")
    lines = answer.text.splitlines()
    assert len(lines) == 8
    assert kept.statement.origin in lines[0]
    assert "test 3" not in answer.text
    assert answer.headers["Content-Disposition"].split('"')[1] == "ledger-1.jsonl"


def test_a_third_reader_at_the_same_moment_is_asked_to_wait(client, kept):
    readers = [client.get(f"/ledger/{CENTRE}.jsonl", buffered=False) for _ in "ab"]
    third = client.get(f"/ledger/{CENTRE}.jsonl?lang=en")
    assert third.status_code == 503
    assert "Others are fetching the ledger" in third.text
    for reader in readers:
        reader.close()
    for _ in range(3):
        answer = client.head(f"/ledger/{CENTRE}.jsonl")
        assert answer.status_code == 200
        answer.close()
    assert client.get(f"/ledger/{CENTRE}.jsonl").status_code == 200


# The witness


def test_an_old_checkpoint_fits(client, kept):
    page = ask(client, kept.note)
    assert page.texts(".l-answer") == [f"{YES} 2 entries have been added since."]
    assert page.one("textarea").text == kept.note


def test_what_was_rewritten_is_found(client, kept):
    behind_the_product(
        "UPDATE ledger_entry SET hash = commitment WHERE chain_id = 1 AND number = 5"
    )
    page = ask(client, kept.note)
    [words] = page.texts(".l-answer--no")
    assert words == (
        "No. Entry 5 has another hash here than in the checkpoint: something up to it "
        "was changed after the checkpoint was handed out."
    )


@pytest.mark.parametrize("note", ["", "x", "<script>alert(1)</script>", "a" * 9000])
def test_what_is_no_checkpoint_stays_in_the_field_with_a_sentence(client, kept, note):
    page = ask(client, note, status=422)
    assert "This is no checkpoint." in page.one("#note-error").text
    assert page.one("textarea").text == note[:4000]
    assert page.one("textarea")["aria-describedby"] == "note-error"


def test_asking_changes_nothing(client, kept):
    before = newest()
    ask(client, kept.note)
    client.get("/ledger")
    assert newest() == before


def test_the_code_on_the_wall_leads_to_a_yes(client, kept):
    where = address_in_svg(file_of(client, kept, "svg").text)
    letters = kept.code.replace("-", "")
    assert where == f"http://localhost/ledger/1/5/{letters}"
    page = Page(client.get(f"{where}?lang=en"))
    words = f"{kept.code} {YES} 2 entries have been added since."
    assert page.texts(".l-answer") == [words]


def test_the_code_leads_where_phones_reach_us(app, client, kept, tmp_path):
    app.extensions["kiosk"]["settings"] = make_settings(
        tmp_path, public_url="http://10.0.0.5:8000/"
    )
    where = address_in_svg(file_of(client, kept, "svg").text)
    assert where.startswith("http://10.0.0.5:8000/ledger/1/5/")


def test_another_code_gets_a_no_and_words_get_a_sentence(client, kept):
    page = Page(client.get("/ledger/1/5/aaaaa-aaaaa?lang=en"))
    [words] = page.texts(".l-answer--no")
    assert words == (
        "AAAAA-AAAAA No. The first 5 entries of this ledger give the short code "
        f"{kept.code}, not AAAAA-AAAAA."
    )
    answer = client.get("/ledger/1/5/x?lang=en")
    assert answer.status_code == 422
    assert "ten letters and digits" in Page(answer).one("#note-error").text


# The board's foot


def foot(client, language: str = "en") -> list[str]:
    return Page(client.get(f"/board?lang={language}")).texts(".b-proof")


def test_board_names_the_centres_newest_checkpoint(app, client, kept):
    app.extensions["board"] = LiveBoard()
    assert foot(client) == [f"Checkpoint {kept.code} made 16 Jul, 12:00"]
    picture = Page(client.get("/board")).one(".b-proof img")
    assert picture["src"] == "/ledger/1/5.svg"


def test_board_without_a_checkpoint_says_nothing_of_one(client):
    assert foot(client) == []


def test_a_new_checkpoint_is_another_board(app, client, kept, clock):
    seconds = iter(range(1, 1000, 10))
    app.extensions["board"] = LiveBoard(lambda: float(next(seconds)))
    before = client.get("/board/rows?lang=en").headers["ETag"]
    asked = {"If-None-Match": before}
    assert client.get("/board/rows?lang=en", headers=asked).status_code == 304
    view = checkpoint_now(clock.forward(minutes=1))
    answer = client.get("/board/rows?lang=en", headers=asked)
    assert answer.status_code == 200
    assert f"{view.code}" in answer.text
    assert answer.headers["ETag"] != before


def test_a_board_with_a_checkpoint_is_not_computed_again_for_nothing(app, client, kept):
    seconds = iter(range(1, 1000, 10))
    app.extensions["board"] = LiveBoard(lambda: float(next(seconds)))
    client.get("/board/rows")
    with statements() as said:
        client.get("/board/rows")
    assert len(said) == 1


# For the duty book


@pytest.fixture
def organiser(app, clock):
    return sign_in_as(app, Role.ORGANISER, clock())


def test_one_is_made_by_hand_and_listed(app, organiser, clock):
    page = get(organiser, "manage.checkpoints", lang="en")
    assert "None has been made yet" in page.soup.text
    answer = organiser.post("/manage/checkpoints?lang=en", follow_redirects=True)
    page = Page(answer)
    assert page.texts(".done") == [
        "Every ledger has a checkpoint of its present state."
    ]
    codes = {view.code for view in newest().values()}
    assert {text.partition(" ")[0] for text in page.texts("tbody th .code")} == codes


def test_only_those_who_may_sign_make_one(app, client, clock):
    with transaction() as session:
        make_window(session)
    for role in set(Role) - {Role.ORGANISER, Role.ADMINISTRATOR}:
        unit = 1 if role is Role.MANAGER else None
        person = sign_in_as(app, role, clock(), unit)
        assert person.post("/manage/checkpoints").status_code == 404
    assert client.post("/manage/checkpoints").status_code == 401
    assert newest() == {}
    administrator = sign_in_as(app, Role.ADMINISTRATOR, clock())
    assert administrator.post("/manage/checkpoints").status_code == 303


def test_sheet_for_the_duty_book_holds_all_of_it(organiser, kept):
    page = get(organiser, "manage.print_checkpoint", chain=CENTRE, size=5, lang="en")
    assert page.one(".k-note").text == kept.note
    assert page.texts(".k-short") == [kept.code]
    letters = kept.code.replace("-", "")
    where = f"http://localhost/ledger/1/5/{letters}"
    assert address_in_svg(str(page.one(".k-code svg"))) == where
    assert where in page.one(".k-address").text
    assert organiser.get("/manage/checkpoints/1/4").status_code == 404


def test_long_list_of_checkpoints_is_paged(app, organiser, clock):
    for _ in range(26):
        add_entries(CENTRE, clock())
        checkpoint_now(clock())
    first = get(organiser, "manage.checkpoints", lang="en")
    assert len(first.texts("tbody tr")) == 50
    assert len(get(organiser, "manage.checkpoints", page=9).texts("tbody tr")) == 2
