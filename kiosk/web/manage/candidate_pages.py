"""What the organiser's page of all candidates is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.campaign_rules import Award, Rules
from kiosk.domain.campaign_stages import is_open
from kiosk.domain.candidate_changes import (
    CandidateChange,
    ChangeKind,
    Settlement,
    settlement,
)
from kiosk.domain.candidates import REASON_MOST, MarkKind
from kiosk.domain.errors import sentence
from kiosk.domain.nominations import MARK_STAGES, uses_mark
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView
from kiosk.queries.nominations import MarkView
from kiosk.web.language import language
from kiosk.web.manage.nomination_pages import state_words

MARK_WORDS = {
    MarkKind.KNOWLEDGE: sentence("Rate of the knowledge test, percent"),
    MarkKind.APPRAISAL: sentence("Mean of the democratic appraisal, 0 to 100"),
}
CHANGE_WORDS = {
    ChangeKind.MOVED: sentence("Belongs to another unit since %(day)s."),
    ChangeKind.ENDED: sentence("Closed or left on %(day)s."),
}
RULE_WORDS = {
    Settlement.CARRIES: sentence("By the rules all that was earned counts."),
    Settlement.COUNTS_ANEW: sentence(
        "By the rules only what is earned since that day counts."
    ),
    Settlement.GOES_ON: sentence(
        "By the rules %(successor)s takes part instead, counted from that day."
    ),
    Settlement.WITHDRAWN: sentence(
        "By the rules nothing counts any more, so it takes no part."
    ),
    Settlement.DONE: sentence("Only what is earned since that day counts."),
}
_OPEN = (Settlement.COUNTS_ANEW, Settlement.GOES_ON, Settlement.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """A number that an award reads about a candidate."""

    kind: MarkKind
    mark: MarkView | None
    may_enter: bool

    @property
    def words(self) -> str:
        """What the number is."""
        return str(gettext(MARK_WORDS[self.kind]))

    @property
    def rate(self) -> str:
        """The number with two decimals, or ""."""
        return "" if self.mark is None else f"{self.mark.value / 100:.2f}"

    @property
    def note(self) -> str:
        """What was noted with it."""
        return "" if self.mark is None else self.mark.note


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """What happened to a candidate, and what the rules make of it."""

    what: str
    rule: str
    to_settle: bool


@dataclass(frozen=True, kw_only=True)
class FullLine:
    """A candidate with everything but scores."""

    candidate: CandidateView
    marks: Sequence[MarkLine]
    change: ChangeLine | None

    @property
    def state(self) -> str:
        """What became of it."""
        return state_words(self.candidate)


@dataclass(frozen=True, kw_only=True)
class CandidatesPart:
    """An award with all its candidates."""

    key: str
    title: str
    lines: Sequence[FullLine]
    standing: int


@dataclass(frozen=True, kw_only=True)
class CandidatesPage:
    """All candidates of a campaign by award."""

    campaign: CampaignView
    parts: Sequence[CandidatesPart]
    zone: ZoneInfo
    done: str = ""
    refusal: str = ""
    reason_most: int = REASON_MOST

    @property
    def title(self) -> str:
        """Title of the campaign."""
        return self.campaign.rules.title.read(language())


def candidate_parts(
    campaign: CampaignView,
    among: Sequence[CandidateView],
    marks: Mapping[tuple[int, MarkKind], MarkView],
    changes: Mapping[int, CandidateChange],
    today: date,
) -> list[CandidatesPart]:
    """Return each award of a campaign with its candidates by number."""
    settling = campaign.posted_at is None and campaign.dropped_at is None
    parts = []
    for award in campaign.rules.awards:
        own = [each for each in among if each.award == award.key]
        open_kinds = _open_kinds(campaign.rules, award, today) if settling else set()
        lines = [
            FullLine(
                candidate=each,
                marks=_marks(award, each, marks, open_kinds),
                change=_change(award, changes.get(each.id), settling=settling),
            )
            for each in own
        ]
        parts.append(
            CandidatesPart(
                key=award.key,
                title=award.title.read(language()),
                lines=lines,
                standing=sum(each.standing for each in own),
            )
        )
    return parts


def _open_kinds(rules: Rules, award: Award, today: date) -> set[MarkKind]:
    return {
        kind
        for kind, stage in MARK_STAGES.items()
        if uses_mark(award, kind) and is_open(rules, stage, today)
    }


def _marks(
    award: Award,
    candidate: CandidateView,
    marks: Mapping[tuple[int, MarkKind], MarkView],
    open_kinds: set[MarkKind],
) -> list[MarkLine]:
    return [
        MarkLine(
            kind=kind,
            mark=marks.get((candidate.id, kind)),
            may_enter=candidate.standing and kind in open_kinds,
        )
        for kind in MarkKind
        if uses_mark(award, kind)
    ]


def _change(
    award: Award, change: CandidateChange | None, *, settling: bool
) -> ChangeLine | None:
    if change is None:
        return None
    outcome = settlement(award.change, change)
    return ChangeLine(
        what=str(gettext(CHANGE_WORDS[change.kind], day=change.day)),
        rule=str(gettext(RULE_WORDS[outcome], successor=change.successor)),
        to_settle=settling and outcome in _OPEN,
    )
