"""`flask posters --out FILE`: what it writes, warns of and refuses."""

import pytest
from pypdf import PdfReader

from kiosk.extensions import transaction
from tests.builders import make_window
from tests.pictures import address_in, pages_of


@pytest.fixture
def windows(app, monkeypatch) -> list[str]:
    """Two windows of two units; the codes of their addresses."""
    monkeypatch.setenv("HOST", "10.0.0.5")
    monkeypatch.setenv("PORT", "8000")
    with transaction() as session:
        made = [
            make_window(session, "A001", unit="市人社局"),
            make_window(session, "A002", unit="市医保局"),
        ]
    return [window.code for window in made]


@pytest.fixture
def posters(runner, tmp_path):
    """Run the command; its result and the file it was to write."""
    out = tmp_path / "posters.pdf"

    def run(*options, file=out):
        return runner.invoke(args=["posters", "--out", str(file), *options]), file

    return run


def test_a_page_for_each_window_leads_where_phones_reach_us(posters, windows, tmp_path):
    result, file = posters()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"2 posters in {file}\n"
    folder = tmp_path / "pages"
    folder.mkdir()
    found = [address_in(page) for page in pages_of(file.read_bytes(), folder)]
    assert found == [f"http://10.0.0.5:8000/w/{code}" for code in windows]


def test_one_unit_can_be_asked_for(posters, windows):
    result, file = posters("--unit", "市医保局")
    assert result.stdout == f"1 posters in {file}\n"
    assert len(PdfReader(file).pages) == 1


def test_unknown_unit_is_refused(posters, windows):
    result, file = posters("--unit", "已撤销局")
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no open window of the unit 已撤销局.\n"
    assert not file.exists()


def test_single_windows_can_be_asked_for_beside_a_unit(posters, windows):
    with transaction() as session:
        make_window(session, "A003", unit="市医保局")
    one, file = posters("--window", "A001")
    assert one.stdout == f"1 posters in {file}\n"
    both, _ = posters("--window", "A001", "--unit", "市医保局")
    assert both.stdout == f"3 posters in {file}\n"
    twice, _ = posters("--window", "A003", "--unit", "市医保局")
    assert twice.stdout == f"2 posters in {file}\n"


def test_unknown_window_is_refused(posters, windows):
    result, file = posters("--window", "A001", "--window", "Z999")
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no open window Z999.\n"
    assert not file.exists()


@pytest.mark.parametrize(
    ("kind", "width", "pages"),
    [("a4", 595, 2), ("a5-pair", 842, 1), ("sticker-70", 595, 1)],
)
def test_kind_can_be_asked_for(posters, windows, kind, width, pages):
    result, file = posters("--kind", kind)
    assert (result.exit_code, result.stderr) == (0, "")
    reader = PdfReader(file)
    assert [round(page.mediabox.width) for page in reader.pages] == [width] * pages


def test_unknown_kind_is_refused_with_the_known_ones(posters, windows):
    result, file = posters("--kind", "a3")
    assert result.exit_code == 2
    assert "'a4', 'a5', 'a5-pair', 'sticker-70', 'sticker-50'" in result.stderr
    assert not file.exists()


def test_address_of_this_machine_alone_is_warned_of(posters, windows, monkeypatch):
    monkeypatch.setenv("HOST", "127.0.0.1")
    result, _ = posters()
    assert result.exit_code == 0
    assert "Phones cannot open http://127.0.0.1:8000" in result.stderr


def test_characters_the_font_lacks_are_named(posters, windows):
    with transaction() as session:
        make_window(session, "𠮷03")
    result, _ = posters()
    assert result.exit_code == 0
    assert "𠮷03: the font lacks 𠮷; the PDF shows 〓 instead." in result.stderr


def test_folder_is_not_overwritten(posters, windows, tmp_path):
    result, _ = posters(file=tmp_path)
    assert result.exit_code == 1
    assert (
        result.stderr == f"Error: {tmp_path} is a folder. Please name a file in it.\n"
    )


def test_path_that_cannot_be_written_is_refused_in_words(posters, windows, tmp_path):
    nowhere = tmp_path / "missing" / "posters.pdf"
    result, _ = posters(file=nowhere)
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"Error: {nowhere} cannot be written: No such file or directory.\n"
    )


def test_hall_without_windows_says_how_to_get_some(posters):
    result, file = posters()
    assert result.exit_code == 1
    assert "flask import windows FILE" in result.stderr
    assert not file.exists()


def test_file_must_be_named(runner, windows):
    result = runner.invoke(args=["posters"])
    assert result.exit_code == 2
    assert "--out" in result.stderr
