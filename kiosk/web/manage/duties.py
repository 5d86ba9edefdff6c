"""What the start page says is to be done: one small function for each source.

A source looks at the day and yields duties, or nothing. It is asked only when the
person may do its action, and must itself keep to the person's scope of that action.
To add one: write it here or beside its own part, and put it into SOURCES.
"""

from collections.abc import Iterator
from dataclasses import replace

from flask import url_for
from flask_babel import gettext

from kiosk.domain.policy import Action
from kiosk.extensions import reading
from kiosk.queries.calendar import work_calendar, years_without_calendar
from kiosk.queries.places import open_windows
from kiosk.queries.shifts import open_proposals, windows_with_shifts
from kiosk.queries.staff import clerk_lines
from kiosk.web import current
from kiosk.web.access import allowed, person
from kiosk.web.manage.calendar_pages import asked_years
from kiosk.web.manage.call_duties import waiting_calls
from kiosk.web.manage.case_appeal_duties import waiting_appeals
from kiosk.web.manage.case_decision_duties import asked_decisions
from kiosk.web.manage.case_duties import due_cases
from kiosk.web.manage.case_report_duties import ready_report
from kiosk.web.manage.duty_lines import NUMBERS_MOST, Day, Duty, Source
from kiosk.web.manage.hold_duties import waiting_holds
from kiosk.web.manage.mail_duties import stuck_mail
from kiosk.web.manage.tablet_duties import tablets, troubled_tablets


def duties(day: Day) -> list[Duty]:
    """Return what the person may and should do: overdue first, one to begin with."""
    found = [
        duty for action, source in SOURCES if allowed(action) for duty in source(day)
    ]
    found.sort(key=lambda duty: not duty.due)
    begin = next((duty for duty in found if duty.main), None)
    return [replace(duty, main=duty is begin) for duty in found]


def set_up(_day: Day) -> Iterator[Duty]:
    """Yield what is missing of the set-up."""
    if not current.this_installation().is_set_up:
        yield Duty(
            symbol="alert",
            name=gettext("Set-up"),
            what=gettext("Organisation and centre have no name yet."),
            href=url_for("setup.start"),
            button=gettext("Finish"),
            due=True,
        )


def first_windows(day: Day) -> Iterator[Duty]:
    """Yield the beginning of a hall without windows."""
    if not day.windows:
        yield Duty(
            symbol="window",
            name=gettext("Windows"),
            count="0",
            what=gettext(
                "Begin here: bring the list of windows as a file, or add them one by "
                "one."
            ),
            href=url_for("manage.ask_import"),
            button=gettext("Import"),
            main=True,
        )


def windows(day: Day) -> Iterator[Duty]:
    """Yield the windows there are."""
    if day.windows:
        units = len({each.window.unit for each in day.windows})
        yield Duty(
            symbol="window",
            name=gettext("Windows"),
            count=str(len(day.windows)),
            what=gettext("Units: %(count)d", count=units),
            href=url_for("manage.windows"),
            button=gettext("View"),
        )


def posters(day: Day) -> Iterator[Duty]:
    """Yield the posters, one for each window."""
    what = gettext(
        "One for each window, ready to print: people scan it and rate by phone."
    )
    if not day.windows:
        what = gettext("After the windows: print a code for each window.")
    yield Duty(
        symbol="qr",
        name=gettext("Posters"),
        count=str(len(day.windows) or ""),
        what=what,
        href=url_for("manage.posters"),
        button=gettext("Print") if day.windows else gettext("View"),
    )


def board(day: Day) -> Iterator[Duty]:
    """Yield the way to the wall's page."""
    what = gettext("Open it on the hall's large screen; it renews itself.")
    if not day.windows:
        what = gettext("Fills by itself as soon as ratings come in.")
    yield Duty(
        symbol="up",
        name=gettext("Leaderboard"),
        what=what,
        href=url_for("board.page", desk=1),
        button=gettext("Open"),
    )


def demonstration(_day: Day) -> Iterator[Duty]:
    """Yield the way out of a demonstration."""
    if current.this_installation().demonstration:
        yield Duty(
            symbol="undo",
            name=gettext("Demonstration"),
            what=gettext(
                "All names and figures are invented. For real use, leave it and begin "
                "with an empty installation."
            ),
            href=url_for("manage.ask_leave"),
            button=gettext("Leave"),
        )


def missing_years(day: Day) -> Iterator[Duty]:
    """Yield the years whose calendar nobody has entered."""
    with reading() as session:
        missing = years_without_calendar(session, day.centre.id, asked_years(day.today))
    for year in missing:
        yield Duty(
            symbol="alert",
            name=gettext("Working days"),
            count=str(year),
            what=gettext("The holidays of %(year)d are missing.", year=year),
            href=url_for("manage.calendar", year=year),
            button=gettext("View"),
            due=year == day.today.year,
        )


def waiting_corrections(day: Day) -> Iterator[Duty]:
    """Yield the corrections of closed days that somebody else proposed."""
    scope, own = day.scope(Action.CONFIRM_SHIFTS), person().id
    with reading() as session:
        found = open_proposals(session, day.centre.id, day.centre.zone, scope)
    waiting = [line for line in found if line.proposed_by_id != own]
    if waiting:
        yield Duty(
            symbol="alert",
            name=gettext("Corrections of shifts"),
            count=str(len(waiting)),
            what=gettext("Of days that have closed; they wait for a second person."),
            href=url_for("manage.proposals"),
            button=gettext("View"),
            due=True,
        )


def empty_windows(day: Day) -> Iterator[Duty]:
    """Yield the windows without anybody on duty today, where a roster is kept."""
    scope = day.scope(Action.EDIT_SHIFTS)
    with reading() as session:
        if not clerk_lines(session, day.centre.id, day.today, scope):
            return
        known = work_calendar(session, day.centre.id, day.today, day.today)
        if not known.is_working_day(day.today):
            return
        there = windows_with_shifts(session, day.centre.id, day.today, day.centre.zone)
        open_there = open_windows(session, day.centre.id, day.today, scope)
    numbers = [each.number for each in open_there if each.id not in there]
    if numbers:
        yield Duty(
            symbol="window",
            name=gettext("Nobody on duty"),
            count=str(len(numbers)),
            what=gettext(
                "Windows without anybody in today’s roster: %(numbers)s",
                numbers=" ".join(numbers[:NUMBERS_MOST]),
            ),
            href=url_for("manage.shifts"),
            button=gettext("View"),
        )


SOURCES: tuple[tuple[Action, Source], ...] = (
    (Action.EDIT_CENTRE, set_up),
    (Action.SEE_CASES, due_cases),
    (Action.OPEN_CONTACTS, waiting_calls),
    (Action.DECIDE_CASES, asked_decisions),
    (Action.DECIDE_CASES, waiting_appeals),
    (Action.REVIEW_HOLDS, waiting_holds),
    (Action.EDIT_CALENDAR, missing_years),
    (Action.SEE_CASES, ready_report),
    (Action.PAIR_TABLETS, troubled_tablets),
    (Action.EDIT_INTEGRATIONS, stuck_mail),
    (Action.CONFIRM_SHIFTS, waiting_corrections),
    (Action.EDIT_SHIFTS, empty_windows),
    (Action.PLACE_WINDOWS, first_windows),
    (Action.SEE_WINDOWS, windows),
    (Action.PAIR_TABLETS, tablets),
    (Action.PRINT_POSTERS, posters),
    (Action.SEE_TODAY, board),
    (Action.LEAVE_DEMONSTRATION, demonstration),
)
"""In the order of the page; each with the right that it needs."""
