"""Set-up: the one-time link, and the choice of what to begin with."""

from http import HTTPStatus

from flask import (
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from kiosk.domain.accounts import LoginTaken
from kiosk.domain.errors import LinkSpent
from kiosk.domain.policy import Action
from kiosk.domain.time_zones import DEFAULT_ZONE
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording
from kiosk.queries.installation import organiser_link_waits
from kiosk.queries.people import has_organiser
from kiosk.queries.places import count_windows
from kiosk.services.installation import NAME_MOST, open_organiser_link, set_up
from kiosk.web import access, current, sessions
from kiosk.web.access import allowed, holder_only, is_holder, public, remember_holder
from kiosk.web.forms import Form
from kiosk.web.new_accounts import typed_form
from kiosk.web.setup import organiser
from kiosk.web.setup.blueprint import blueprint
from kiosk.web.setup.demonstration import demonstration_session, onward_in_demonstration
from kiosk.web.setup.pages import ChoicePage

__all__ = ["blueprint"]
_PLACE = ("organisation", "centre", "time_zone")


@blueprint.get("")
@public
def start() -> Response:
    key = request.args.get("key", "")
    if key and _waits(key):
        return make_response(render_template("setup/open.html", key=key))
    if is_holder() or allowed(Action.EDIT_CENTRE):
        return _next() or _choice(_empty_form())
    if key:
        return _spent()
    return make_response(render_template("setup/where.html"))


@blueprint.post("/open")
@public
def open_link() -> Response:
    key, now = request.form.get("key", ""), current.now()
    try:
        with recording("setup-link", now) as records:
            holder = open_organiser_link(records.session, key, now)
            secret = demonstration_session(records)
    except LinkSpent:
        # Pressed twice, the second comes from the browser that holds it already.
        return _start() if is_holder() else _spent()
    response = _start()
    remember_holder(response, holder)
    if secret:
        sessions.remember_session(response, secret)
    return response


@blueprint.post("")
@holder_only
def set_up_centre() -> Response:
    onward = _next()
    if onward is not None:
        return onward
    form = typed_form(*_PLACE, *organiser.FIELDS)
    named = form.text("organisation", NAME_MOST), form.text("centre", NAME_MOST)
    zone = form.zone("time_zone")
    new = organiser.chosen(form) if _account_needed() else None
    if form.errors:
        return _choice(form)
    try:
        with recording(access.by(), current.now()) as records:
            set_up(records, *named, zone)
            secret = organiser.made(records, new) if new else ""
    except LoginTaken as taken:
        form.refuse("login", taken)
        return _choice(form)
    return organiser.welcomed(secret)


def _waits(key: str) -> bool:
    with reading() as session:
        return organiser_link_waits(session, token_hash(key))


def _account_needed() -> bool:
    with reading() as session:
        return not has_organiser(session)


def _next() -> Response | None:
    """Return where a finished set-up goes on; None while the choice is open."""
    found = current.this_installation()
    if not found.is_set_up:
        return None
    if found.demonstration:
        return onward_in_demonstration()
    name = "setup.ask_organiser" if _account_needed() else "manage.today"
    return redirect(url_for(name), HTTPStatus.SEE_OTHER)


def _start() -> Response:
    return redirect(url_for("setup.start"), HTTPStatus.SEE_OTHER)


def _empty_form() -> Form:
    return Form({"time_zone": DEFAULT_ZONE}, (*_PLACE, *organiser.FIELDS))


def _choice(form: Form) -> Response:
    with reading() as session:
        empty = count_windows(session) == 0
    page = ChoicePage(
        form=form,
        demonstrable=empty,
        account_needed=_account_needed(),
    )
    answer = render_template("setup/choice.html", page=page)
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(answer, wrong)


def _spent() -> Response:
    return make_response(render_template("setup/spent.html"), HTTPStatus.GONE)
