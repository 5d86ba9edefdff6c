"""Certificates as PDF: whom, for what, by whom, and where it can be checked."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from kiosk.services.certificates import (
    Certificate,
    certificates_pdf,
    chinese_day,
    missing,
    plaques_pdf,
)
from tests.pictures import address_in, pages_of

NOW = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)
PLAIN = Certificate(
    unit="市人力资源和社会保障局",
    name="A012 社保综合1",
    campaign="2026年度十佳文明窗口",
    award="十佳文明窗口",
    number="SJ-2026-02",
    issuer="示例市政务服务中心",
    day=date(2026, 12, 18),
    address="http://10.0.0.5:8000/campaigns/ten-best-2026",
)
LONG = replace(
    PLAIN,
    unit="国际交流合作与外国人服务管理局" * 3,
    name="外国人工作许可与居留许可联合办理窗口",
    campaign="年度政务服务文明窗口暨服务标兵评选活动" * 3,
    award="政务服务高质量发展先进集体文明示范窗口",
    issuer="示例市政务服务管理局精神文明建设委员会办公室",
)


def words(page) -> str:
    # pypdf hands out both bytes of a glyph's number, the upper one as NUL.
    return "".join(page.extract_text().replace("\0", "").split())


def said(*found, make=certificates_pdf):
    pages = PdfReader(io.BytesIO(make(found, "证书", NOW))).pages
    return [words(page) for page in pages]


def test_certificate_says_whom_for_what_by_whom_and_when():
    [text] = said(PLAIN)
    for part in (
        "荣誉证书", PLAIN.unit, "A012社保综合1：", "“2026年度十佳文明窗口”",
        PLAIN.issuer, "二〇二六年十二月十八日", "证书编号SJ-2026-02",
    ):  # fmt: skip
        assert part in text
    assert text.count("十佳文明窗口") == 2


def test_without_approval_no_paper_commends():
    [text] = said(PLAIN)
    assert "表彰" not in text
    assert "通报表扬" in text
    assert "批准文号" not in text


def test_with_approval_it_commends_and_names_it():
    [text] = said(replace(PLAIN, approval="示表彰函〔2026〕8号"))
    assert "予以表彰" in text
    assert "通报表扬" not in text
    assert "批准文号示表彰函〔2026〕8号" in text


def test_unit_that_is_awarded_itself_is_named_once():
    unit = replace(PLAIN, unit="", name="市医疗保障局")
    [text] = said(unit)
    assert "市医疗保障局：" in text
    assert PLAIN.unit not in text


def test_each_has_a_page_of_a4_across_in_the_order_given():
    pages = PdfReader(io.BytesIO(certificates_pdf([LONG, PLAIN], "证书", NOW))).pages
    sizes = [
        (round(page.mediabox.width), round(page.mediabox.height)) for page in pages
    ]
    assert sizes == [(842, 595), (842, 595)]
    assert LONG.award in words(pages[0])
    assert "A012" in words(pages[1])


def test_codes_lead_to_the_result(tmp_path):
    other = replace(LONG, address="https://pingjia.example.gov.cn/campaigns/x")
    pages = pages_of(certificates_pdf([PLAIN, other], "证书", NOW), tmp_path)
    assert [address_in(page) for page in pages] == [PLAIN.address, other.address]


@pytest.mark.parametrize("make", [certificates_pdf, plaques_pdf])
def test_long_names_stay_whole_and_inside_the_frame(make, tmp_path):
    [text] = said(LONG, make=make)
    for part in (LONG.unit, LONG.name, LONG.campaign, LONG.award, LONG.issuer):
        assert part in text
    [page] = pages_of(make([LONG], "证书", NOW), tmp_path, 100)
    grey, dots = page.convert("L"), page.width / 297
    # Between the corners' ornament and where the words begin there is only paper.
    for left in (14, 297 - 39):
        box = tuple(round(mm * dots) for mm in (left, 40, left + 24, 150))
        assert set(grey.crop(box).get_flattened_data()) == {255}


def test_plaque_has_neither_code_nor_number():
    [text] = said(PLAIN, make=plaques_pdf)
    assert PLAIN.award in text
    assert "A012社保综合1" in text
    assert PLAIN.issuer in text
    assert PLAIN.number not in text


def test_character_without_a_glyph_is_named_and_marked():
    assert missing("张🙂三🙂") == "🙂"
    [text] = said(replace(PLAIN, name="张🙂三"))
    assert "张〓三" in text


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 1), "二〇二六年一月一日"),
        (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2027, 11, 20), "二〇二七年十一月二十日"),
        (date(2028, 2, 29), "二〇二八年二月二十九日"),
        (date(2026, 12, 31), "二〇二六年十二月三十一日"),
    ],
)
def test_day_in_chinese_figures(day, written):
    assert chinese_day(day) == written


def test_document_names_itself():
    reader = PdfReader(io.BytesIO(certificates_pdf([PLAIN], "荣誉证书", NOW)))
    assert reader.metadata.title == "荣誉证书"
    assert reader.metadata.creation_date == NOW
