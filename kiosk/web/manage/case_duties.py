"""What the start page says of cases: those of the person's units, the due first."""

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext

from kiosk.extensions import reading
from kiosk.queries.case_figures import Seen
from kiosk.queries.cases import Asked, Show, case_counts, case_lines
from kiosk.web.manage.case_pages import LineView, line_view
from kiosk.web.manage.case_sides import standing
from kiosk.web.manage.duty_lines import Day, Duty

_NAMED = 3
_READ = 50
"""Cases that are looked at for the sentence; the soonest due come first."""


def due_cases(day: Day) -> Iterator[Duty]:
    """Yield the cases to be worked on: of the units that the person answers for.

    Whoever stands outside of all of them reads how many there are in the hall.
    """
    with reading() as session:
        who = standing(session)
        seen = Seen(who.managed) if who.managed else Seen(who.units, who.hidden)
        asked = Asked(day.centre.id, seen, day.today)
        count = case_counts(session, asked)[Show.DUE]
        if not count:
            return
        lines = case_lines(session, asked, 1, _READ)
    views = [line_view(line, day.now, day.today) for line in lines]
    late = [view for view in views if view.late]
    yield Duty(
        symbol="alert",
        name=gettext("Overdue cases") if late else gettext("Cases to be answered"),
        count=_count(len(late)) if late else str(count),
        what=_told(day, views, late),
        href=url_for("manage.cases"),
        button=gettext("Work on them") if who.managed else gettext("View"),
        due=bool(late) or _is_today(day, views),
        main=bool(late) and bool(who.managed),
    )


def _count(late: int) -> str:
    return f"{late}+" if late == _READ else str(late)


def _told(day: Day, views: Sequence[LineView], late: Sequence[LineView]) -> str:
    shown = late or views
    names = gettext("; ").join(_name(view) for view in shown[:_NAMED])
    if late:
        return str(gettext("Behind time: %(cases)s", cases=names))
    if _is_today(day, views):
        return str(gettext("Some are due today: %(cases)s", cases=names))
    return str(gettext("Due next: %(cases)s", cases=names))


def _name(view: LineView) -> str:
    return " ".join(filter(None, (view.line.window, view.cause)))


def _is_today(day: Day, views: Sequence[LineView]) -> bool:
    zone = day.centre.zone
    return any(
        view.due.at is not None and view.due.at.astimezone(zone).date() == day.today
        for view in views
    )
