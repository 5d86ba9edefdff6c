"""Pictures of codes read back as a phone's camera would: what address they hold."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

_MODULE = 8
_BAR = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def address_in(picture: Image.Image) -> str:
    """Return the one address in a picture."""
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def address_in_png(data: bytes) -> str:
    return address_in(Image.open(io.BytesIO(data)))


def address_in_svg(document: str) -> str:
    """Draw the dark bars of our SVG as any viewer would, and read them."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', document).group(1))
    picture = Image.new("L", (side * _MODULE, side * _MODULE), 255)
    pen = ImageDraw.Draw(picture)
    for left, top, length in (map(int, bar) for bar in _BAR.findall(document)):
        box = (left, top, left + length, top + 1)
        x0, y0, x1, y1 = (edge * _MODULE for edge in box)
        pen.rectangle((x0, y0, x1 - 1, y1 - 1), fill=0)
    return address_in(picture)


def pages_of(pdf: bytes, folder: Path, resolution: int = 100) -> list[Image.Image]:
    """Return the pages of a PDF as pictures, drawn by another program than ours."""
    renderer = shutil.which("pdftoppm")
    if renderer is None:
        pytest.skip("no pdftoppm: apt-get install poppler-utils")
    file = folder / "posters.pdf"
    file.write_bytes(pdf)
    subprocess.run(
        [renderer, "-r", str(resolution), "-png", str(file), str(folder / "page")],
        check=True,
    )
    return [Image.open(page) for page in sorted(folder.glob("page*.png"))]
