"""Campaigns made through their services, for tests of what comes after."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.domain.campaign_parse import parse_preset
from kiosk.domain.campaign_rules import Issuer, Rules
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.services.campaigns import announce, create_campaign

PRESETS = Path("kiosk/presets")
STAR = "s1-smile-service-star"
ISSUER = Issuer(
    name="示例大学",
    address="示例路 1 号",
    contact="叶知秋",
    telephone="0000-5550101",
    hotline="0000-5550100",
)


def preset_rules(preset: str = STAR, year: int = 2027, **changes: object) -> Rules:
    """Return the rules of a shipped preset, ready to be announced."""
    rules = parse_preset((PRESETS / f"{preset}.toml").read_bytes(), year)
    return replace(rules, **({"issuer": ISSUER} | changes))


def make_campaign(
    now: datetime, rules: Rules | None = None, slug: str = "star-2027"
) -> CampaignView:
    """Make a campaign and make it known; by default S1 of 2027."""
    rules = rules or preset_rules()
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    with recording("test", now) as records:
        create_campaign(records, rules, slug)
        announce(records, slug, today)
    return the_campaign(slug)


def the_campaign(slug: str = "star-2027") -> CampaignView:
    """Return a campaign as it stands."""
    with reading() as session:
        found = campaign_by_slug(session, slug)
    assert found is not None
    return found
