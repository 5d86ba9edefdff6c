"""`flask campaign recompute`: compute a campaign anew from its archive alone."""

from collections.abc import Iterator
from pathlib import Path

import click

from kiosk.cli import current
from kiosk.domain.campaign_archive import NotAnArchive, outcome_text, parse_archive
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_results import AwardOutcome, Outcome, Ranked
from kiosk.domain.campaign_rules import Rules
from kiosk.domain.column_width import padded

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE, _TOTAL = 5, 10


@click.command("recompute")
@click.argument("file", type=_File)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: byte for byte what is published.",
)
def recompute(file: Path, form: str) -> None:
    """Compute places and seats anew from FILE, the archive of a campaign.

    Reads nothing of the database, so that it works wherever the program is.
    tools/recompute_campaign.py does the same without the program.
    """
    with current.refusals():
        try:
            inputs = parse_archive(file.read_text("utf-8"))
        except UnicodeDecodeError as error:
            raise NotAnArchive from error
        except OSError as refused:
            current.fail(f"{file} cannot be read: {refused.strerror}.")
        try:
            found = compute(inputs)
            text = outcome_text(found)
        except (ValueError, ArithmeticError) as error:
            # Numbers each of which may stand, and which together make no sense.
            raise NotAnArchive from error
    if form == "json":
        click.echo(text, nl=False)
    else:
        click.echo("\n".join(_lines(found, inputs.rules)))


def _lines(found: Outcome, rules: Rules) -> Iterator[str]:
    for award, rule in zip(found.awards, rules.awards, strict=True):
        yield f"{rule.title.zh}: {len(award.elected)} of {award.seats} seats"
        for row in award.rows:
            yield _line(row, award)


def _line(row: Ranked, award: AwardOutcome) -> str:
    """Return place, total, name, unit and what became of it."""
    place = "-" if row.place is None else str(row.place)
    total = "-" if row.total is None else f"{row.total:.6f}"
    cells = [place.rjust(_PLACE), total.rjust(_TOTAL), _fate(row, award), row.name]
    return "  ".join([*cells, row.unit_name])


def _fate(row: Ranked, award: AwardOutcome) -> str:
    if row.elected:
        fate = "seat"
    elif row.key in award.undecided:
        fate = "undecided"
    elif row.ended:
        fate = row.ended
    else:
        fate = "" if row.admitted else "condition"
    return padded(fate, _TOTAL)
