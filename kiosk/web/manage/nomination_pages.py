"""What the pages of nominations are given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from kiosk.domain.campaign_kinds import AwardKind, StageKind
from kiosk.domain.campaign_rules import Award, Criterion
from kiosk.domain.campaign_stages import StageState, state_of
from kiosk.domain.candidates import (
    NAME_MOST,
    REASON_MOST,
    STATEMENT_MOST,
    CandidateState,
)
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.nominations import check_nominating, check_replacing, places_taken
from kiosk.domain.policy import Scope
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView
from kiosk.queries.nominations import Nominee
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form
from kiosk.web.language import language

STATE_WORDS = {
    CandidateState.STANDING: sentence("Stands on the list"),
    CandidateState.WITHDRAWN: sentence("Has been withdrawn"),
    CandidateState.REPLACED: sentence("Has been replaced"),
    CandidateState.CANCELLED: sentence("Cancelled for fraud"),
}
FOR_WORDS = {
    AwardKind.WINDOW: sentence("For windows"),
    AwardKind.PERSON: sentence("For people"),
    AwardKind.UNIT: sentence("For units"),
    AwardKind.BRAND: sentence("For brands of service"),
    AwardKind.SUGGESTION: sentence("For suggestions"),
}
CHOOSE_WORDS = {
    AwardKind.WINDOW: sentence("Window"),
    AwardKind.PERSON: sentence("Person"),
    AwardKind.UNIT: sentence("Unit"),
    AwardKind.BRAND: sentence("Unit of the brand"),
}


def state_words(candidate: CandidateView) -> str:
    """Return what became of a candidate, in the language of the request."""
    return str(gettext(STATE_WORDS[candidate.state]))


@dataclass(frozen=True, kw_only=True)
class CandidateLine:
    """A candidate of one's own units, and what can be done about it."""

    candidate: CandidateView
    may_withdraw: bool
    may_replace: bool

    @property
    def state(self) -> str:
        """What became of it."""
        return state_words(self.candidate)


@dataclass(frozen=True, kw_only=True)
class AwardPart:
    """An award and whom one's own units have put forward for it."""

    award: Award
    title: str
    when: str
    """Until when names are taken, or why not."""
    may_name: bool
    lines: Sequence[CandidateLine]

    @property
    def about(self) -> str:
        """For whom the award is, how many seats it has, and the quota."""
        seats = gettext("Seats: %(count)d", count=self.award.seats)
        parts = [gettext(FOR_WORDS[self.award.kind]), seats]
        if self.award.kind is not AwardKind.SUGGESTION:
            parts.append(quota_words(self.award))
        return " · ".join(parts)


@dataclass(frozen=True, kw_only=True)
class CampaignPart:
    """A campaign that runs."""

    slug: str
    title: str
    awards: Sequence[AwardPart]


@dataclass(frozen=True, kw_only=True)
class NominationsPage:
    """Campaigns that run, and what one's own units have put forward."""

    campaigns: Sequence[CampaignPart]
    done: str = ""
    refusal: str = ""
    reason_most: int = REASON_MOST


@dataclass(frozen=True, kw_only=True)
class NominatePage:
    """Somebody is put forward for an award."""

    form: Form
    campaign: CampaignView
    award: Award
    among: Sequence[Nominee]
    when: str
    open: bool
    instead: CandidateView | None = None
    """Whose place is taken."""
    refusal: str = ""
    name_most: int = NAME_MOST
    words_most: int = STATEMENT_MOST

    @property
    def title(self) -> str:
        """Title of the award."""
        return self.award.title.read(language())

    @property
    def choose(self) -> str:
        """What is chosen."""
        return str(gettext(CHOOSE_WORDS[self.award.kind]))

    @property
    def options(self) -> list[tuple[int, str]]:
        """Whom one can choose; the unit is said where there are several."""
        several = len({each.unit_id for each in self.among}) > 1
        named = self.award.kind in (AwardKind.WINDOW, AwardKind.PERSON)
        return [
            (
                each.key,
                f"{each.words} · {each.unit_name}" if several and named else each.words,
            )
            for each in self.among
        ]

    @property
    def is_person(self) -> bool:
        """Whether somebody must have agreed."""
        return self.award.kind is AwardKind.PERSON

    @property
    def is_brand(self) -> bool:
        """Whether a name is asked for."""
        return self.award.kind is AwardKind.BRAND

    @property
    def criteria(self) -> list[tuple[str, str]]:
        """Field and title with points of each criterion."""
        return [(field_of(each), criterion_words(each)) for each in self.award.criteria]

    @property
    def quota(self) -> str:
        """How many a unit may put forward."""
        return quota_words(self.award)


def award_parts(
    campaign: CampaignView, among: Sequence[CandidateView], scope: Scope, today: date
) -> Iterator[AwardPart]:
    """Yield a campaign's awards with the candidates of the scope's units."""
    for award in campaign.rules.awards:
        own = [
            each
            for each in among
            if each.award == award.key and scope.holds(each.unit_id)
        ]
        when, is_open = nominating(campaign, award, today)
        follows = replaceable(campaign, award, today)
        yield AwardPart(
            award=award,
            title=award.title.read(language()),
            when=when,
            may_name=is_open and _has_room(award, own, scope),
            lines=[
                CandidateLine(
                    candidate=each,
                    may_withdraw=is_open and each.standing,
                    may_replace=follows and each.standing,
                )
                for each in own
            ],
        )


def nominating(campaign: CampaignView, award: Award, today: date) -> tuple[str, bool]:
    """Return until when names are taken, or why not, and whether they are."""
    if campaign.posted_at is not None:
        return str(gettext("The list is posted: names stand as they are.")), False
    try:
        check_nominating(campaign.rules, award, today)
    except RuleBroken as refusal:
        return refusal_sentence(refusal), False
    stages = campaign.rules.of_kind(StageKind.NOMINATE)
    last = max(
        stage.ends for stage in stages if state_of(stage, today) is StageState.OPEN
    )
    return str(gettext("Names are taken until the end of %(day)s.", day=last)), True


def quota_words(award: Award) -> str:
    """Return how many a unit may put forward."""
    if not award.quota:
        return str(gettext("as many of each unit as it likes"))
    return str(gettext("at most %(count)d of each unit", count=award.quota))


def field_of(criterion: Criterion) -> str:
    """Return the name of the field for the words about a criterion."""
    return f"about-{criterion.key}"


def criterion_words(criterion: Criterion) -> str:
    """Return the title of a criterion with its points."""
    title = criterion.title.read(language())
    return str(
        gettext("%(title)s (%(points)d points)", title=title, points=criterion.points)
    )


def replaceable(campaign: CampaignView, award: Award, today: date) -> bool:
    """Whether another one can still take a place of an award."""
    if campaign.posted_at is not None:
        return False
    try:
        check_replacing(campaign.rules, award, today)
    except RuleBroken:
        return False
    return True


def _has_room(award: Award, own: Sequence[CandidateView], scope: Scope) -> bool:
    """Whether some unit of the scope has a place left; for the whole centre: yes."""
    if not award.quota or scope.units is None:
        return True
    return any(
        places_taken(award, [each.state for each in own if each.unit_id == unit])
        < award.quota
        for unit in scope.units
    )
