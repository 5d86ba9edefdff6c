"""What the pages of held ratings are given: facts, no accusation and no window."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.board import Period
from kiosk.domain.errors import sentence
from kiosk.domain.hold_states import HoldState
from kiosk.domain.holds import (
    REASON_MOST,
    RELEASED_MOST,
    RULE_WORDS,
    Rule,
    too_many_released,
)
from kiosk.domain.intake import BUCKET_MINUTES, Channel
from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.queries.hold_reviews import NONE, Fates, HoldDay, HoldLine, HoldReport
from kiosk.web.filters import LEVEL_WORDS
from kiosk.web.forms import Form
from kiosk.web.manage.lists import Paged

DECISIONS: dict[str, HoldState] = {
    "release": HoldState.RELEASED,
    "exclude": HoldState.EXCLUDED,
}
STATE_WORDS: dict[HoldState, str] = {
    HoldState.OPEN: sentence("Waits for a decision"),
    HoldState.RELEASED: sentence("They count"),
    HoldState.EXCLUDED: sentence("They do not count"),
}
CHANNEL_WORDS = {
    Channel.TABLET: sentence("On the window's screen"),
    Channel.PHONE: sentence("By phone"),
}
_NOON = 72
_OFFICE = (54, 101)
"""First and last ten minutes of a working day, 9:00 to 17:00."""


@dataclass(frozen=True)
class Bar:
    """Ten minutes of a day in the chart; lengths in percent of the tallest."""

    bucket: int
    counted: float
    held: float


@dataclass(frozen=True, kw_only=True)
class _Words:
    def rule(self, line: HoldLine) -> str:
        """Return why the ratings are held, in the language of the request."""
        return str(gettext(RULE_WORDS[Rule(line.rule)]))

    def channel(self, line: HoldLine) -> str:
        """Return how they were given."""
        return str(gettext(CHANNEL_WORDS[Channel(line.channel)]))

    def state(self, state: int) -> str:
        """Return what becomes of them."""
        return str(gettext(STATE_WORDS[HoldState(state)]))

    def half_day(self, line: HoldLine) -> str:
        """Return the half of the day; "" where it is a matter of the whole day."""
        if line.bucket is None:
            return ""
        return str(gettext("morning") if line.bucket < _NOON else gettext("afternoon"))


@dataclass(frozen=True, kw_only=True)
class HoldsPage(_Words):
    """What waits for reviewers, or what they decided."""

    lines: Paged[HoldLine]
    decided: bool
    own_id: int
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class HoldPage(_Words):
    """One heap: what is known of it, and what may be done about it."""

    line: HoldLine
    day: HoldDay
    form: Form
    own_id: int
    deciders: int
    zone: ZoneInfo
    reason_most: int = REASON_MOST
    error: str = ""

    @property
    def open(self) -> bool:
        """Whether it waits; until it is decided nobody is shown whose it is."""
        return self.line.state is HoldState.OPEN

    @property
    def may_propose(self) -> bool:
        """Whether nobody else has proposed anything."""
        return self.open and self.line.proposed_by in {None, self.own_id}

    @property
    def may_confirm(self) -> bool:
        """Whether the proposal is one that this person may carry out."""
        there = self.line.proposed_by
        own = there == self.own_id
        return self.open and there is not None and (not own or self.deciders == 1)

    @property
    def levels(self) -> list[tuple[Level, int]]:
        """The heap's ratings by level, the best first."""
        return [(level, self.day.levels[level - 1]) for level in BEST_FIRST]

    @property
    def bars(self) -> list[Bar]:
        """The working day, and earlier and later ratings."""
        both = [
            counted + held
            for counted, held in zip(self.day.counted, self.day.held, strict=True)
        ]
        there = [bucket for bucket, n in enumerate(both) if n] + [*_OFFICE]
        most = max(both) or 1
        return [
            Bar(
                bucket,
                round(100 * self.day.counted[bucket] / most, 1),
                round(100 * self.day.held[bucket] / most, 1),
            )
            for bucket in range(min(there), max(there) + 1)
        ]

    @property
    def ends(self) -> str:
        """Begin and end of the chart."""
        bars = self.bars
        return f"{_clock(bars[0].bucket)} – {_clock(bars[-1].bucket + 1)}"


@dataclass(frozen=True, kw_only=True)
class HoldReportPage:
    """What was decided in a period."""

    report: HoldReport
    period: Period
    released_most: int = round(RELEASED_MOST)

    @property
    def good_and_bad(self) -> Sequence[tuple[str, Fates]]:
        """Both together by the side that they are on."""
        sides = {False: gettext("Levels 3 to 5"), True: gettext("Levels 1 and 2")}
        return [
            (
                words,
                sum(
                    (
                        fates
                        for level, fates in self.report.by_level.items()
                        if Level(level).bad is bad
                    ),
                    NONE,
                ),
            )
            for bad, words in sides.items()
        ]

    @property
    def level_rows(self) -> Sequence[tuple[str, Fates]]:
        """The fates by level, the best first."""
        return [
            (str(gettext(LEVEL_WORDS[level])), self.report.by_level[int(level)])
            for level in BEST_FIRST
        ]

    @property
    def units(self) -> Sequence[tuple[str, Fates]]:
        """The fates by unit, without what waits: whose that is nobody is shown."""
        return [
            (unit, replace(fates, ratings=fates.ratings - fates.waiting, waiting=0))
            for unit, fates in self.report.by_unit.items()
        ]

    @property
    def released(self) -> str:
        """Share of the decided heaps that were released."""
        heaps = self.report.heaps
        return share(heaps.released, heaps.released + heaps.excluded)

    @property
    def warns(self) -> bool:
        """Whether so many are released that the rules hold too much."""
        return too_many_released(self.report.heaps.released, self.report.heaps.excluded)


def share(part: int, whole: int) -> str:
    """Return a percentage, or a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _clock(bucket: int) -> str:
    hour, minute = divmod(bucket * BUCKET_MINUTES, 60)
    return f"{hour:02}:{minute:02}"
