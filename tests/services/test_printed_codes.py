"""Every code that is printed from a PDF is still read when blurred, tilted or small."""

from datetime import UTC, date, datetime

import pytest

from kiosk.services.posters import LAYOUTS, Kind, Poster, posters_pdf
from kiosk.services.slips import Slip, slip_pdf
from tests.pictures import pages_of, unread_when_worn

NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
ADDRESS = "https://pingjia.example.gov.cn/w/bcd4567"
TICKET = "https://pingjia.example.gov.cn/t/v" + "2b3c4d5e6f7g" * 3
POSTER = Poster("A012", "社保综合1", "市人力资源和社会保障局", ADDRESS)
SLIP = Slip(
    "市政务服务中心", "A012", "社保综合1", "社会保险转移", date(2026, 7, 16),
    morning=True, address=TICKET, valid_until=date(2026, 7, 19),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "part", "resolution"),
    [
        (Kind.A4, 86 / 148, 100),
        (Kind.A5, 86 / 148, 150),
        (Kind.PAIR, 86 / 148.5, 150),
        (Kind.STICKER_70, 39 / 70, 300),
        (Kind.STICKER_50, 39 / 70, 300),
    ],
)
def test_code_of_each_kind_is_read_worn(kind, part, resolution, tmp_path):
    (sheet,) = pages_of(posters_pdf([POSTER], "海报", NOW, kind), tmp_path, resolution)
    layout = LAYOUTS[kind]
    dots = sheet.width / layout.width
    left, top = layout.place(layout.pieces - 1 if layout.sticker else 0)
    width, height = layout.piece
    box = tuple(round(mm * dots) for mm in (left, top, left + width, top + height))
    assert unread_when_worn(sheet.crop(box), part, ADDRESS) == []


@pytest.mark.parametrize("width", [58, 80])
def test_code_of_a_slip_is_read_worn(width, tmp_path):
    """At 203 dots an inch, as receipt printers have them."""
    (slip,) = pages_of(slip_pdf(SLIP, width, NOW), tmp_path, 203)
    assert unread_when_worn(slip, 0.62, TICKET) == []
