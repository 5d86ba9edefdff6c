"""A visit's slip as PDF: a page as long as needed, both languages, nothing private."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from kiosk.services.qr import drawing
from kiosk.services.slips import CALL, CALL_ENGLISH, Slip, slip_pdf, unprintable_on
from tests.pictures import address_in, pages_of

NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
PLAIN = Slip(
    centre="市政务服务中心",
    number="A012",
    name="社保综合1",
    item="社会保险关系转移接续",
    day=date(2026, 7, 16),
    morning=True,
    address="https://pingjia.example.gov.cn/t/v2b3c4d5e6f7g8h9j",
    valid_until=date(2026, 7, 19),
)
LONG = replace(
    PLAIN,
    centre="滨海市政务服务中心" * 6,
    number="国际交流合作与外国人服务窗口第一号台柜",
    name="外国人工作许可与居留许可联合办理窗口" * 5,
    address=PLAIN.address + "k2m3n4p5" * 8,
)
POINTS = 72 / 25.4
WIDTHS = [58, 80]


def page_of(slip: Slip, width: int = 58):
    (page,) = PdfReader(io.BytesIO(slip_pdf(slip, width, NOW))).pages
    return page


def words(page) -> str:
    return "".join(page.extract_text().replace("\0", "").split())


@pytest.mark.parametrize("width", WIDTHS)
def test_slip_is_as_wide_as_the_roll_and_says_all_in_both_languages(width):
    page = page_of(PLAIN, width)
    assert float(page.mediabox.width) == pytest.approx(width * POINTS, abs=0.1)
    said = words(page)
    for part in (
        PLAIN.centre, PLAIN.number, PLAIN.name, PLAIN.item, PLAIN.address, CALL,
        CALL_ENGLISH, "2026-07-16上午morning", "有效期至2026-07-19，仅限一次",
        "Valid until 2026-07-19, once",
    ):  # fmt: skip
        assert part.replace(" ", "") in said


def test_afternoon_is_told_and_no_minute():
    said = words(page_of(replace(PLAIN, morning=False)))
    assert "2026-07-16下午afternoon" in said
    assert "morning" not in said
    assert "12:00" not in said


def test_slip_without_an_item_is_shorter_by_its_line():
    with_item, without = (page_of(slip) for slip in (PLAIN, replace(PLAIN, item="")))
    assert PLAIN.item not in words(without)
    line = 9 * 1.3 + 1.5 * POINTS
    shorter = float(with_item.mediabox.height) - float(without.mediabox.height)
    assert shorter == pytest.approx(line, abs=0.1)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("slip", [PLAIN, LONG], ids=["plain", "long"])
def test_slip_is_read_and_keeps_its_margins(slip, width, tmp_path):
    (page,) = pages_of(slip_pdf(slip, width, NOW), tmp_path, 203)
    assert address_in(page) == slip.address
    margin = round(page.width * 4.5 / width)
    grey = page.convert("L")
    for box in (
        (0, 0, margin, page.height),
        (page.width - margin, 0, page.width, page.height),
        (0, page.height - margin, page.width, page.height),
    ):
        assert set(grey.crop(box).get_flattened_data()) == {255}


@pytest.mark.parametrize("width", WIDTHS)
def test_modules_are_whole_dots_of_the_printer(width):
    """Modules of unequal width are what makes thermal codes hard to read."""
    drawn = page_of(PLAIN, width).get_contents().get_data().decode("latin-1")
    bars = [line.split() for line in drawn.splitlines() if line.endswith(" re f")]
    module = min(float(bar[2]) for bar in bars)
    dots = module / 72 * 203
    assert dots == pytest.approx(round(dots), abs=0.03)
    side = module / POINTS * drawing(PLAIN.address).side
    assert 0.5 * (width - 10) < side <= 0.8 * (width - 10)


def test_strengthened_words_have_an_outline_of_their_size_and_others_none():
    """Without colours, nothing but a context of its own ends the outline again."""
    drawn = page_of(PLAIN).get_contents().get_data()
    set_in = re.findall(rb"^q$(.*?)^Q$", drawn, re.DOTALL | re.MULTILINE)
    found = [
        (
            float(re.search(rb"/F1 (\S+) Tf", part).group(1)),
            [float(width) for width in re.findall(rb" 2 Tr (\S+) w ", part)],
        )
        for part in set_in
    ]
    assert found == [
        (9, []), (30, [1.05]), (12, [0.42]), (9, []), (9, []),
        (14, [0.49]), (8, []), (9, [0.32]), (8, []), (7, []),
    ]  # fmt: skip
    assert drawn.count(b" Tr ") == 4


def test_what_does_not_fit_ends_in_an_ellipsis():
    said = words(page_of(LONG))
    assert said.count("…") >= 2
    assert LONG.name not in said
    assert LONG.name[:20] in said


def test_characters_without_a_glyph_are_named():
    assert unprintable_on(PLAIN) == ""
    rare = replace(PLAIN, name="𠮷田窗口", item="🙂𠮷")
    assert unprintable_on(rare) == "𠮷🙂"
    assert "〓田窗口" in words(page_of(rare))


def test_document_names_itself():
    reader = PdfReader(io.BytesIO(slip_pdf(PLAIN, 58, NOW)))
    assert reader.metadata.title == CALL
    assert reader.metadata.creation_date == NOW
