"""Who may still be put forward, withdrawn or replaced: the rules of nomination."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from kiosk.domain.campaign_kinds import AwardKind, GateKind, PartKind, StageKind
from kiosk.domain.campaign_rules import Award, Criterion, Rules
from kiosk.domain.campaign_stages import StageState, check_open, state_of
from kiosk.domain.candidates import (
    NAME_MOST,
    REASON_MOST,
    STATEMENT_MOST,
    CandidateState,
    MarkKind,
)
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

_RATE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))? ?%?")
MARK_MOST = 10_000
"""Hundredths of a percent."""
_FIXES_NAMES = (StageKind.JURY, StageKind.VOTE, StageKind.NOTICE)
"""Stages in which names are already judged, voted on or posted."""
MARK_STAGES = {
    MarkKind.KNOWLEDGE: StageKind.TEST,
    MarkKind.APPRAISAL: StageKind.VOTE,
}
"""While which stage a number may be entered."""
_MARK_USES: Mapping[MarkKind, tuple[GateKind | PartKind, ...]] = {
    MarkKind.KNOWLEDGE: (GateKind.KNOWLEDGE, PartKind.KNOWLEDGE),
    MarkKind.APPRAISAL: (PartKind.APPRAISAL,),
}


class CampaignClosed(RuleBroken):
    """A campaign was given up, or its list is posted: its names stand."""

    code = "campaign_closed"
    text = sentence(
        "The list of this campaign is posted, or the campaign was given up. Names and "
        "numbers stay as they are."
    )


class QuotaFull(RuleBroken):
    """A unit has put forward as many as it may."""

    code = "quota_full"
    text = sentence(
        "%(unit)s may put forward %(quota)d for “%(award)s” and has done so already."
    )


class NamedAlready(RuleBroken):
    """The same one twice for one award, or one who was cancelled for fraud."""

    code = "named_already"
    text = sentence(
        "%(name)s stands on the list of “%(award)s” already, or was cancelled. "
        "Please choose another one."
    )


class NobodyChosen(RuleBroken):
    """Nobody was chosen, or somebody whom this unit cannot put forward."""

    code = "nominee_unknown"
    text = sentence(
        "Please choose one from the list: only who or what belongs to your units "
        "today can be put forward."
    )


class BrandNameMissing(RuleBroken):
    """A brand without a name."""

    code = "brand_name_missing"
    text = sentence("Please give the brand’s name in at most %(most)d characters.")


class StatementTooLong(RuleBroken):
    """Words about a criterion exceed what is kept and printed."""

    code = "statement_too_long"
    text = sentence(
        "About “%(criterion)s” you wrote %(length)d characters, and %(most)d fit. "
        "Please shorten them; nothing has been lost."
    )

    def __init__(self, criterion: Criterion, length: int) -> None:
        title = criterion.title.zh
        super().__init__(criterion=title, length=length, most=STATEMENT_MOST)
        self.key = criterion.key


class AgreementMissing(RuleBroken):
    """A person is put forward without having agreed to be named in public."""

    code = "agreement_missing"
    text = sentence(
        "The list is posted in public with names. Please ask the person first, and "
        "confirm that they agree."
    )


class EntersByItself(RuleBroken):
    """Suggestions are graded, not nominated."""

    code = "enters_by_itself"
    text = sentence(
        "Nobody puts suggestions forward: those that were graded take part by "
        "themselves."
    )


class CandidateEnded(RuleBroken):
    """A candidate takes no part any more."""

    code = "candidate_ended"
    text = sentence("%(name)s takes no part any more; nothing was changed.")


class ReasonNeeded(RuleBroken):
    """A candidate ends without a reason."""

    code = "candidate_reason_missing"
    text = sentence("Please give the reason in at most %(most)d characters.")


class NoReplacement(RuleBroken):
    """The rules do not let another one take a place."""

    code = "no_replacement"
    text = sentence("The rules of “%(award)s” let nobody take the place of another.")


class ReplacedTooLate(RuleBroken):
    """Names are judged, voted on or posted already."""

    code = "replaced_too_late"
    text = sentence(
        "Since %(day)s the names are judged, voted on or posted. Nobody can take the "
        "place of another any more."
    )


class OtherUnit(RuleBroken):
    """Somebody of another unit would take a unit's place."""

    code = "replaced_by_other_unit"
    text = sentence("Only one of the same unit, %(unit)s, can take the place.")


class RateWrong(RuleBroken):
    """No percentage with at most two decimals."""

    code = "rate_wrong"
    text = sentence("Please enter a rate from 0 to 100, with at most two decimals.")


def check_nominating(rules: Rules, award: Award, today: date) -> None:
    """Refuse names that come too early or too late.

    Raises EntersByItself, NotOpenYet, OverAlready, NoSuchStage.
    """
    if award.kind is AwardKind.SUGGESTION:
        raise EntersByItself
    check_open(rules, StageKind.NOMINATE, today)


def places_taken(award: Award, states: Iterable[CandidateState]) -> int:
    """Return how many of a unit's places its candidates take.

    Who was cancelled for fraud keeps the place; who was withdrawn only where the
    rules let nobody follow. Who was replaced has given it on.
    """
    keeps = {CandidateState.STANDING, CandidateState.CANCELLED}
    if not award.replace:
        keeps.add(CandidateState.WITHDRAWN)
    return sum(state in keeps for state in states)


def check_quota(award: Award, unit: str, states: Iterable[CandidateState]) -> None:
    """Refuse one more of a unit than its quota. Raises QuotaFull."""
    if award.quota and places_taken(award, states) >= award.quota:
        raise QuotaFull(unit=unit, quota=award.quota, award=award.title.zh)


def check_replacing(rules: Rules, award: Award, today: date) -> None:
    """Refuse to let another one take a place against the rules or too late.

    While names are taken, and afterwards until they are judged, voted on or posted.
    Raises NoReplacement, ReplacedTooLate and what `check_nominating` raises early.
    """
    if not award.replace:
        raise NoReplacement(award=award.title.zh)
    fixed = [stage.begins for kind in _FIXES_NAMES for stage in rules.of_kind(kind)]
    if fixed and min(fixed) <= today:
        raise ReplacedTooLate(day=min(fixed))
    stages = rules.of_kind(StageKind.NOMINATE)
    if all(state_of(stage, today) is StageState.AHEAD for stage in stages):
        check_nominating(rules, award, today)


def parse_statement(award: Award, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the words by criterion, tidied, empty ones left out.

    Raises StatementTooLong. What belongs to no criterion is dropped.
    """
    words = {}
    for criterion in award.criteria:
        text = clean_text(typed.get(criterion.key, ""), lines=True)
        if len(text) > STATEMENT_MOST:
            raise StatementTooLong(criterion, len(text))
        if text:
            words[criterion.key] = text
    return words


def parse_brand(typed: str) -> str:
    """Return the name of a brand. Raises BrandNameMissing."""
    name = clean_text(typed)
    if not 0 < len(name) <= NAME_MOST:
        raise BrandNameMissing(most=NAME_MOST)
    return name


def parse_reason(typed: str) -> str:
    """Return why a candidate ends. Raises ReasonNeeded."""
    reason = clean_text(typed)
    if not 0 < len(reason) <= REASON_MOST:
        raise ReasonNeeded(most=REASON_MOST)
    return reason


def parse_rate(typed: str) -> int:
    """Return a rate such as 92.5 or 92.5% in hundredths of a percent.

    Raises RateWrong outside 0 to 100 and for more than two decimals.
    """
    found = _RATE.fullmatch(clean_text(unicodedata.normalize("NFKC", typed[:40])))
    if found is None:
        raise RateWrong
    whole, parts = found.groups(default="")
    hundredths = 100 * int(whole) + int(parts.ljust(2, "0"))
    if hundredths > MARK_MOST:
        raise RateWrong
    return hundredths


def uses_mark(award: Award, kind: MarkKind) -> bool:
    """Whether a condition or a part of an award reads a number of this kind."""
    read = {gate.kind for gate in award.gates} | {part.kind for part in award.parts}
    return any(use in read for use in _MARK_USES[kind])
