"""Set-up: the one-time link, the choice, and the loading of the demonstration."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.demonstration_errors import WindowsThere
from kiosk.domain.errors import LinkSpent
from kiosk.domain.time_zones import DEFAULT_ZONE
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.queries.demonstration import demonstration_progress
from kiosk.queries.installation import installation, organiser_link_waits
from kiosk.queries.places import count_windows
from kiosk.services.installation import (
    NAME_MOST,
    begin_demonstration,
    open_organiser_link,
    set_up,
)
from kiosk.web import current
from kiosk.web.access import (
    is_organiser,
    organiser_only,
    public,
    remember_organiser,
)
from kiosk.web.forms import Form
from kiosk.web.loading import is_loading, start_loading
from kiosk.web.security import allow_cdn
from kiosk.web.setup.pages import ChoicePage, LoadingPage

blueprint = Blueprint("setup", __name__, url_prefix="/setup")
blueprint.before_request(allow_cdn)

_FIELDS = ("organisation", "centre", "time_zone")


@blueprint.get("")
@public
def start() -> Response:
    key = request.args.get("key", "")
    if key and _waits(key):
        return make_response(render_template("setup/open.html", key=key))
    if is_organiser():
        return _next() or _choice(Form({"time_zone": DEFAULT_ZONE}, _FIELDS))
    if key:
        return _spent()
    return make_response(render_template("setup/where.html"))


@blueprint.post("/open")
@public
def open_link() -> Response:
    try:
        with transaction() as session:
            holder = open_organiser_link(
                session, request.form.get("key", ""), current.now()
            )
    except LinkSpent:
        # Pressed twice, the second comes from the browser that holds it already.
        return _onward() if is_organiser() else _spent()
    response = _onward()
    remember_organiser(response, holder)
    return response


@blueprint.post("")
@organiser_only
def set_up_centre() -> Response:
    onward = _next()
    if onward is not None:
        return onward
    form = Form(request.form, _FIELDS)
    organisation = form.text("organisation", NAME_MOST)
    centre = form.text("centre", NAME_MOST)
    zone = form.zone("time_zone")
    if form.errors:
        return _choice(form)
    with transaction() as session:
        set_up(session, organisation, centre, zone, current.now())
    return redirect(url_for("manage.today"), HTTPStatus.SEE_OTHER)


@blueprint.post("/demonstration")
@organiser_only
def load() -> Response:
    now = current.now()
    with transaction() as session:
        found = installation(session)
        if found is None or not found.demonstration:
            if count_windows(session):
                raise WindowsThere
            begin_demonstration(session, now)
    start_loading(now)
    return redirect(url_for("setup.demonstration"), HTTPStatus.SEE_OTHER)


@blueprint.get("/demonstration")
@organiser_only
def demonstration() -> Response:
    page = _loading()
    if page is None:
        return redirect(url_for("setup.start"))
    return make_response(render_template("setup/demonstration.html", page=page))


@blueprint.get("/demonstration/progress")
@organiser_only
def progress() -> Response:
    page = _loading()
    if page is None:
        return Response(headers={"HX-Redirect": url_for("setup.start")})
    return make_response(render_template("setup/_progress.html", page=page))


def _waits(key: str) -> bool:
    with reading() as session:
        return organiser_link_waits(session, token_hash(key))


def _next() -> Response | None:
    """Return where a finished set-up goes on; None while the choice is open."""
    if not current.this_installation().is_set_up:
        return None
    with reading() as session:
        progress = demonstration_progress(session)
    if progress is None or progress.complete:
        return redirect(url_for("manage.today"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("setup.demonstration"), HTTPStatus.SEE_OTHER)


def _onward() -> Response:
    return _next() or redirect(url_for("setup.start"), HTTPStatus.SEE_OTHER)


def _choice(form: Form) -> Response:
    with reading() as session:
        empty = count_windows(session) == 0
    page = ChoicePage(form=form, demonstrable=empty)
    answer = render_template("setup/choice.html", page=page)
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(answer, wrong)


def _spent() -> Response:
    return make_response(render_template("setup/spent.html"), HTTPStatus.GONE)


def _loading() -> LoadingPage | None:
    # Asked first: a loader that ends in between is then shown as one step behind,
    # never as having stopped.
    loading = is_loading()
    with reading() as session:
        progress = demonstration_progress(session)
    return None if progress is None else LoadingPage(progress=progress, loading=loading)
