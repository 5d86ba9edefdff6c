"""What the page of the conditions is given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext

from kiosk.domain.campaign_kinds import AwardKind, GateKind, Reading
from kiosk.domain.campaign_results import Checked
from kiosk.domain.campaign_rules import Award
from kiosk.domain.campaign_trial import Passing, Told
from kiosk.domain.errors import sentence
from kiosk.queries.campaign_conditions import (
    ConditionLine,
    Trial,
    TrialGate,
    TrialRow,
)
from kiosk.queries.campaigns import CampaignView
from kiosk.web.campaign_words import failed_words, figure, gate_words
from kiosk.web.language import language
from kiosk.web.manage.lists import Paged
from kiosk.web.manage.nomination_pages import STATE_WORDS

_ENDED = {state.name.lower(): words for state, words in STATE_WORDS.items()}
_READINGS = {
    Reading.TOP2: sentence("Top two levels"),
    Reading.TOP3: sentence("Top three levels"),
    Reading.WEIGHTED: sentence("Mean points"),
    Reading.FAIR: sentence("Adjusted for difficulty"),
    Reading.VERIFIED: sentence("Verified only"),
}


@dataclass(frozen=True, kw_only=True)
class CheckCell:
    """One condition of one candidate, in words."""

    met: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class CandidateLine:
    """A candidate and why it is in or out."""

    line: ConditionLine
    told: bool
    """Whether rates may be told."""

    @property
    def verdict(self) -> str:
        """In, out, or how it ended."""
        if self.line.ended:
            return str(gettext(_ENDED.get(self.line.ended, self.line.ended)))
        return str(
            gettext("Meets every condition")
            if self.line.met
            else gettext("Does not meet every condition")
        )

    @property
    def cells(self) -> list[CheckCell]:
        """Its conditions in the order of the rules."""
        return [
            CheckCell(met=check.passed, words=self._words(check))
            for check in self.line.checks
        ]

    def _words(self, check: Checked) -> str:
        hidden = check.kind is GateKind.SATISFACTION and not self.told
        shown = replace(check, value=None) if hidden else check
        if not check.passed:
            return failed_words(shown)
        if shown.value is None:
            return str(gettext("Met"))
        return str(gettext("Met: %(number)s", number=figure(shown.value)))


@dataclass(frozen=True, kw_only=True)
class AwardConditions:
    """One award: its conditions and its candidates."""

    award: Award
    lines: Sequence[CandidateLine]

    @property
    def key(self) -> str:
        """Of the award in the rules."""
        return self.award.key

    @property
    def title(self) -> str:
        """In the language of the request."""
        return self.award.title.read(language())

    @property
    def gates(self) -> list[str]:
        """Its conditions in words."""
        return [gate_words(gate) for gate in self.award.gates]

    @property
    def met(self) -> int:
        """How many meet all of them."""
        return sum(each.line.met for each in self.lines)


@dataclass(frozen=True, kw_only=True)
class GateLine:
    """A condition under every reading."""

    found: TrialGate

    @property
    def title(self) -> str:
        """The award, in the language of the request."""
        return self.found.award.title.read(language())

    @property
    def words(self) -> str:
        """The condition as the rules have it."""
        return gate_words(self.found.gate)

    @property
    def passing(self) -> Sequence[tuple[Passing, bool]]:
        """How many pass under each reading, and whether it is the one of the rules."""
        own = self.found.gate.reading
        return [(each, each.reading is own) for each in self.found.passing]


@dataclass(frozen=True, kw_only=True)
class TrialPage:
    """The readings side by side on days that are over."""

    trial: Trial
    windows: Paged[TrialRow]

    @property
    def readings(self) -> list[str]:
        """Words of the readings, in their order."""
        return [gettext(_READINGS[reading]) for reading in Reading]

    @property
    def gates(self) -> list[GateLine]:
        """Every condition about ratings."""
        return [GateLine(found=each) for each in self.trial.gates]

    @property
    def asks_people(self) -> bool:
        """Whether a condition is about people."""
        person = AwardKind.PERSON
        return any(each.award.kind is person for each in self.trial.gates)

    def cells(self, row: TrialRow) -> list[tuple[str, str]]:
        """Return rate and lower bound under each reading."""
        return [_cell(each) for each in row.told]


@dataclass(frozen=True, kw_only=True)
class ConditionsPage:
    """The conditions of a campaign."""

    campaign: CampaignView
    lines: Sequence[ConditionLine]
    today: date
    trial: TrialPage | None
    """None: the rules hold, or no condition is about ratings."""

    @property
    def title(self) -> str:
        """The campaign's, in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def posted(self) -> bool:
        """Whether a list is posted, so that its numbers stand and are public."""
        return self.campaign.posted_at is not None

    @property
    def waits(self) -> bool:
        """Whether some rates are not told yet."""
        return bool(self.lines) and not self.posted

    @property
    def awards(self) -> list[AwardConditions]:
        """The awards in the order of the rules."""
        return [
            AwardConditions(
                award=award,
                lines=[
                    CandidateLine(line=line, told=self._told(award))
                    for line in self.lines
                    if line.award == award.key
                ],
            )
            for award in self.campaign.rules.awards
        ]

    def _told(self, award: Award) -> bool:
        """Whether rates may be told.

        While ratings come in, a rate that moves would tell what one visitor tapped;
        those of people are their own until everybody can read them.
        """
        over = self.today > self.campaign.rules.ends
        return self.posted or (over and award.kind is not AwardKind.PERSON)


def _cell(told: Told) -> tuple[str, str]:
    return figure(told.rate), figure(told.bound)
