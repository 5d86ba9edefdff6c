"""Posters as PDF: one page a window, readable by person and phone, nothing dropped."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from kiosk.services.posters import (
    CALL,
    CALL_ENGLISH,
    LAYOUTS,
    Kind,
    Poster,
    Unprintable,
    posters_pdf,
    sheets,
    unprintable,
)
from tests.pictures import address_in, addresses_in, pages_of

NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
PLAIN = Poster(
    "A012", "社保综合1", "市人力资源和社会保障局", "http://10.0.0.5:8000/w/bcd4567"
)
LONG = Poster(
    "国际交流合作与外国人服务窗口第一号台柜",
    "外国人工作许可与居留许可联合办理窗口" * 4,
    "Exit and Entry Administration of the Municipal Public Security Bureau",
    "https://pingjia.example.gov.cn/w/xyz2345",
)
RARE = Poster("𠮷01", "𠮷田🙂窗口", "单位", "http://10.0.0.5:8000/w/ghj2345")


def read(posters: list[Poster], kind: Kind = Kind.A5) -> PdfReader:
    return PdfReader(io.BytesIO(posters_pdf(posters, "评价海报", NOW, kind)))


def words(page) -> str:
    # pypdf hands out both bytes of a glyph's number, the upper one as NUL.
    return "".join(page.extract_text().replace("\0", "").split())


def test_each_window_has_a_page_of_size_a5():
    pages = read([PLAIN, LONG]).pages
    sizes = [(round(p.mediabox.width), round(p.mediabox.height)) for p in pages]
    assert sizes == [(420, 595), (420, 595)]


def test_page_says_number_name_unit_and_what_to_do():
    said = words(read([PLAIN]).pages[0])
    for part in (PLAIN.number, PLAIN.name, PLAIN.unit, PLAIN.address, CALL):
        assert part in said
    assert CALL_ENGLISH.replace(" ", "") in said


def test_codes_of_all_pages_can_be_scanned(tmp_path):
    posters = [PLAIN, LONG, RARE]
    pages = pages_of(posters_pdf(posters, "评价海报", NOW), tmp_path)
    assert [address_in(page) for page in pages] == [p.address for p in posters]


def test_long_names_stay_on_the_page_whole(tmp_path):
    said = words(read([LONG]).pages[0])
    assert LONG.number in said
    assert LONG.name in said
    assert LONG.unit.replace(" ", "") in said
    (page,) = pages_of(posters_pdf([LONG], "评价海报", NOW), tmp_path)
    grey = page.convert("L")
    margin = round(page.width * 5 / 148)
    above_code = [round(page.height * mm / 210) for mm in (82, 88)]
    for box in (
        (0, 0, margin, page.height),
        (page.width - margin, 0, page.width, page.height),
        (0, above_code[0], page.width, above_code[1]),
    ):
        assert set(grey.crop(box).get_flattened_data()) == {255}


def test_font_is_inside_and_only_the_part_of_it_that_is_used():
    data = posters_pdf([PLAIN], "评价海报", NOW)
    fonts = PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]
    (font,) = (entry.get_object() for entry in fonts.values())
    inner = font["/DescendantFonts"][0].get_object()
    assert "/FontFile3" in inner["/FontDescriptor"]
    assert len(data) < 100_000


def test_characters_without_a_glyph_are_named_and_marked():
    assert unprintable([PLAIN, RARE]) == [Unprintable("𠮷01", "𠮷🙂")]
    said = words(read([RARE]).pages[0])
    assert "〓01" in said
    assert "〓田〓窗口" in said


def test_names_of_people_in_common_rare_characters_are_printable():
    said = Poster("A1", "㛃䶮镕喆龘·Ⅱ①", "单位（一）", PLAIN.address)
    assert unprintable([said]) == []
    assert said.name in words(read([said]).pages[0])


def test_document_names_itself():
    reader = read([PLAIN])
    assert reader.metadata.title == "评价海报"
    assert reader.metadata.creation_date == NOW


@pytest.mark.parametrize("count", [0, 1, 60])
def test_as_many_pages_as_windows(count):
    assert len(read([PLAIN] * count).pages) == max(count, 1)


# --- kinds --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "size", "pages"),
    [
        (Kind.A4, (595, 842), 3),
        (Kind.A5, (420, 595), 3),
        (Kind.PAIR, (842, 595), 2),
        (Kind.STICKER_70, (595, 842), 1),
        (Kind.STICKER_50, (595, 842), 1),
    ],
)
def test_each_kind_has_its_paper_and_says_what_it_is_for(kind, size, pages):
    reader = read([PLAIN, LONG, RARE], kind)
    sizes = {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages}
    assert sizes == {size}
    assert len(reader.pages) == pages
    said = words(reader.pages[0])
    for part in (PLAIN.number, PLAIN.name, CALL, CALL_ENGLISH.replace(" ", "")):
        assert part in said


@pytest.mark.parametrize(
    ("kind", "windows", "numbers"),
    [
        (Kind.A4, 2, ["0", "1"]),
        (Kind.PAIR, 3, ["01", "2"]),
        (Kind.STICKER_70, 0, []),
        (Kind.STICKER_70, 1, ["00000000"]),
        (Kind.STICKER_70, 3, ["01201201"]),
        (Kind.STICKER_70, 8, ["01234567"]),
        (Kind.STICKER_70, 9, ["01234567", "88888888"]),
        (Kind.STICKER_50, 2, ["010101010101010"]),
    ],
)
def test_no_sticker_of_a_sheet_stays_empty(kind, windows, numbers):
    found = sheets([str(nth) for nth in range(windows)], kind)
    assert ["".join(sheet) for sheet in found] == numbers


@pytest.mark.parametrize("kind", [Kind.PAIR, Kind.STICKER_70, Kind.STICKER_50])
def test_all_codes_of_a_sheet_can_be_scanned(kind, tmp_path):
    posters = [PLAIN, LONG]
    (page,) = pages_of(posters_pdf(posters, "评价海报", NOW, kind), tmp_path, 150)
    (sheet,) = sheets([poster.address for poster in posters], kind)
    assert addresses_in(page) == sorted(sheet)


@pytest.mark.parametrize(
    ("kind", "upright", "across"),
    [
        (Kind.A4, set(), set()),
        (Kind.A5, set(), set()),
        (Kind.PAIR, {148.5}, set()),
        (Kind.STICKER_70, {35, 105, 175}, {8.5, 78.5, 148.5, 218.5, 288.5}),
        (Kind.STICKER_50, {30, 80, 130, 180}, {23.5, 73.5, 123.5, 173.5, 223.5, 273.5}),
    ],
)
def test_cuts_run_between_the_pieces_and_beside_them(kind, upright, across):
    layout = LAYOUTS[kind]
    corners = {layout.place(order) for order in range(layout.pieces)}
    assert {x1 for x1, _, x2, _ in layout.cuts if x1 == x2} == upright
    assert {y1 for _, y1, _, y2 in layout.cuts if y1 == y2} == across
    if layout.sticker:
        assert {left for left, _ in corners} < upright
        assert {top for _, top in corners} < across
        for x1, y1, x2, y2 in layout.cuts:
            outside = (
                max(y1, y2) < min(across) or min(y1, y2) > max(across)
                if x1 == x2
                else max(x1, x2) < min(upright) or min(x1, x2) > max(upright)
            )
            assert outside
            assert min(x1, y1) > 0
            assert x2 < layout.width
            assert y2 < layout.height


def test_long_name_on_a_sticker_is_one_line_with_an_ellipsis():
    said = words(read([LONG], Kind.STICKER_70).pages[0])
    assert said.count("…") == 8
    assert LONG.name[:10] in said
    assert LONG.name not in said


@pytest.mark.parametrize("kind", [Kind.STICKER_70, Kind.STICKER_50])
def test_nothing_of_a_sticker_reaches_its_edge(kind, tmp_path):
    (page,) = pages_of(posters_pdf([LONG], "评价海报", NOW, kind), tmp_path, 150)
    layout, grey = LAYOUTS[kind], page.convert("L")
    dots = page.width / layout.width
    width, height = layout.piece
    for order in range(layout.pieces):
        left, top = layout.place(order)
        for x, y, w, h in (
            (left - 0.5, top, 2, height), (left, top - 0.5, width, 2),
            (left, top + height - 2, width, 2), (left + width - 2, top, 2, height),
        ):  # fmt: skip
            box = tuple(round(mm * dots) for mm in (x, y, x + w, y + h))
            assert set(grey.crop(box).get_flattened_data()) == {255}
