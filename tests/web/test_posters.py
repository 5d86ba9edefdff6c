"""Posters and codes over HTTP: where they lead, what they warn of, who gets them."""

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from kiosk.app import create_app
from kiosk.extensions import db, transaction
from kiosk.models import Window
from tests.builders import make_window
from tests.conftest import BrowserClient, make_settings
from tests.pictures import address_in, address_in_png, address_in_svg, pages_of
from tests.statements import statements


@pytest.fixture
def windows(organiser) -> list[Window]:
    """Three windows of two units."""
    with transaction() as session:
        return [
            make_window(session, "A001", unit="市人社局"),
            make_window(session, "A002", unit="市医保局"),
            make_window(session, "A003", unit="市人社局"),
        ]


def numbers_on(page) -> list[str]:
    return re.findall(r'class="poster-plate">([^<]+)<', page.text)


# --- codes --------------------------------------------------------------------


def test_codes_lead_to_the_address_they_were_asked_at(client, windows):
    for base in ("http://localhost", "http://10.0.0.5:8000"):
        address = f"{base}/w/{windows[0].code}"
        drawn = client.get(f"/w/{windows[0].code}/qr.svg?lang=en", base_url=base)
        assert drawn.mimetype == "image/svg+xml"
        assert address_in_svg(drawn.text) == address
        dotted = client.get(f"/w/{windows[0].code}/qr.png?lang=en", base_url=base)
        assert dotted.mimetype == "image/png"
        assert address_in_png(dotted.data) == address


def test_codes_lead_to_the_public_address_when_there_is_one(database_url, app, windows):
    public = create_app(
        make_settings(
            app.extensions["kiosk"]["settings"].instance,
            database_url=database_url,
            public_url="https://pingjia.example.gov.cn/",
        ),
        clock=app.extensions["kiosk"]["clock"],
    )
    public.test_client_class = BrowserClient
    code = windows[0].code
    drawn = public.test_client().get(f"/w/{code}/qr.png")
    assert address_in_png(drawn.data) == f"https://pingjia.example.gov.cn/w/{code}"
    with public.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_unknown_and_closed_windows_have_no_code(client, windows, clock, kind):
    assert client.get(f"/w/nowhere/qr.{kind}").status_code == 404
    with transaction() as session:
        session.execute(update(Window).values(closed_on=clock().date()))
    assert client.get(f"/w/{windows[0].code}/qr.{kind}").status_code == 404


# --- the page -----------------------------------------------------------------


def test_page_shows_a_poster_for_each_window(organiser, windows):
    page = organiser.get("/manage/posters?lang=en")
    assert numbers_on(page) == ["A001", "A002", "A003"]
    for window in windows:
        assert f'src="/w/{window.code}/qr.svg?lang=en"' in page.text
        assert f"http://localhost/w/{window.code}<" in page.text
    assert page.text.count("扫一扫，评一评") == 3
    assert page.text.count("Scan to rate this service") == 3
    assert page.text.count('alt="QR code to rate window') == 3


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("unit=市人社局", ["A001", "A003"]),
        ("unit=市医保局", ["A002"]),
        ("unit=市人社局&unit=市医保局", ["A001", "A002", "A003"]),
        ("unit=已撤销局", ["A001", "A002", "A003"]),
    ],
)
def test_units_can_be_chosen(organiser, windows, query, numbers):
    page = organiser.get(f"/manage/posters?kind=a5&{query}")
    assert numbers_on(page) == numbers
    link = re.search(r'href="(/manage/posters\.pdf[^"]*)"', page.text).group(1)
    pdf = organiser.get(link.replace("&amp;", "&"))
    assert len(PdfReader(io.BytesIO(pdf.data)).pages) == len(numbers)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("window=A002", ["A002"]),
        ("window=A001&window=A003", ["A001", "A003"]),
        ("unit=市医保局&window=A001", ["A001", "A002"]),
        ("unit=市人社局&window=A001", ["A001", "A003"]),
        ("window=Z999&window=A003", ["A003"]),
        ("window=Z999", ["A001", "A002", "A003"]),
    ],
)
def test_single_windows_can_be_chosen(organiser, windows, query, numbers):
    page = organiser.get(f"/manage/posters?kind=a5&{query}")
    assert numbers_on(page) == numbers
    link = re.search(r'href="(/manage/posters\.pdf[^"]*)"', page.text).group(1)
    pdf = organiser.get(link.replace("&amp;", "&"))
    assert len(PdfReader(io.BytesIO(pdf.data)).pages) == len(numbers)
    ticked = re.findall(r'name="window" value="([^"]+)" checked', page.text)
    assert ticked == re.findall(r"window=(A\d+)", query)
    assert page.text.count("<details open") == len(
        {"A002" if number == "A002" else "other" for number in ticked}
    )


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("", "a5-pair"),
        ("?kind=a4", "a4"),
        ("?kind=a5", "a5"),
        ("?kind=a5-pair", "a5-pair"),
        ("?kind=sticker-70", "sticker-70"),
        ("?kind=sticker-50", "sticker-50"),
        ("?kind=<b>", "a5-pair"),
    ],
)
def test_kind_is_one_of_five_and_the_file_is_of_it(organiser, windows, asked, kind):
    page = organiser.get(f"/manage/posters{asked}").text
    assert f'class="posters posters--{kind}"' in page
    assert re.findall(r'name="kind" value="([^"]+)" checked', page) == [kind]
    assert f'href="/manage/posters.pdf?kind={kind}"' in page


def test_sheets_of_stickers_are_full_and_have_marks_to_cut_along(organiser, windows):
    page = organiser.get("/manage/posters?kind=sticker-70&window=A001&lang=en").text
    assert page.count('class="sticker"') == 8
    assert page.count('class="print-sheet"') == 1
    assert "Windows: 1, sheets: 1" in page
    assert "shows its stickers again" in page
    marks = re.search(r'viewBox="0 0 210 297".*?<path d="([^"]+)"', page).group(1)
    assert marks.count("M") == marks.count("L") == 2 * 3 + 2 * 5
    assert marks.startswith("M35.0 1.0L35.0 7.0M35.0 290.0L35.0 296.0")
    assert "shows its stickers again" not in organiser.get("/manage/posters").text


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", True), ("10.0.0.5", False)])
def test_address_of_this_machine_alone_is_warned_of(organiser, windows, host, warned):
    secret = organiser.get_cookie("kiosk_session").value
    organiser.set_cookie("kiosk_session", secret, domain=host)
    page = organiser.get("/manage/posters", base_url=f"http://{host}")
    assert page.status_code == 200
    assert ("KIOSK_PUBLIC_URL" in page.text) is warned
    pairing = organiser.post(
        "/manage/tablets",
        base_url=f"http://{host}",
        data={"window": str(windows[0].id)},
        origin=False,
        headers={"Origin": f"http://{host}"},
    )
    assert pairing.status_code == 200
    assert ("KIOSK_PUBLIC_URL" in pairing.text) is warned


def test_characters_that_the_pdf_lacks_are_named(organiser, windows):
    with transaction() as session:
        session.execute(
            update(Window).where(Window.number == "A002").values(name="𠮷田窗口")
        )
    page = organiser.get("/manage/posters").text
    assert "<li>A002 · 𠮷</li>" in page
    others = organiser.get("/manage/posters?unit=市人社局").text
    assert "· 𠮷</li>" not in others


def test_names_with_markup_are_shown_as_text(organiser, windows):
    with transaction() as session:
        session.execute(update(Window).values(name="<script>alert(1)</script>"))
    page = organiser.get("/manage/posters").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


def test_page_costs_the_same_for_one_window_and_for_three(organiser):
    prices = []
    for number in range(3):
        with transaction() as session:
            make_window(session, f"A{number:03}", unit=f"局{number}")
        with statements() as seen:
            assert organiser.get("/manage/posters").status_code == 200
        prices.append(len(seen))
    assert prices == [prices[0]] * 3
    assert prices[0] <= 6


# --- the PDF ------------------------------------------------------------------


def test_pdf_can_be_scanned_page_by_page(organiser, windows, tmp_path):
    answer = organiser.get("/manage/posters.pdf?kind=a5", base_url="http://localhost")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="posters.pdf"'
    folder = tmp_path / "pages"
    folder.mkdir()
    found = [address_in(page) for page in pages_of(answer.data, folder)]
    assert found == [f"http://localhost/w/{window.code}" for window in windows]


def test_hall_without_windows_has_no_posters(organiser):
    page = organiser.get("/manage/posters?lang=en")
    assert page.status_code == 200
    assert "A poster belongs to a window" in page.text
    assert "posters.pdf" not in page.text
    assert organiser.get("/manage/posters.pdf").status_code == 404
