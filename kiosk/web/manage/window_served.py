"""People served at a window, entered from a list, such as a paper queue's."""

from functools import partial

from flask import request
from werkzeug.wrappers import Response

from kiosk.domain.placements import WindowHasClosed
from kiosk.domain.policy import Action
from kiosk.domain.served import parse_served
from kiosk.domain.shifts import parse_day
from kiosk.extensions import recording
from kiosk.services.records import Book
from kiosk.services.served import Entry, enter_served
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.window import SERVED, back_to, find_window, window_page


@blueprint.post("/manage/windows/<int(max=2147483647):key>/served")
@may(Action.EDIT_WINDOWS)
def take_served(key: int) -> Response:
    form = Form(request.form, SERVED)
    form.attempt("day", partial(parse_day, form.values["day"]))
    form.attempt("served", partial(parse_served, form.values["served"]))
    with recording(access.by(), current.now()) as records:
        found = find_window(records.session, key, access.scope())
        if not found.is_open(today()):
            raise WindowHasClosed(day=f"{found.closed_on}")
        if not form.errors:
            form.attempt("day", partial(_enter, records, key, form))
    if form.errors:
        return window_page(key, form)
    return back_to(key, "served")


def _enter(records: Book, key: int, form: Form) -> None:
    day, n = parse_day(form.values["day"]), parse_served(form.values["served"])
    enter_served(records, current.this_centre().id, Entry(key, day, n), today())
