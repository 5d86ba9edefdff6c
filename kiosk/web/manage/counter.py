"""A clerk's counter of people served; it has nothing to do with the rating screen."""

from http import HTTPStatus
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.served import NotAtWindow, ServedFull
from kiosk.extensions import transaction
from kiosk.queries.own import clerk_of_account
from kiosk.queries.served import counter_of
from kiosk.services.served import Press, count_served, take_back_press
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
    with transaction() as session:
        clerk = clerk_of_account(session, access.person().id)
        if clerk is None:
            raise NotOpen
        take_back_press(session, clerk.id, press, today())
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
        return count_served(session, Press(press, clerk.id, counter.window.id, day))


def _press() -> UUID:
    try:
        return UUID(request.form.get("press", ""))
    except ValueError as broken:
        raise BadRequest from broken


def _back(done: str) -> Response:
    return redirect(url_for("manage.mine", done=done), HTTPStatus.SEE_OTHER)
