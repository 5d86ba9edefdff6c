"""The product's mark as PNG icons, drawn from the very path of its SVG.

Launchers of tablets take no SVG. The path uses few commands, and only those are
read: M, h, v, c and z.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

Point = tuple[float, float]

SIDE = 32.0
"""Units a side of the mark's drawing."""
GROUND = "#14575E"
INK = "#FFFFFF"
"""Accent of the pages and what stands on it; 8.2 to 1."""
_FINER = 4
"""Drawn so many times larger and then reduced: Pillow's lines have hard edges."""
_STEPS = 24
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d*\.\d+|\d+)")


@dataclass(frozen=True)
class Mark:
    """The lines of the mark, in units of its own square."""

    lines: tuple[tuple[Point, ...], ...]
    width: float
    """Of each line."""


def parse_mark(svg: str) -> Mark:
    """Return the lines of an SVG with one stroked path. Raises ValueError."""
    path = re.search(r'\sd="([^"]+)"', svg)
    width = re.search(r'stroke-width="([^"]+)"', svg)
    if path is None or width is None:
        raise ValueError("the mark has no path, or its lines have no width")
    lines = tuple(tuple(line) for line in _lines(_TOKEN.findall(path[1])))
    return Mark(lines, float(width[1]))


def icon_png(mark: Mark, side: int, *, share: float) -> bytes:
    """Return a square icon of `side` pixels in which the mark takes `share` of it.

    A maskable icon keeps all that matters in the middle four fifths, which a share
    of 0.56 does: the corners of the mark's square lie within that circle.
    """
    pixels = side * _FINER
    picture = Image.new("RGB", (pixels, pixels), GROUND)
    pen = ImageDraw.Draw(picture)
    scale = pixels * share / SIDE
    margin = pixels * (1 - share) / 2
    radius = mark.width * scale / 2
    for line in mark.lines:
        points = [(margin + x * scale, margin + y * scale) for x, y in line]
        pen.line(points, fill=INK, width=round(2 * radius))
        for x, y in points:
            # Round ends and joints, as the drawing has them.
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
    file = io.BytesIO()
    small = picture.resize((side, side), Image.Resampling.LANCZOS)
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _lines(tokens: list[str]) -> Iterator[list[Point]]:
    """Yield the points of each line that the commands of a path draw."""
    line: list[Point] = []
    command, rest = "", list(tokens)
    while rest:
        if rest[0].isalpha():
            command = rest.pop(0)
        if command == "M":
            if line:
                yield line
            line = [(float(rest.pop(0)), float(rest.pop(0)))]
        else:
            line += _onward(command, line, rest)
    yield line


def _onward(command: str, line: list[Point], rest: list[str]) -> list[Point]:
    """Return the points that a command adds; it takes its numbers out of `rest`."""
    x, y = line[-1]
    if command == "h":
        return [(x + float(rest.pop(0)), y)]
    if command == "v":
        return [(x, y + float(rest.pop(0)))]
    if command == "z":
        return [line[0]]
    if command == "c":
        numbers = [float(rest.pop(0)) for _ in range(6)]
        return _curve((x, y), numbers)
    raise ValueError(f"the mark uses the command {command}, which is not read")


def _curve(start: Point, numbers: list[float]) -> list[Point]:
    """Return points of a cubic Bézier curve given relative to its start."""
    x, y = start
    xs = (x, x + numbers[0], x + numbers[2], x + numbers[4])
    ys = (y, y + numbers[1], y + numbers[3], y + numbers[5])
    return [
        (_bezier(xs, step / _STEPS), _bezier(ys, step / _STEPS))
        for step in range(1, _STEPS + 1)
    ]


def _bezier(ends: tuple[float, float, float, float], t: float) -> float:
    first, second, third, fourth = ends
    u = 1 - t
    return u**3 * first + 3 * u * u * t * second + 3 * u * t * t * third + t**3 * fourth
