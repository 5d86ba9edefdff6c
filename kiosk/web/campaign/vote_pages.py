"""What electors' pages are given."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.ballots import ballot_awards, shown_code
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Award, Stage
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView
from kiosk.web.language import language


@dataclass(frozen=True, kw_only=True)
class ElectorPage:
    """What all of them show."""

    campaign: CampaignView
    elder: bool = False
    """In large type."""
    refusal: str = ""

    @property
    def title(self) -> str:
        """The campaign's title in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def slug(self) -> str:
        """The campaign's public address."""
        return self.campaign.slug

    @property
    def view(self) -> str | None:
        """What the address says of the type's size."""
        return "elder" if self.elder else None

    @property
    def other_view(self) -> str | None:
        """The same for the other size."""
        return None if self.elder else "elder"


@dataclass(frozen=True, kw_only=True)
class CodePage(ElectorPage):
    """Where a code is typed, and what is wrong with it."""

    typed: str = ""

    @property
    def days(self) -> tuple[Stage, ...]:
        """Stages in which votes are taken."""
        return self.campaign.rules.of_kind(StageKind.VOTE)


@dataclass(frozen=True)
class Name:
    """A line of the ballot."""

    key: int
    number: int
    name: str
    unit: str
    words: Sequence[tuple[str, str]]
    """What the candidate says, by criterion."""
    chosen: bool


@dataclass(frozen=True)
class Paper:
    """The ballot for one award."""

    key: str
    title: str
    most: int
    """Names that may be chosen."""
    names: Sequence[Name]


@dataclass(frozen=True, kw_only=True)
class BallotPage(ElectorPage):
    """The ballot itself."""

    code: str
    electorate: str
    """Key of the elector's electorate."""
    standing: Sequence[CandidateView]
    chosen: Mapping[str, Collection[int]]
    """Candidates' keys by award, as they came."""
    asks_blank: bool = False
    """Whether nobody was chosen, and whoever sent it should say that it is meant."""

    @property
    def shown_code(self) -> str:
        """The code as the slip has it."""
        return shown_code(self.code)

    @property
    def electorate_title(self) -> str:
        """Who votes with this code."""
        found = self.campaign.rules.electorate(self.electorate)
        return "" if found is None else found.title.read(language())

    @property
    def papers(self) -> list[Paper]:
        """What is voted about, in the order of the rules."""
        return [self._paper(award) for award in ballot_awards(self.campaign.rules)]

    def _paper(self, award: Award) -> Paper:
        chosen = set(self.chosen.get(award.key, ()))
        names = [
            Name(
                key=each.id,
                number=each.number,
                name=each.name,
                unit=each.unit_name,
                words=_words(award, each.statement),
                chosen=each.id in chosen,
            )
            for each in self.standing
            if each.award == award.key
        ]
        return Paper(award.key, award.title.read(language()), award.choices, names)


def _words(award: Award, statement: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (criterion.title.read(language()), statement[criterion.key])
        for criterion in award.criteria
        if statement.get(criterion.key)
    ]
