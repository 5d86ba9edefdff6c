"""What the pages of people who wait for a call are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.cases import CallOutcome
from kiosk.domain.contacts import (
    KEEP_DAYS,
    NAME_MOST,
    PHONE_MOST,
    REASON_MOST,
    Outcome,
    Reach,
    kept_until,
)
from kiosk.domain.errors import sentence
from kiosk.domain.reasons import reason_words
from kiosk.queries.case_calls import CaseCall
from kiosk.queries.contacts import CallLine, OpeningLine, Told
from kiosk.web.case_words import cause_words
from kiosk.web.forms import Form
from kiosk.web.manage.case_contact import CALL_WORDS
from kiosk.web.manage.lists import Paged

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.REACHED: sentence("Reached"),
    Outcome.NOT_REACHED: sentence("Not reached in two tries"),
    Outcome.UNWANTED: sentence("No call wanted any more"),
    Outcome.UNREADABLE: sentence("Contact cannot be opened"),
}


@dataclass(frozen=True, kw_only=True)
class CallsPage:
    """Who waits for a call, or whose call is settled: of cases, and without one."""

    cases: Paged[CaseCall]
    lines: Paged[CallLine]
    told: Mapping[int, Told]
    settled: bool
    waiting: int
    today: date
    now: datetime
    zone: ZoneInfo
    done: str = ""

    def cause(self, call: CaseCall) -> str:
        """Return what a case is about."""
        return cause_words(call.cause)

    def overdue(self, call: CaseCall) -> bool:
        """Whether the call about a case should have been made."""
        return call.second_due is not None and call.second_due <= self.now

    def call_result(self, call: CaseCall) -> str:
        """Return how the call about a case went, in words."""
        return str(gettext(CALL_WORDS[CallOutcome(call.outcome)]))

    def words(self, line: CallLine) -> list[str]:
        """Return the ticked reasons in the language of the request."""
        return reasons_in_words(self.told.get(line.rating_id))

    def verified(self, line: CallLine) -> bool:
        """Whether the rating belongs to a service that is known."""
        told = self.told.get(line.rating_id)
        return told is not None and told.verified

    def late(self, line: CallLine) -> bool:
        """Whether somebody has waited since an earlier day."""
        return line.asked_at.astimezone(self.zone).date() < self.today

    def result(self, line: CallLine) -> str:
        """Return how the call went, in words."""
        return outcome_in_words(line.outcome)


@dataclass(frozen=True, kw_only=True)
class CallPage:
    """One wish to be called: closed, opened for an hour, or settled."""

    line: CallLine
    told: Told | None
    openings: Sequence[OpeningLine]
    reach: Reach | None
    """Name and number; None while nobody here has given a reason."""
    receipt: str
    form: Form
    zone: ZoneInfo
    unreadable: str = ""
    """Why the contact cannot be shown though it may be."""
    reason_most: int = REASON_MOST

    @property
    def words(self) -> list[str]:
        """The ticked reasons in the language of the request."""
        return reasons_in_words(self.told)

    @property
    def result(self) -> str:
        """How the call went, in words; "" while it is not settled."""
        return outcome_in_words(self.line.outcome)

    @property
    def kept_until(self) -> datetime | None:
        """When a settled contact is erased at the latest."""
        settled_at = self.line.settled_at
        return kept_until(settled_at) if settled_at and self.line.kept else None

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """What may be noted of the call."""
        return [
            (str(outcome), str(gettext(words)))
            for outcome, words in OUTCOME_WORDS.items()
            if outcome is not Outcome.UNREADABLE or self.unreadable
        ]


@dataclass(frozen=True, kw_only=True)
class NewCallPage:
    """The form at the desk, for somebody without a phone of their own."""

    form: Form
    name_most: int = NAME_MOST
    phone_most: int = PHONE_MOST
    keep_days: int = KEEP_DAYS


def reasons_in_words(told: Told | None) -> list[str]:
    """Return ticked reasons in the language of the request."""
    numbers = told.reasons if told is not None else ()
    return [str(gettext(reason_words(number))) for number in numbers]


def outcome_in_words(outcome: str) -> str:
    """Return how a call went; "" where nothing is noted."""
    return str(gettext(OUTCOME_WORDS[Outcome(outcome)])) if outcome else ""
