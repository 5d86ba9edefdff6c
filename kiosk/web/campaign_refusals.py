"""Refusals of campaigns that are about the time or the state of things: 409."""

from http import HTTPStatus

from kiosk.domain import (
    ballots,
    candidate_changes,
    inspections,
    juries,
    nominations,
    objections,
    publications,
    unit_tasks,
)
from kiosk.domain.campaign_life import (
    AnnouncedAlready,
    CampaignEnded,
    ChangedMeanwhile,
    NotRunning,
    SlugTaken,
)
from kiosk.domain.campaign_stages import (
    NoSuchStage,
    NotOpenYet,
    OverAlready,
    RulesFrozen,
)
from kiosk.domain.errors import RuleBroken

_CONFLICTS: tuple[type[RuleBroken], ...] = (
    AnnouncedAlready,
    CampaignEnded,
    ChangedMeanwhile,
    NoSuchStage,
    NotOpenYet,
    NotRunning,
    OverAlready,
    RulesFrozen,
    SlugTaken,
    ballots.BallotCodeSpent,
    ballots.BallotCodeCancelled,
    ballots.BallotClosed,
    ballots.BallotStillOpen,
    ballots.CodesMadeMeanwhile,
    nominations.CampaignClosed,
    nominations.QuotaFull,
    nominations.NamedAlready,
    nominations.CandidateEnded,
    nominations.NoReplacement,
    nominations.ReplacedTooLate,
    candidate_changes.NothingToSettle,
    inspections.LookChanged,
    inspections.LookOutside,
    inspections.NothingToRule,
    inspections.NotOpenToObjection,
    juries.AlreadyJuror,
    juries.Recused,
    objections.Conflict,
    objections.ObjectionMoved,
    objections.ObjectionsClosed,
    publications.BallotNotCounted,
    publications.NoticeRunning,
    publications.NotPosted,
    publications.ObjectionsOpen,
    publications.PostedAlready,
    publications.StagesOpen,
    unit_tasks.TaskClosed,
    unit_tasks.TaskNotReported,
)
CAMPAIGN_STATUS = dict.fromkeys(_CONFLICTS, HTTPStatus.CONFLICT)
"""Their answers' status."""
