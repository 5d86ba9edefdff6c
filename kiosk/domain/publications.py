"""What is published of a campaign: numbered sheets that never change.

First the list is posted for objections, with all its numbers; from then on these
stand. Later sheets only take somebody away, and say whether a seat is filled again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.campaign_inputs import CandidateInputs, Inputs
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_results import Outcome
from kiosk.domain.campaign_rules import Rules
from kiosk.domain.campaign_stages import StageState, check_open, state_of
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

APPROVAL_MOST = 60
"""Characters of the number of an approval."""
_AFTER = frozenset({StageKind.MOBILISE, StageKind.NOTICE, StageKind.COMMEND})
"""Stages that move no number."""


class PublicationKind(StrEnum):
    """What a sheet says."""

    NOTICE = "notice"
    """The list that is posted for objections, with all its numbers."""
    RESULT = "result"
    """The final list."""
    CANCELLATION = "cancellation"
    """An award is taken away."""


class PostedAlready(RuleBroken):
    """A list is posted twice."""

    code = "posted_already"
    text = sentence("The list is posted already, and its numbers stand.")


class NotPosted(RuleBroken):
    """A result is asked for before a list was posted."""

    code = "not_posted"
    text = sentence("Please post the list first, so that everybody can object.")


class StagesOpen(RuleBroken):
    """The list is posted while something may still move its numbers."""

    code = "stages_open"
    text = sentence(
        "The stage “%(stage)s” runs until %(day)s and may still move the numbers. The "
        "list can be posted on the day after it."
    )


class BallotNotCounted(RuleBroken):
    """The list is posted before the ballot is counted."""

    code = "ballot_not_counted"
    text = sentence("The ballot has not been closed yet. Please close it first.")


class NoticeRunning(RuleBroken):
    """The final list is fixed while objections are still taken."""

    code = "notice_running"
    text = sentence(
        "Everybody can still object, until the close of business on %(day)s. The "
        "final list can be fixed after it."
    )


class ObjectionsOpen(RuleBroken):
    """The final list is fixed while an objection is undecided."""

    code = "objections_open"
    text = sentence(
        "%(count)d objections are not decided yet. The final list waits for them."
    )


class ApprovalTooLong(RuleBroken):
    """The number of an approval has too many characters."""

    code = "approval_long"
    text = sentence("The number of an approval has at most %(most)d characters.")


def check_posting(rules: Rules, today: date, *, ballot_counted: bool) -> None:
    """Refuse to post a list too early or too late.

    Raises NotOpenYet, OverAlready, NoSuchStage, StagesOpen, BallotNotCounted.
    """
    check_open(rules, StageKind.NOTICE, today)
    for stage in rules.stages:
        if stage.kind not in _AFTER and state_of(stage, today) is not StageState.OVER:
            raise StagesOpen(stage=stage.title.zh, day=stage.ends)
    if not ballot_counted:
        raise BallotNotCounted


def check_final(
    rules: Rules, today: date, *, now: datetime, until: datetime, open_objections: int
) -> None:
    """Refuse to fix the final list too early or too late.

    until: when objections end. Raises NotOpenYet, OverAlready, NoSuchStage,
    NoticeRunning, ObjectionsOpen.
    """
    if now <= until:
        raise NoticeRunning(day=until.date())
    if open_objections:
        raise ObjectionsOpen(count=open_objections)
    check_open(rules, StageKind.COMMEND, today)


def parse_approval(typed: str) -> str:
    """Return the number of an approval; empty: none. Raises ApprovalTooLong."""
    approval = clean_text(typed)
    if len(approval) > APPROVAL_MOST:
        raise ApprovalTooLong(most=APPROVAL_MOST)
    return approval


def without(posted: Inputs, outcome: Outcome, ended: Mapping[int, str]) -> Inputs:
    """Return what was posted without those that were taken off it since.

    outcome: of what was posted. ended: why, by candidate. Whoever held a seat leaves
    it empty unless the rules let the next in line follow; nothing else moves.
    """
    seated = {row.key: award.key for award in outcome.awards for row in award.elected}

    def now(one: CandidateInputs) -> CandidateInputs:
        if one.key not in ended or not one.standing:
            return one
        award = posted.rules.award(seated.get(one.key, ""))
        vacates = award is not None and not award.succeed
        return replace(one, standing=False, ended=ended[one.key], vacates=vacates)

    return replace(posted, candidates=tuple(now(one) for one in posted.candidates))
