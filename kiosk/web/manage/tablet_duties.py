"""What the start page says of screens: trouble, and how many windows have one."""

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.heartbeat import TROUBLES, State
from kiosk.domain.policy import Action
from kiosk.web.access import allowed
from kiosk.web.manage.duty_lines import NUMBERS_MOST, Day, Duty
from kiosk.web.manage.screens import CLONED, STATE_WORDS, ScreenRow, screen_rows

_WHAT = {
    State.SILENT: sentence("No sign of life for a minute and a half: %(numbers)s"),
    State.NOT_DRAWING: sentence(
        "The page no longer draws, the screen is dark or hidden: %(numbers)s"
    ),
    State.NOT_SENDING: sentence(
        "Ratings wait on the tablet and are not taken: %(numbers)s"
    ),
}


def troubled_tablets(day: Day) -> Iterator[Duty]:
    """Yield the screens that two send as, are silent, draw nothing or send nothing."""
    rows = screen_rows(day.scope(Action.PAIR_TABLETS), day.opening)
    cloned = [row for row in rows if row.line.cloned_at is not None]
    if cloned:
        yield _trouble(
            gettext("Two senders as one tablet"),
            sentence(
                "Numbers of its taps came twice with other taps. Pair it anew and look "
                "at its ratings: %(numbers)s"
            ),
            CLONED,
            cloned,
        )
    for state in State:
        there = [row for row in rows if row.state is state]
        if there and state in TROUBLES:
            name = gettext("Tablets: %(state)s", state=gettext(STATE_WORDS[state]))
            yield _trouble(name, _WHAT[state], str(state), there)


def tablets(day: Day) -> Iterator[Duty]:
    """Yield how many windows have a screen."""
    paired = sum(each.screens > 0 for each in day.windows)
    what = gettext(
        "Windows with a paired tablet; every other window can be rated by phone."
    )
    if not allowed(Action.SEE_TODAY):
        # Whoever sees no figures of the day is told no number either.
        what = gettext("Install a tablet at each window, with your phone in hand.")
    elif not day.windows:
        what = gettext(
            "After the windows: install a tablet at each, with your phone in hand."
        )
    yield Duty(
        symbol="tablet",
        name=gettext("Tablets"),
        count=f"{paired} / {len(day.windows)}" if day.windows else "",
        what=what,
        href=url_for("manage.install_tablets" if day.windows else "manage.tablets"),
        button=gettext("Install") if day.windows else gettext("View"),
        main=bool(day.windows) and not paired,
    )


def _trouble(name: str, what: str, state: str, rows: Sequence[ScreenRow]) -> Duty:
    numbers = " ".join(dict.fromkeys(row.line.number for row in rows[:NUMBERS_MOST]))
    return Duty(
        symbol="alert",
        name=name,
        count=str(len(rows)),
        what=gettext(what, numbers=numbers),
        href=url_for("manage.tablets", state=state),
        button=gettext("View"),
        due=True,
    )
