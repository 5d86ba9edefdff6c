"""Icons of the installed page: the very drawing of the SVG, in pixels."""

import io

import pytest
from PIL import Image

from kiosk.config import ROOT
from kiosk.services.icons import GROUND, INK, icon_png, parse_mark

MARK = (ROOT / "static" / "img" / "mark.svg").read_text("utf-8")


def picture(side: int, share: float) -> Image.Image:
    return Image.open(io.BytesIO(icon_png(parse_mark(MARK), side, share=share)))


def colour(written: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(written.removeprefix("#")))


def at(icon: Image.Image, x: float, y: float, share: float) -> tuple[int, ...]:
    """Return the colour at a point given in units of the mark's own square."""
    side = icon.width
    return icon.getpixel(
        tuple(round(side * (1 - share) / 2 + side * share * one / 32) for one in (x, y))
    )


@pytest.mark.parametrize(("side", "share"), [(192, 0.72), (512, 0.72), (512, 0.56)])
def test_an_icon_is_the_mark_on_the_accent(side, share):
    icon = picture(side, share)
    assert (icon.size, icon.format) == ((side, side), "PNG")
    # The frame, the lintel, the mullion, and the lowest point of the smile.
    for x, y in [(4.5, 16), (27.5, 16), (16, 28), (16, 4), (10, 12), (16, 8)]:
        assert at(icon, x, y, share) == colour(INK)
    assert at(icon, 16, 21.45, share) == colour(INK)
    for x, y in [(10, 8), (22, 8), (16, 17), (16, 25), (1, 1)]:
        assert at(icon, x, y, share) == colour(GROUND)


def test_a_maskable_icon_lies_within_the_circle_that_launchers_keep():
    icon = picture(512, 0.56)
    ground = colour(GROUND)
    outside = [
        (x, y)
        for x in range(512)
        for y in range(512)
        if (x - 256) ** 2 + (y - 256) ** 2 > (0.4 * 512) ** 2
    ]
    assert {icon.getpixel(point) for point in outside} == {ground}


def test_lines_are_read_command_by_command():
    mark = parse_mark('<path stroke-width="2.4" d="M1 2h3v4zM.5-1c0 0 4 0 4 8"/>')
    assert mark.width == 2.4
    assert mark.lines[0] == ((1, 2), (4, 2), (4, 6), (1, 2))
    steps = parse_mark('<path stroke-width="1" d="M0 0h1 2-1"/>')
    assert steps.lines == (((0, 0), (1, 0), (3, 0), (2, 0)),)
    curve = mark.lines[1]
    assert (curve[0], curve[-1], len(curve)) == ((0.5, -1), (4.5, 7), 25)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg/>",
        '<path d="M1 2h3"/>',
        '<path stroke-width="2"/>',
        '<path stroke-width="2" d="M1 2l3 4"/>',
    ],
)
def test_a_drawing_of_another_kind_is_refused(svg):
    with pytest.raises(ValueError, match="mark"):
        parse_mark(svg)
