"""The fixed kinds a campaign is made of: presets combine them and add none."""

from enum import StrEnum


class StageKind(StrEnum):
    """What a stage opens. Stages may overlap; a campaign may lack any of them."""

    MOBILISE = "mobilise"
    """The rules are made known."""
    TASKS = "tasks"
    """Units work off what is set for them, and check themselves."""
    NOMINATE = "nominate"
    """Units name candidates and withdraw them."""
    INSPECT = "inspect"
    """Inspectors go round."""
    TEST = "test"
    """Results of knowledge tests are entered."""
    JURY = "jury"
    """Jurors score."""
    VOTE = "vote"
    """Electors vote by secret ballot."""
    CLEARANCE = "clearance"
    """Other offices are asked for their opinion."""
    NOTICE = "notice"
    """The list is posted, anybody may object."""
    COMMEND = "commend"
    """The result is published and certificates are printed."""


class AwardKind(StrEnum):
    """Whom an award is for."""

    WINDOW = "window"
    PERSON = "person"
    """A clerk of the list."""
    UNIT = "unit"
    BRAND = "brand"
    """A unit's named brand of service."""
    SUGGESTION = "suggestion"
    """A golden idea; graded ones enter by themselves."""


class GateKind(StrEnum):
    """What must hold before a candidate is ranked at all."""

    SATISFACTION = "satisfaction"
    """Satisfaction by a named reading, in percent."""
    KNOWLEDGE = "knowledge"
    """Rate of the knowledge test, in percent."""
    COMPLAINTS = "complaints"
    """Complaints upheld in the period, at most so many."""
    TASKS = "tasks"
    """Tasks of the unit done in time, in percent."""
    VETO = "veto"
    """The unit completed all its tasks; else nothing and nobody of it takes part."""
    CLEARANCE = "clearance"
    """No office that was asked stands against it."""


class Reading(StrEnum):
    """How "satisfied" is read off the five levels; the same taps give other rates."""

    TOP2 = "top-2"
    """Levels 5 and 4 among the ratings."""
    TOP3 = "top-3"
    """Levels 5, 4 and 3 among the ratings."""
    WEIGHTED = "weighted"
    """Mean points of the levels, 100, 75, 50, 25 and 0."""
    FAIR = "fair"
    """Levels 5 and 4, adjusted for the difficulty of the service."""
    VERIFIED = "verified"
    """Levels 5 and 4 among verified ratings only."""


class PartKind(StrEnum):
    """A part of the composite, each on a scale of 0 to 100."""

    RATING = "rating"
    """The fair score."""
    INSPECTION = "inspection"
    """100 less the deductions, at least 0."""
    JURY = "jury"
    """Mean of the jurors' points in percent of the points there are."""
    BALLOT = "ballot"
    """Share of the ballots that name the candidate, by the electorates' weights."""
    APPRAISAL = "appraisal"
    """Mean of the levels given in the democratic appraisal."""
    KNOWLEDGE = "knowledge"
    """Rate of the knowledge test."""
    TASKS = "tasks"
    """Tasks done in time, in percent."""


class Tie(StrEnum):
    """What decides between equal totals, and between those that luck could swap."""

    BALLOT = "ballot"
    """More votes."""
    JURY = "jury"
    """More jury points."""
    INSPECTION = "inspection"
    """Fewer deductions."""
    RATING = "rating"
    """A higher fair score."""
    EFFECTIVE = "effective"
    """More effective ratings."""


class Change(StrEnum):
    """What becomes of a window or person that changes in mid-campaign."""

    CARRY = "carry-over"
    """What was earned before goes along."""
    SEPARATE = "separate"
    """Only what was earned since counts."""
