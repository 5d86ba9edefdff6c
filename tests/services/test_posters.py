"""Posters as PDF: one page a window, readable by person and phone, nothing dropped."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from kiosk.services.posters import (
    CALL,
    CALL_ENGLISH,
    Poster,
    Unprintable,
    posters_pdf,
    unprintable,
)
from tests.pictures import address_in, pages_of

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


def read(posters: list[Poster]) -> PdfReader:
    return PdfReader(io.BytesIO(posters_pdf(posters, "评价海报", NOW)))


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
