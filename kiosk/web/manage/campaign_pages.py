"""What the organiser's pages of campaigns are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import url_for
from flask_babel import gettext

from kiosk.domain.ballots import has_ballot
from kiosk.domain.campaign_check import announce_problems
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_life import AMENDMENT_MOST, SLUG_MOST
from kiosk.domain.campaign_rules import Stage
from kiosk.domain.campaign_stages import StageState, state_of
from kiosk.queries.campaigns import CampaignView
from kiosk.web.campaign_kind_words import OPENS, STAGE_STATES, life_words
from kiosk.web.campaign_words import day_words
from kiosk.web.language import language
from kiosk.web.manage.campaign_form import Group, groups, problem_words

_OF_ALL = frozenset({"manage.findings", "manage.objections"})


@dataclass(frozen=True, kw_only=True)
class StageLine:
    """A stage, what it opens and where it stands."""

    stage: Stage
    title: str
    opens: str
    state: str
    now: bool


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """One campaign: where it stands and what can be done."""

    campaign: CampaignView
    today: date
    done: str = ""
    refusals: Sequence[str] = ()
    reason_most: int = AMENDMENT_MOST

    @property
    def title(self) -> str:
        """Its title in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def life(self) -> str:
        """Where it stands, in a word."""
        return life_words(self.campaign, self.today)

    @property
    def stages(self) -> list[StageLine]:
        """The stages in the order of the rules."""
        return [
            StageLine(
                stage=stage,
                title=stage.title.read(language()),
                opens=gettext(OPENS[stage.kind]),
                state=gettext(STAGE_STATES[state_of(stage, self.today)]),
                now=state_of(stage, self.today) is StageState.OPEN,
            )
            for stage in self.campaign.rules.stages
        ]

    @property
    def votes(self) -> bool:
        """Whether electors vote here."""
        return has_ballot(self.campaign.rules)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Addresses and words of the parts that these rules have."""
        rules = self.campaign.rules
        parts = (
            (True, "manage.campaign_conditions", gettext("Who meets the conditions")),
            (rules.tasks, "manage.campaign_tasks", gettext("Tasks of the units")),
            (rules.sheets, "manage.findings", gettext("Finds of the inspection")),
            (rules.of_kind(StageKind.JURY), "manage.jury_members", gettext("Jury")),
            (
                rules.offices,
                "manage.campaign_clearance",
                gettext("Opinion of other offices"),
            ),
            (True, "manage.campaign_notice", gettext("List and result")),
            (self.campaign.posted_at, "manage.objections", gettext("Objections")),
        )
        return [(self._address(to), str(words)) for there, to, words in parts if there]

    def _address(self, endpoint: str) -> str:
        # What is of all campaigns has no place for one's name in its address.
        if endpoint in _OF_ALL:
            return url_for(endpoint)
        return url_for(endpoint, slug=self.campaign.slug)

    @property
    def next_step(self) -> str:
        """What the organiser does next, in a sentence; empty: nothing."""
        if self.over:
            return ""
        if not self.campaign.public:
            return str(gettext("make it known, once nothing is missing."))
        if self.campaign.posted_at is not None:
            return str(gettext("fix the final list, when the days of objecting end."))
        ahead = [
            stage
            for stage in self.campaign.rules.stages
            if state_of(stage, self.today) is StageState.OPEN
        ]
        if any(stage.kind is StageKind.NOTICE for stage in ahead):
            return str(gettext("post the list for objections."))
        if ahead:
            last = min(ahead, key=lambda stage: stage.ends)
            return str(
                gettext(
                    "“%(stage)s” runs until %(day)s.",
                    stage=last.title.read(language()),
                    day=day_words(last.ends),
                )
            )
        return str(gettext("wait for the next stage."))

    @property
    def over(self) -> bool:
        """Whether nothing of it changes any more."""
        return bool(self.campaign.final_at or self.campaign.dropped_at)

    @property
    def frozen(self) -> bool:
        """Whether its rules hold, so that they are amended and not changed."""
        return self.campaign.public and self.today >= self.campaign.rules.first_day

    @property
    def missing(self) -> list[str]:
        """What keeps a draft from being made known."""
        if self.campaign.public:
            return []
        rules = self.campaign.rules
        problems = announce_problems(rules, self.today)
        return [problem_words(problem, rules) for problem in problems]


@dataclass(frozen=True, kw_only=True)
class RulesPage(CampaignPage):
    """The fields of the rules."""

    typed: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def groups(self) -> list[Group]:
        """All fields under their headings."""
        return groups(self.campaign.rules, self.typed)


@dataclass(frozen=True, kw_only=True)
class CampaignLine:
    """A campaign in the list."""

    campaign: CampaignView
    title: str
    life: str


@dataclass(frozen=True, kw_only=True)
class CampaignsPage:
    """All campaigns, and how a new one begins."""

    lines: Sequence[CampaignLine]
    presets: Sequence[tuple[str, str]]
    """Names and titles of the presets that come along."""
    typed: Mapping[str, str]
    years: Sequence[int]
    slug_most: int = SLUG_MOST
    refusals: Sequence[str] = ()
