"""`flask campaign load …`: load a preset as a draft."""

from pathlib import Path

import click
from flask.cli import AppGroup

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.domain.campaign_life import parse_slug
from kiosk.domain.campaign_parse import RulesInvalid, parse_preset
from kiosk.extensions import recording
from kiosk.services.campaigns import create_campaign
from kiosk.services.presets import shipped_presets

campaign = AppGroup("campaign", help="Selections: load a preset, compute a list anew.")


@campaign.command("load")
@click.argument("preset")
@click.option("--year", type=click.IntRange(2000, 2199), help="Default: this year.")
@click.option("--slug", help="Public address; default: the preset's key and the year.")
def load(preset: str, year: int | None, slug: str | None) -> None:
    """Load PRESET, a name of those that come along or a TOML file, as a draft."""
    shipped = shipped_presets()
    path = shipped.get(preset, Path(preset))
    if not path.is_file():
        names = "\n  ".join(shipped)
        raise click.ClickException(
            f"There is no preset {preset}. There are:\n  {names}"
        )
    centre, now = current.this_centre(), utc_now()
    in_year = year or now.astimezone(centre.zone).year
    with current.refusals():
        try:
            rules = parse_preset(path.read_bytes(), in_year)
            address = parse_slug(slug or f"{rules.key}-{in_year}")
            with recording("terminal", now) as records:
                create_campaign(records, rules, address)
        except RulesInvalid as refusal:
            told = "".join(f"\n- {problem}" for problem in refusal.problems)
            raise click.ClickException(f"{refusal}{told}") from refusal
    click.echo(f"Loaded as a draft: {address}. Change and announce it at")
    click.echo(f"{current.base_url()}/manage/campaigns/{address}")
