"""A clerk's "next visitor": counts, and opens the visit's ticket, whose code it shows.

It has nothing to do with the rating screen, and never learns what became of a ticket.
"""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.served import NotAtWindow, PressTooOld, ServedFull
from kiosk.extensions import transaction
from kiosk.queries.own import clerk_of_account
from kiosk.queries.served import counter_of
from kiosk.services.counter import call_next, take_back
from kiosk.services.served import Press
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.mine import own_page


@blueprint.post("/manage/mine/served")
@may(Action.SEE_OWN)
def count_visitor() -> Response:
    press, window = _press(), request.form.get("window", "")
    try:
        return _back("counted" if _count(press, window) else "again")
    except (NotAtWindow, ServedFull) as refusal:
        return own_page(refusal_sentence(refusal))


@blueprint.post("/manage/mine/served/back")
@may(Action.SEE_OWN)
def take_visitor_back() -> Response:
    press = _press()
    try:
        with transaction() as session:
            clerk = clerk_of_account(session, access.person().id)
            if clerk is None:
                raise NotOpen
            take_back(session, clerk.id, press, today(), current.now())
    except PressTooOld as refusal:
        return own_page(refusal_sentence(refusal))
    return _back("back")


def _count(press: UUID, window: str) -> bool:
    """Count a press for the window that its page showed, if the clerk still is there.

    Raises NotAtWindow or ServedFull.
    """
    now, day = current.now(), today()
    with transaction() as session:
        clerk = clerk_of_account(session, access.person().id)
        if clerk is None:
            raise NotOpen
        counter = counter_of(session, clerk.id, now, day)
        if counter is None or str(counter.window.id) != window:
            raise NotAtWindow
        lasts = timedelta(hours=current.settings().ticket_hours)
        pressed = Press(press, clerk.id, counter.window.id, day)
        return call_next(session, pressed, now, lasts)


def _press() -> UUID:
    try:
        return UUID(request.form.get("press", ""))
    except ValueError as broken:
        raise BadRequest from broken


def _back(done: str) -> Response:
    return redirect(url_for("manage.mine", done=done), HTTPStatus.SEE_OTHER)
