"""Campaigns: made, changed, made known, amended, given up; each in the ledger.

Rules are never overwritten: each change is a version of its own, so that everybody
can read later what held when.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_check import (
    amendment_problems,
    announce_problems,
    rule_problems,
)
from kiosk.domain.campaign_life import (
    AnnouncedAlready,
    CampaignEnded,
    ChangedMeanwhile,
    NotRunning,
    SlugTaken,
    parse_amendment_reason,
    parse_slug,
)
from kiosk.domain.campaign_parse import RulesInvalid, plain_rules
from kiosk.domain.campaign_rules import Rules
from kiosk.domain.campaign_stages import check_changeable
from kiosk.domain.chain import canonical
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import NotOpen
from kiosk.models import ORGANISATION, Campaign, CampaignVersion, Installation
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.services.records import Book

_TITLE_MOST = 120


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Rules as somebody wants them, and the version they began with."""

    rules: Rules
    based_on: int
    """Number of the version that was on the screen."""
    reason: str = ""
    """Of an amendment."""


def create_campaign(records: Book, rules: Rules, slug: str) -> int:
    """Make a draft that only organisers see; return its key.

    Raises SlugInvalid, SlugTaken, RulesInvalid.
    """
    address = parse_slug(slug)
    _refuse(rule_problems(rules))
    # Two who make campaigns take turns: else both could find the address free.
    records.session.execute(select(Installation.id).with_for_update())
    taken = select(Campaign.id).where(Campaign.slug == address)
    if records.session.scalar(taken) is not None:
        raise SlugTaken
    row = {"slug": address, "title": _title(rules), "created_at": records.now}
    [key] = records.add(Campaign, ORGANISATION, [row])
    _add_version(records, key, 1, rules, "")
    return key


def change_rules(records: Book, slug: str, changed: Changed, today: date) -> int:
    """Change rules that do not hold yet; return the number of the new version.

    A draft may still lack what it needs to be made known. Raises NotOpen,
    CampaignEnded, RulesFrozen from the first day on, ChangedMeanwhile, RulesInvalid.
    """
    found = _locked(records.session, slug, changed.based_on)
    check_changeable(found.rules, today, announced=found.public)
    _refuse(
        announce_problems(changed.rules, today)
        if found.public
        else rule_problems(changed.rules)
    )
    return _follow(records, found, changed.rules, "")


def announce(records: Book, slug: str, today: date) -> None:
    """Make a campaign known to everybody.

    Raises NotOpen, CampaignEnded, AnnouncedAlready, RulesInvalid with all that is
    missing.
    """
    found = _locked(records.session, slug)
    if found.public:
        raise AnnouncedAlready
    _refuse(announce_problems(found.rules, today))
    records.change(
        Campaign, ORGANISATION, found.id, {"announced_at": records.now}, why="announced"
    )


def amend(records: Book, slug: str, changed: Changed, today: date) -> int:
    """Change rules that hold, openly; return the number of the new version.

    Raises NotOpen, CampaignEnded, NotRunning before the first day, ChangedMeanwhile,
    AmendmentReasonNeeded, RulesInvalid.
    """
    reason = parse_amendment_reason(changed.reason)
    found = _locked(records.session, slug, changed.based_on)
    if not found.public or today < found.rules.first_day:
        raise NotRunning
    _refuse(amendment_problems(found.rules, changed.rules, today))
    return _follow(records, found, changed.rules, reason)


def drop_campaign(records: Book, slug: str, why: str) -> None:
    """Give a campaign up; what was public stays readable.

    Raises NotOpen, CampaignEnded, AmendmentReasonNeeded.
    """
    reason = parse_amendment_reason(why)
    found = _locked(records.session, slug)
    dropped = {"dropped_at": records.now}
    records.change(Campaign, ORGANISATION, found.id, dropped, why=reason)


def _locked(session: Session, slug: str, based_on: int | None = None) -> CampaignView:
    """Return a campaign that is not over, locked: changes follow each other.

    Raises NotOpen, CampaignEnded, and ChangedMeanwhile where another version holds
    than the one that somebody began with.
    """
    session.execute(
        select(Campaign.id)
        .where(Campaign.slug == slug)
        # Votes and codes point at the campaign meanwhile, and do not wait.
        .with_for_update(key_share=True)
    )
    found = campaign_by_slug(session, slug)
    if found is None:
        raise NotOpen
    if found.final_at is not None or found.dropped_at is not None:
        raise CampaignEnded
    if based_on is not None and based_on != found.version:
        raise ChangedMeanwhile
    return found


def _follow(records: Book, found: CampaignView, rules: Rules, reason: str) -> int:
    """Add a version and let it hold; the same rules again add none."""
    if rules == found.rules and not reason:
        return found.version
    number = found.version + 1
    _add_version(records, found.id, number, rules, reason)
    held = {"version": number, "title": _title(rules)}
    records.change(Campaign, ORGANISATION, found.id, held)
    return number


def _add_version(
    records: Book, campaign_id: int, number: int, rules: Rules, reason: str
) -> None:
    row = {"campaign_id": campaign_id, "number": number, "reason": reason}
    row |= {"rules": canonical(plain_rules(rules)), "made_at": records.now}
    records.add(CampaignVersion, ORGANISATION, [row])


def _title(rules: Rules) -> str:
    return rules.title.zh[:_TITLE_MOST]


def _refuse(problems: list[RuleBroken]) -> None:
    if problems:
        raise RulesInvalid(problems)
