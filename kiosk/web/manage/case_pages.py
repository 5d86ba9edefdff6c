"""What the pages of cases are given: lines of a list, and one case with its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.case_days import StripDay
from kiosk.domain.case_due import Due, Next, due_next, is_late
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    WORDS_MOST,
    Answer,
    CaseState,
    Road,
    Second,
    Side,
    Source,
)
from kiosk.domain.errors import sentence
from kiosk.domain.reasons import reason_words
from kiosk.queries.case_page import Said, Written
from kiosk.queries.cases import CaseLine
from kiosk.queries.replies import ReplyWords
from kiosk.web.case_words import answer_words, cause_words, source_words, state_words
from kiosk.web.forms import Form
from kiosk.web.manage.case_appeal_pages import AppealsPart
from kiosk.web.manage.case_contact import ContactPart
from kiosk.web.manage.case_like import LikePart
from kiosk.web.manage.case_outside import OutsidePart

NEXT_WORDS: dict[Next, str] = {
    Next.ACCEPT: sentence("Accept the case"),
    Next.ANSWER: sentence("Check and answer"),
    Next.PAUSED: sentence("The clock stands still"),
    Next.DECIDE: sentence("Decision outside the unit"),
    Next.RECTIFY: sentence("Put right what was promised"),
    Next.SECOND: sentence("Call-back and second rating"),
    Next.LOOK_BACK: sentence("Look back at the measure"),
    Next.NOTHING: sentence("Nothing more to do"),
}
HALF_WORDS = {1: sentence("before noon"), 2: sentence("after noon")}
ROAD_WORDS: dict[Road, str] = {
    Road.TABLET: sentence("Tablet at the window"),
    Road.PHONE: sentence("Own phone"),
    Road.DESK: sentence("Help desk"),
    Road.HOTLINE: sentence("Hotline"),
    Road.PATROL: sentence("Patrol"),
    Road.UNIT: sentence("The unit itself"),
}
EVENT_WORDS: dict[TextKind, str] = {
    TextKind.REPLY: sentence("Reply to the citizen"),
    TextKind.MEASURE: sentence("What was done or promised"),
    TextKind.FINDING: sentence("What the check found"),
    TextKind.PAUSE: sentence("The clock was stopped"),
    TextKind.RESULT: sentence("Look-back"),
    TextKind.NOTE: sentence("Note"),
    TextKind.STATEMENT: sentence("Statement of the clerk"),
    TextKind.APPEAL: sentence("Appeal"),
    TextKind.RULING: sentence("Ruling"),
    TextKind.CALL: sentence("Call-back"),
    TextKind.EXAMPLE: sentence("Told again for the report"),
}
SECOND_WORDS: dict[Second, str] = {
    Second.CONTENT: sentence("Content"),
    Second.FAIRLY: sentence("Fairly content"),
    Second.NOT: sentence("Not content"),
}
_STEPS = (
    sentence("Accept"),
    sentence("Check"),
    sentence("Put right or explain"),
    sentence("Call-back"),
)
_AT = {
    CaseState.WAITING: 0,
    CaseState.CHECKING: 1,
    CaseState.DOUBTED: 1,
    CaseState.ANSWERED: 3,
    CaseState.CLOSED: len(_STEPS),
}


def half_words(half: int) -> str:
    """Return the half of a day, in the language of the request; "" for none."""
    return str(gettext(HALF_WORDS[half])) if half else ""


@dataclass(frozen=True)
class LineView:
    """A case of a list, with what is to be done next."""

    line: CaseLine
    due: Due
    late: bool

    @property
    def cause(self) -> str:
        """What it is about."""
        return cause_words(self.line.cause)

    @property
    def source(self) -> str:
        """What it came from."""
        return source_words(self.line.source)

    @property
    def state(self) -> str:
        """Where it stands, an answer with what it says."""
        answer = answer_words(self.line.answer)
        if self.due.next is Next.RECTIFY:
            answer = str(gettext("promised to put right"))
        return " · ".join(filter(None, (state_words(self.line.state), answer)))

    @property
    def half(self) -> str:
        """The half of the day; "" for none."""
        return half_words(self.line.half)

    @property
    def next(self) -> str:
        """What comes next."""
        return str(gettext(NEXT_WORDS[self.due.next]))

    @property
    def joined(self) -> bool:
        """Whether it answers several ratings."""
        return self.line.source == Source.JOINED


def line_view(line: CaseLine, now: datetime, today: date) -> LineView:
    """Return a line as a page shows it."""
    due = due_next(line)
    return LineView(line, due, is_late(due, now, today))


@dataclass(frozen=True)
class Event:
    """Something that happened in a case."""

    at: datetime
    name: str
    by: str = ""
    words: str = ""
    erased: bool = False


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """One case, for those who answer for it or decide about it."""

    view: LineView
    side: Side
    road: str
    clerk: str
    """Who was on duty, for those outside; a unit sorts out the matter, not a name."""
    said: Said
    spoken: Sequence[Written]
    """Words of a citizen that were taken down in the case itself."""
    events: Sequence[Event]
    facts: Sequence[tuple[str, str]]
    strip: Sequence[StripDay]
    left: int
    """Working days left; negative: behind."""
    replies: Sequence[ReplyWords]
    form: Form
    like: LikePart
    appeals: AppealsPart | None
    outside: OutsidePart | None
    contact: ContactPart | None
    now: datetime
    today: date
    zone: ZoneInfo
    done: str = ""
    may_work: bool
    most: int = WORDS_MOST

    @property
    def line(self) -> CaseLine:
        """The case as in a list."""
        return self.view.line

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Steps of its life, each "done", "now" or "next"."""
        at = _AT[CaseState(self.line.state)]
        marks = [
            "done" if n < at else "now" if n == at else "next"
            for n in range(len(_STEPS))
        ]
        steps = zip(_STEPS, marks, strict=True)
        return [(str(gettext(words)), mark) for words, mark in steps]

    @property
    def level(self) -> int | None:
        """The level of the rating behind it, where there is just one."""
        return self.said.level

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """What was ticked, and how often."""
        said = self.said.reasons
        return [(str(gettext(reason_words(number))), times) for number, times in said]

    @property
    def unit_side(self) -> bool:
        """Whether the reader answers for it."""
        return self.side is Side.UNIT

    @property
    def acts(self) -> frozenset[str]:
        """Which forms of those who work on it are shown."""
        return frozenset(_acts(self)) if self.may_work else frozenset()

    @property
    def kept(self) -> list[str]:
        """What was written into forms that are gone: the case has moved on."""
        shown = self.acts | (self.outside.acts if self.outside else frozenset())
        return [
            text
            for field, act in _WRITTEN.items()
            if act not in shown and (text := self.form.values[field].strip())
        ]


_WRITTEN = {
    "reply": "answer",
    "measure": "answer",
    "pause": "pause",
    "finding": "doubt",
    "rectified": "rectify",
    "result": "look-back",
    "agreed": "agree",
    "grounds": "agree",
    "note": "send-back",
    "thanks": "grade",
    "reopening": "reopen",
}
"""By field the act whose form it is in."""


def _acts(page: CasePage) -> list[str]:
    line = page.line
    if line.state == CaseState.WAITING:
        return ["accept"]
    if line.state == CaseState.CHECKING:
        clock = "pause" if line.paused_at is None else "resume"
        return ["answer", clock, *(["doubt"] if page.unit_side else [])]
    return [*_promises(line), *_look_backs(line, page.today)]


def _promises(line: CaseLine) -> list[str]:
    answered = line.state >= CaseState.ANSWERED and line.answer == Answer.RECTIFIED
    return ["rectify"] if answered and line.rectified_at is None else []


def _look_backs(line: CaseLine, today: date) -> list[str]:
    day = line.look_back_on
    waits = day is not None and day <= today and line.looked_back_at is None
    return ["look-back"] if waits else []


def events(texts: Sequence[Written], moments: Sequence[Event]) -> list[Event]:
    """Return what was written and what happened, the oldest first."""
    written = [
        Event(
            text.written_at,
            str(gettext(EVENT_WORDS[text.kind])),
            text.by,
            text.words,
            text.erased,
        )
        for text in texts
    ]
    return sorted([*moments, *written], key=lambda event: event.at)
