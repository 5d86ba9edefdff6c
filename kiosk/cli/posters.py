"""`flask posters --out FILE`: posters or stickers of open windows as one PDF."""

from collections.abc import Sequence
from pathlib import Path

import click

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.extensions import reading
from kiosk.queries.places import WindowView, open_windows
from kiosk.services.posters import (
    UNPRINTABLE,
    Kind,
    Poster,
    posters_pdf,
    unprintable,
)
from kiosk.services.qr import reaches_phones, window_address


@click.command("posters")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The PDF to write."
)
@click.option(
    "--kind",
    default=Kind.A5.value,
    type=click.Choice([kind.value for kind in Kind]),
    help="What to print of each window.",
)
@click.option("--unit", "units", multiple=True, help="Only this unit; may be repeated.")
@click.option(
    "--window", "numbers", multiple=True, help="Only this window; may be repeated."
)
def posters(
    out: Path, kind: str, units: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    """Write a PDF with a poster or stickers for each open window to FILE."""
    drawn = _posters(units, numbers)
    title = f"{current.this_centre().name} 评价海报 Posters"
    _write(out, posters_pdf(drawn, title, utc_now(), Kind(kind)))
    click.echo(f"{len(drawn)} posters in {out}")
    for lacking in unprintable(drawn):
        click.echo(
            f"{lacking.number}: the font lacks {lacking.characters}; the PDF shows "
            f"{UNPRINTABLE} instead. Print it from /manage/posters.",
            err=True,
        )
    base = current.base_url()
    if not reaches_phones(base):
        click.echo(
            f"Phones cannot open {base}: it means this machine only. Run again with "
            "KIOSK_PUBLIC_URL=http://ADDRESS-IN-THE-HALL:PORT before printing.",
            err=True,
        )


def _posters(units: Sequence[str], numbers: Sequence[str]) -> list[Poster]:
    centre = current.this_centre()
    with reading() as session:
        windows = open_windows(session, centre.id, current.today(centre))
    _refuse_unknown(windows, units, numbers)
    base = current.base_url()
    return [
        Poster(
            window.number,
            window.name,
            window.unit,
            window_address(base, window.code),
        )
        for window in windows
        if not (units or numbers) or window.unit in units or window.number in numbers
    ]


def _refuse_unknown(
    windows: Sequence[WindowView], units: Sequence[str], numbers: Sequence[str]
) -> None:
    if not windows:
        current.fail("There are no windows yet. Run: flask import windows FILE")
    for unit in units:
        if unit not in {window.unit for window in windows}:
            current.fail(f"There is no open window of the unit {unit}.")
    for number in numbers:
        if number not in {window.number for window in windows}:
            current.fail(f"There is no open window {number}.")


def _write(out: Path, data: bytes) -> None:
    if out.is_dir():
        current.fail(f"{out} is a folder. Please name a file in it.")
    try:
        out.write_bytes(data)
    except OSError as refused:
        current.fail(f"{out} cannot be written: {refused.strerror}.")
