"""What the organiser's page of the list is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.campaign_results import AwardOutcome, Outcome, Ranked
from kiosk.domain.candidates import CandidateState
from kiosk.domain.objections import OPEN, ObjectionState
from kiosk.domain.publications import APPROVAL_MOST
from kiosk.queries.campaign_sheets import SheetView
from kiosk.queries.campaigns import CampaignView
from kiosk.web.campaign_words import PARTS, SHEETS, failed_words, figure
from kiosk.web.language import language
from kiosk.web.manage.nomination_pages import STATE_WORDS


def ended_words(ended: str) -> str:
    """Return how somebody came off the list; what no state says stands as it is."""
    known = {state.name.lower(): state for state in CandidateState}
    return str(gettext(STATE_WORDS[known[ended]])) if ended in known else ended


@dataclass(frozen=True, kw_only=True)
class PartCell:
    """One part of a total: the points, and what they weigh in it."""

    raw: str
    weighted: str


@dataclass(frozen=True, kw_only=True)
class RowLine:
    """A candidate as the list has it."""

    row: Ranked
    undecided: bool

    @property
    def cells(self) -> list[PartCell]:
        """The parts in the order of the rules; none where it is not ranked."""
        return [
            PartCell(raw=figure(part.raw), weighted=figure(part.weighted))
            for part in self.row.parts
        ]

    @property
    def total(self) -> str:
        """The total with two decimals."""
        return figure(self.row.total)

    @property
    def verdict(self) -> str:
        """Whether it is on the list, and why not."""
        if self.row.ended:
            return ended_words(self.row.ended)
        failed = [failed_words(each) for each in self.row.checks if not each.passed]
        if failed:
            return str(gettext("; ").join(failed))
        if self.undecided:
            return str(gettext("Equal for the last seat; no rule tells them apart."))
        return str(gettext("On the list") if self.row.elected else gettext("No seat"))


@dataclass(frozen=True, kw_only=True)
class AwardLines:
    """One award of the list."""

    key: str
    title: str
    parts: Sequence[tuple[str, int]]
    """Words and weight of each part."""
    outcome: AwardOutcome

    @property
    def lines(self) -> list[RowLine]:
        """Everybody, the first place first."""
        return [
            RowLine(row=row, undecided=row.key in self.outcome.undecided)
            for row in self.outcome.rows
        ]


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """The list from its preview to the final one."""

    campaign: CampaignView
    sheets: Sequence[SheetView]
    outcome: Outcome | None
    """None: it cannot be posted yet, so nobody sees it."""
    totals: Mapping[ObjectionState, int]
    waits: str
    zone: ZoneInfo
    done: str = ""
    refusal: str = ""
    approval: str = ""
    approval_most: int = APPROVAL_MOST

    @property
    def title(self) -> str:
        """The campaign's, in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def sheet(self) -> SheetView | None:
        """What holds."""
        return self.sheets[0] if self.sheets else None

    @property
    def sheet_words(self) -> str:
        """What the sheet that holds is."""
        return str(gettext(SHEETS[self.sheets[0].kind])) if self.sheets else ""

    @property
    def over(self) -> bool:
        """Whether nothing is left to do here."""
        return bool(self.campaign.final_at or self.campaign.dropped_at)

    @property
    def received(self) -> int:
        """Objections of any state."""
        return sum(self.totals.values())

    @property
    def open(self) -> int:
        """Objections that are not decided."""
        return sum(self.totals[state] for state in OPEN)

    @property
    def awards(self) -> list[AwardLines]:
        """The awards in the order of the rules."""
        if self.outcome is None:
            return []
        found = []
        for award in self.campaign.rules.awards:
            outcome = self.outcome.award(award.key)
            if outcome is not None:
                parts = [(gettext(PARTS[one.kind]), one.weight) for one in award.parts]
                title = award.title.read(language())
                found.append(
                    AwardLines(key=award.key, title=title, parts=parts, outcome=outcome)
                )
        return found
