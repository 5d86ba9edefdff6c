"""Pictures of codes read back as a phone's camera would: what address they hold."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

_MODULE = 8
_BAR = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def address_in(picture: Image.Image) -> str:
    """Return the one address in a picture."""
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def addresses_in(picture: Image.Image) -> list[str]:
    """Return the addresses in a picture, sorted."""
    return sorted(found.text for found in zxingcpp.read_barcodes(picture))


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
    drawn = sorted(folder.glob("page*.png"))
    return [Image.open(io.BytesIO(page.read_bytes())) for page in drawn]


CODE = 588
"""Pixels of a code's side before it is worn: as large as a phone sees it near by."""
_TILT = (1.1, 0.15, -60, 0.1, 1.2, -80, 0.0001, 0.0003)


def _resized(picture: Image.Image, factor: float) -> Image.Image:
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _tilted(picture: Image.Image) -> Image.Image:
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _TILT,
        Image.Resampling.BICUBIC,
        fillcolor=255,
    )


def _noisy(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture, float)
    noise = np.random.default_rng(1).normal(0, 60, pixels.shape)
    return Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))


WEAR: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda picture: picture,
    "blur 4": lambda picture: picture.filter(ImageFilter.GaussianBlur(4)),
    "blur 6": lambda picture: picture.filter(ImageFilter.GaussianBlur(6)),
    "turned 17": lambda picture: _turned(picture, 17),
    "turned 45": lambda picture: _turned(picture, 45),
    "tilted": _tilted,
    "pale": lambda picture: picture.point(lambda grey: 110 + grey * 40 // 255),
    "120 px": lambda picture: _resized(picture, 120 / CODE),
    "noisy": _noisy,
}
"""What happens to a code between the printer and the phone."""


def unread_when_worn(picture: Image.Image, part: float, address: str) -> list[str]:
    """Return the kinds of wear with which a printed code no longer holds its address.

    part: of the picture's width, so much is the code.
    """
    flat = _resized(picture.convert("L"), CODE / (picture.width * part))
    return [
        name
        for name, worn in WEAR.items()
        if [found.text for found in zxingcpp.read_barcodes(worn(flat))] != [address]
    ]
