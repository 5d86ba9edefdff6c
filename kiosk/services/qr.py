"""QR codes as pictures: an address in, vector or pixels out. Nothing is stored."""

import io
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET_ZONE = 4
"""Light modules on each side; ISO/IEC 18004 asks for four."""
PNG_MODULE = 16
"""Pixels of a module's side: sharp at 60 mm on a 300 dpi printer."""


@dataclass(frozen=True)
class Drawing:
    """A code as dark bars on a square grid, for whoever draws it."""

    side: int
    """Modules a side, quiet zone included."""
    bars: tuple[tuple[int, int, int], ...]
    """Dark runs within a row: left, top, length, in modules."""


def window_address(base: str, code: str) -> str:
    """Return where a window's printed code leads: the phone page."""
    return f"{base.rstrip('/')}/w/{code}"


def visit_address(base: str, token: str) -> str:
    """Return where the code of one visit, or of the screen, leads."""
    return f"{base.rstrip('/')}/t/{token}"


def checkpoint_address(base: str, chain: int, size: int, code: str) -> str:
    """Return where a checkpoint's code leads: whether it still fits the ledger."""
    letters = code.replace("-", "")
    return f"{base.rstrip('/')}/ledger/{chain}/{size}/{letters}"


def own_address(base: str, secret: str) -> str:
    """Return where a rating's author finds it on the own phone."""
    return f"{base.rstrip('/')}/r/mine/{secret}"


def reaches_phones(base: str) -> bool:
    """Whether another device can open this address: not one of this machine only."""
    host = urlsplit(base).hostname or ""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def drawing(address: str, *, clean: bool = False) -> Drawing:
    """Return the code of an address: a quarter of it may be dirty or torn.

    clean: less may be, so that its modules are larger, as on a screen.
    """
    matrix = _made(address, clean=clean).get_matrix()
    bars = tuple(
        bar for top, row in enumerate(matrix) for bar in _bars_of_row(top, row)
    )
    return Drawing(side=len(matrix), bars=bars)


def svg(address: str, *, clean: bool = False) -> str:
    """Return the code as an SVG document: black on white wherever it is shown."""
    code = drawing(address, clean=clean)
    path = "".join(
        f"M{left} {top}h{length}v1h-{length}z" for left, top, length in code.bars
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.side} {code.side}"'
        ' width="60mm" height="60mm" shape-rendering="crispEdges" aria-hidden="true">'
        f'<path fill="#fff" d="M0 0h{code.side}v{code.side}h-{code.side}z"/>'
        f'<path d="{path}"/></svg>'
    )


def thin_svg(address: str) -> str:
    """Return the code of an address for a screen, in few bytes: dark runs as strokes.

    Its quiet zone must be left around it, and a light ground below it.
    """
    code = drawing(address, clean=True)
    side = code.side - 2 * QUIET_ZONE
    path, row, end = "", -1, 0
    for left, top, length in code.bars:
        x, y = left - QUIET_ZONE, top - QUIET_ZONE
        path += f"m{x - end} 0h{length}" if row == y else f"M{x} {y}.5h{length}"
        row, end = y, x + length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        ' shape-rendering="crispEdges" aria-hidden="true">'
        f'<path stroke="#000" d="{path}"/></svg>'
    )


def png(address: str) -> bytes:
    """Return the code as a PNG file for documents that take no vectors."""
    file = io.BytesIO()
    _made(address).make_image().save(file, "PNG")
    return file.getvalue()


def _made(address: str, *, clean: bool = False) -> qrcode.QRCode:
    code = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M if clean else ERROR_CORRECT_Q,
        border=QUIET_ZONE,
        box_size=PNG_MODULE,
    )
    code.add_data(address)
    return code


def _bars_of_row(top: int, row: list[bool]) -> list[tuple[int, int, int]]:
    """Return the dark runs of a row: whole bars leave no seams when printed."""
    bars: list[tuple[int, int, int]] = []
    start: int | None = None
    for left, dark in enumerate([*row, False]):
        if dark and start is None:
            start = left
        elif not dark and start is not None:
            bars.append((start, top, left - start))
            start = None
    return bars
