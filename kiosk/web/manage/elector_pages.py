"""What the organiser's pages of electors are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kiosk.domain.ballots import CODES_MOST, shown_code
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Electorate, Stage
from kiosk.domain.campaign_stages import is_over
from kiosk.queries.ballots import Turnout
from kiosk.queries.campaigns import CampaignView
from kiosk.services.ballots import NewSlip
from kiosk.services.qr import thin_svg
from kiosk.web.forms import Form
from kiosk.web.language import language

WHOLE = 100
"""Percent."""


@dataclass(frozen=True, kw_only=True)
class _Page:
    campaign: CampaignView

    @property
    def title(self) -> str:
        """The campaign's title in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def slug(self) -> str:
        """The campaign's public address."""
        return self.campaign.slug

    @property
    def first(self) -> date:
        """First day of voting."""
        return min(stage.begins for stage in self._stages)

    @property
    def last(self) -> date:
        """Last day of voting."""
        return max(stage.ends for stage in self._stages)

    @property
    def has_stage(self) -> bool:
        """Whether there are days of voting."""
        return bool(self._stages)

    @property
    def _stages(self) -> Sequence[Stage]:
        return self.campaign.rules.of_kind(StageKind.VOTE)


@dataclass(frozen=True)
class Row:
    """How an electorate stands, with the form that makes codes for it."""

    turnout: Turnout
    form: Form

    @property
    def key(self) -> str:
        """Key of the electorate."""
        return self.turnout.electorate.key

    @property
    def title(self) -> str:
        """Who they are, in the language of the request."""
        return self.turnout.electorate.title.read(language())

    @property
    def weight(self) -> int:
        """Percent."""
        return self.turnout.electorate.weight

    @property
    def percent(self) -> int | None:
        """Of the codes given out, how many voted, rounded down; None: no codes."""
        issued = self.turnout.issued
        return WHOLE * self.turnout.voted // issued if issued else None


@dataclass(frozen=True, kw_only=True)
class ElectorsPage(_Page):
    """Turnout and codes of every electorate."""

    rows: Sequence[Row]
    lost: Form
    """Of a lost slip: electorate and number."""
    today: date
    agree: bool
    """Whether there are as many ballots as codes were spent."""
    refusal: str = ""
    done: str = ""
    most: int = CODES_MOST

    @property
    def closed(self) -> bool:
        """Whether the votes are counted."""
        return self.campaign.ballot_closed_at is not None

    @property
    def over(self) -> bool:
        """Whether the days of voting are over."""
        return is_over(self.campaign.rules, StageKind.VOTE, self.today)

    @property
    def issues(self) -> bool:
        """Whether codes can be made."""
        given_up = self.campaign.dropped_at is not None
        return not (self.over or self.closed or given_up) and self.campaign.public

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Electorates to choose from."""
        return [(row.key, row.title) for row in self.rows]


@dataclass(frozen=True)
class PrintedSlip:
    """A slip as it is printed: number, code, and the code's way to the ballot."""

    number: int
    code: str
    picture: Markup


@dataclass(frozen=True, kw_only=True)
class SlipsPage(_Page):
    """Slips that can be printed now and never again."""

    electorate: Electorate
    slips: Sequence[PrintedSlip]
    address: str
    """Where a code can be typed."""
    base: str
    reaches: bool
    """Whether phones can open the address."""
    replaced: int = 0
    """Number of the slip that is void now; 0: these are not in place of one."""

    @property
    def electorate_title(self) -> str:
        """Who they are for, in the language of the request."""
        return self.electorate.title.read(language())


def printed(slip: NewSlip, address: str) -> PrintedSlip:
    """Return a slip ready for print; `address`: where codes are typed."""
    # Drawn by us from our own address and a random code.
    picture = Markup(thin_svg(f"{address}/{slip.code}"))  # noqa: S704
    return PrintedSlip(slip.number, shown_code(slip.code), picture)
