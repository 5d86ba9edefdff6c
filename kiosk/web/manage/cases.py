"""Lists of cases: what is due first, what is open, answered, closed, and the ideas."""

from flask import render_template, request

from kiosk.domain.policy import Action
from kiosk.extensions import reading
from kiosk.queries.case_figures import Seen
from kiosk.queries.cases import Asked, Show, case_counts, case_lines
from kiosk.web import current
from kiosk.web.access import may
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_list_pages import CasesPage
from kiosk.web.manage.case_pages import line_view
from kiosk.web.manage.case_sides import standing
from kiosk.web.manage.lists import PER_PAGE, Paged, asked_page, searched


@blueprint.get("/manage/cases")
@may(Action.SEE_CASES)
def cases() -> str:
    centre, now, day = current.this_centre(), current.now(), today()
    shown, words = _show(), searched()
    with reading() as session:
        who = standing(session)
        asked = Asked(centre.id, Seen(who.units, who.hidden), day, shown, words)
        counts = case_counts(session, asked)
        total = counts[shown]
        number = min(asked_page(), max(1, -(-total // PER_PAGE)))
        lines = case_lines(session, asked, number, PER_PAGE)
    views = [line_view(line, now, day) for line in lines]
    page = CasesPage(
        lines=Paged(views, number, total),
        show=shown,
        counts=counts,
        outside=who.outside,
        zone=centre.zone,
        searched=bool(words),
    )
    return render_template("manage/cases.html", page=page)


def _show() -> Show:
    """Return the list that is asked for; what is due where it is none of them."""
    try:
        return Show(request.args.get("show", ""))
    except ValueError:
        return Show.DUE
