"""Codes hold their address, keep their quiet zone, and lead where phones can go."""

import io
import re

import pytest
from PIL import Image

from kiosk.services import qr
from tests.pictures import address_in_png, address_in_svg

ADDRESSES = [
    "http://10.0.0.5:8000/w/bcd4567",
    "https://pingjia.example.gov.cn/w/bcd4567",
    "http://10.0.0.5:8000/tablet/pair/" + "a" * 32,
    "http://10.0.0.5:8000/w/bcd4567?x=<script>&y=猫",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_pictures_hold_the_address(address):
    assert address_in_svg(qr.svg(address)) == address
    assert address_in_png(qr.png(address)) == address


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_thin_picture_draws_the_same_bars(address):
    """Each stroke of it is one dark run; the quiet zone is left to the page."""
    code, drawn, x, y = qr.drawing(address, clean=True), [], 0, 0
    stroke = re.compile(r"(?:M(\d+) (\d+)\.5|m(\d+) 0)h(\d+)")
    picture = qr.thin_svg(address)
    for left, top, further, length in stroke.findall(picture):
        x, y = (x + int(further), y) if further else (int(left), int(top))
        drawn.append((x + qr.QUIET_ZONE, y + qr.QUIET_ZONE, int(length)))
        x += int(length)
    assert tuple(drawn) == code.bars
    assert len(picture) < len(qr.svg(address, clean=True)) / 2


def test_four_light_modules_stand_on_each_side():
    code = qr.drawing(ADDRESSES[0])
    edges = (
        min(left for left, _, _ in code.bars),
        min(top for _, top, _ in code.bars),
        code.side - max(left + length for left, _, length in code.bars),
        code.side - max(top + 1 for _, top, _ in code.bars),
    )
    assert edges == (4, 4, 4, 4)
    assert len(code.bars) == len(set(code.bars))


def test_png_is_sharp_and_quiet_at_its_edges():
    picture = Image.open(io.BytesIO(qr.png(ADDRESSES[0]))).convert("L")
    side = qr.drawing(ADDRESSES[0]).side * qr.PNG_MODULE
    assert picture.size == (side, side)
    assert set(picture.get_flattened_data()) == {0, 255}
    margin = picture.crop((0, 0, 4 * qr.PNG_MODULE, side))
    assert set(margin.get_flattened_data()) == {255}


def test_a_quarter_of_the_code_may_be_torn_off():
    picture = Image.open(io.BytesIO(qr.png(ADDRESSES[0]))).convert("L")
    side = picture.width
    patch = side // 5
    picture.paste(255, (side // 2, side // 2, side // 2 + patch, side // 2 + patch))
    file = io.BytesIO()
    picture.save(file, "PNG")
    assert address_in_png(file.getvalue()) == ADDRESSES[0]


def test_svg_says_nothing_but_its_drawing():
    document = qr.svg("http://10.0.0.5/w/<script>alert(1)</script>")
    assert "script" not in document
    assert "style" not in document
    assert document.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox=')


@pytest.mark.parametrize("base", ["http://10.0.0.5:8000", "http://10.0.0.5:8000/"])
def test_window_address_has_one_slash(base):
    assert qr.window_address(base, "bcd4567") == "http://10.0.0.5:8000/w/bcd4567"


@pytest.mark.parametrize(
    ("base", "reaches"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://127.8.9.1", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("http://hall.localhost", False),
        ("http://10.0.0.5:8000", True),
        ("http://192.168.1.20", True),
        ("https://pingjia.example.gov.cn", True),
        ("http://localhost.example.org", True),
        ("http://128.0.0.1", True),
    ],
)
def test_addresses_of_this_machine_alone_are_told_apart(base, reaches):
    assert qr.reaches_phones(base) is reaches
