"""What the templates of the public campaign pages are given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_results import AwardOutcome, Ranked
from kiosk.domain.campaign_rules import Award, Stage, Words
from kiosk.domain.campaign_stages import StageState, state_of
from kiosk.domain.publications import PublicationKind
from kiosk.queries.ballots import Turnout
from kiosk.queries.campaign_sheets import SheetView
from kiosk.queries.campaigns import CampaignView, VersionView
from kiosk.queries.candidates import CandidateView
from kiosk.web.campaign_words import SHEETS, failed_words, gate_words, tie_words
from kiosk.web.language import language

_WIDE = 700
"""Width of the drawing of all stages."""
_MONTHS = 12


def said(words: Words) -> str:
    """Return words of the rules in the reader's language."""
    return words.read(language())


@dataclass(frozen=True, kw_only=True)
class StageBar:
    """A stage as a line of text and a bar on the time axis that all share."""

    title: str
    begins: date
    ends: date
    state: StageState
    left: float
    width: float

    @property
    def mark(self) -> str:
        """The class of its line."""
        return {"ahead": "is-ahead", "open": "is-now", "over": "is-done"}[self.state]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """All stages on one axis."""

    bars: Sequence[StageBar]
    months: Sequence[float]
    """Where each month begins."""
    labels: Sequence[tuple[float, date]]
    """Percent of the width, and the month that stands there."""
    today: float | None
    """None where today lies outside."""


@dataclass(frozen=True, kw_only=True)
class AwardPart:
    """One award: its rules, who stands for it, and its numbers once posted."""

    award: Award
    title: str
    conditions: Sequence[str]
    names: Sequence[CandidateView]
    """Who takes part."""
    outcome: AwardOutcome | None

    @property
    def vacant(self) -> range:
        """Numbers of the seats that nobody takes."""
        if self.outcome is None:
            return range(0)
        return range(len(self.outcome.elected) + 1, self.outcome.seats + 1)

    @property
    def others(self) -> Sequence[Ranked]:
        """Who took part and is not on the list; who gave up is not shown."""
        if self.outcome is None:
            return ()
        return [row for row in self.outcome.rows if not row.elected and not row.ended]

    def told_apart(self, row: Ranked) -> str:
        """Return by what a place was decided, and from which it cannot be told."""
        found = [tie_words(row.tie)]
        rows = self.outcome.rows if self.outcome else ()
        band = [each.place or 0 for each in rows if row.band and each.band == row.band]
        if len(band) > 1:
            found.append(
                gettext(
                    "Places %(low)s to %(high)s cannot be told apart by the ratings.",
                    low=min(band),
                    high=max(band),
                )
            )
        return str(gettext("; ").join(each for each in found if each))

    def why(self, row: Ranked) -> str:
        """Return why somebody is not on the list."""
        failed = [failed_words(check) for check in row.checks if not check.passed]
        if failed:
            return str(gettext("; ").join(failed))
        if self.outcome and row.key in self.outcome.undecided:
            return str(gettext("Equal for the last seat; no rule tells them apart."))
        return str(gettext("Meets every condition; the seats went to higher totals."))


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """A campaign as everybody sees it."""

    campaign: CampaignView
    timeline: Timeline
    awards: Sequence[AwardPart]
    versions: Sequence[VersionView]
    sheets: Sequence[SheetView]
    turnout: Sequence[Turnout]
    objections: int
    days_left: int | None
    """Working days in which objections are still taken; None: none are."""
    voting: bool
    today: date

    @property
    def sheet(self) -> SheetView | None:
        """The newest sheet: what holds."""
        return self.sheets[0] if self.sheets else None

    @property
    def kind(self) -> str:
        """The word in the stamp."""
        return kind_words(self.sheet)

    @property
    def has_turnout(self) -> bool:
        """Whether codes were given out, so that there is a turnout to tell."""
        return any(each.issued for each in self.turnout)

    @property
    def final(self) -> bool:
        """Whether the list that is shown is not a proposal any more."""
        return self.campaign.final_at is not None


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """A sheet for the printer."""

    campaign: CampaignView
    sheet: SheetView
    awards: Sequence[AwardPart]

    @property
    def kind(self) -> str:
        """The word over it."""
        return kind_words(self.sheet)


@dataclass(frozen=True, kw_only=True)
class CampaignsPage:
    """All campaigns that were announced."""

    campaigns: Sequence[CampaignView]
    today: date

    def now(self, campaign: CampaignView) -> str:
        """Return what is going on in one."""
        if campaign.dropped_at:
            return str(gettext("Given up"))
        if campaign.final_at:
            return str(gettext("Result published"))
        open_now = [
            said(stage.title)
            for stage in campaign.rules.stages
            if state_of(stage, self.today) is StageState.OPEN
        ]
        if open_now:
            return str(gettext(", ").join(open_now))
        ahead = self.today < campaign.rules.first_day
        return str(gettext("Announced") if ahead else gettext("Between two stages"))


def kind_words(sheet: SheetView | None) -> str:
    """Return what a sheet is called; without approval, a result commends nobody."""
    if sheet is None:
        return str(gettext("Selection"))
    if sheet.kind is PublicationKind.RESULT:
        return str(gettext("Commendation") if sheet.approval else gettext("Praise"))
    return str(gettext(SHEETS[sheet.kind]))


def award_parts(
    campaign: CampaignView,
    names: Sequence[CandidateView],
    sheet: SheetView | None,
) -> list[AwardPart]:
    """Return the awards of a campaign, with the numbers of a sheet."""
    return [
        AwardPart(
            award=award,
            title=said(award.title),
            conditions=[gate_words(gate) for gate in award.gates],
            names=[each for each in names if each.award == award.key and each.standing],
            outcome=sheet.outcome.award(award.key) if sheet else None,
        )
        for award in campaign.rules.awards
    ]


def timeline(stages: Sequence[Stage], today: date) -> Timeline:
    """Return the stages on one axis from the first one's month to the last day."""
    first = min(stage.begins for stage in stages).replace(day=1)
    last = max(stage.ends for stage in stages) + timedelta(days=1)
    scale = _WIDE / (last - first).days

    def at(day: date) -> float:
        return round((day - first).days * scale, 1)

    bars = [
        StageBar(
            title=said(stage.title),
            begins=stage.begins,
            ends=stage.ends,
            state=state_of(stage, today),
            left=at(stage.begins),
            width=round(at(stage.ends + timedelta(days=1)) - at(stage.begins), 1),
        )
        for stage in stages
    ]
    months = list(_months(first, last))
    # At most twelve names stand beside each other without touching.
    step = len(months) // (_MONTHS + 1) + 1
    return Timeline(
        bars=bars,
        months=[at(month) for month in months],
        labels=[(round(at(month) / _WIDE * 100, 2), month) for month in months[::step]],
        today=at(today) if first <= today < last else None,
    )


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month < last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def votes_open(campaign: CampaignView, today: date) -> bool:
    """Whether ballots are taken today."""
    states = [
        state_of(stage, today) for stage in campaign.rules.of_kind(StageKind.VOTE)
    ]
    return StageState.OPEN in states
