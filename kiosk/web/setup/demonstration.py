"""The demonstration: begun with one press, signed in without a password, loaded."""

from http import HTTPStatus

from flask import Response as Answer
from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain.demonstration_errors import WindowsThere
from kiosk.domain.policy import Action
from kiosk.extensions import reading, recording
from kiosk.queries.demonstration import demonstration_progress
from kiosk.queries.installation import installation
from kiosk.queries.places import count_windows
from kiosk.services.demonstration_people import enter_demonstration
from kiosk.services.installation import begin_demonstration
from kiosk.services.records import Book
from kiosk.services.sign_in import begin_sign_in, end_sign_in
from kiosk.web import access, current, sessions
from kiosk.web.access import allowed, holder_only
from kiosk.web.loading import is_loading, start_loading
from kiosk.web.new_accounts import agent
from kiosk.web.setup.blueprint import blueprint
from kiosk.web.setup.pages import LoadingPage


@blueprint.post("/demonstration")
@holder_only
def load() -> Response:
    now = current.now()
    with recording(access.by(), now) as records:
        found = installation(records.session)
        if found is None or not found.demonstration:
            if count_windows(records.session):
                raise WindowsThere
            begin_demonstration(records.session, now)
        secret = demonstration_session(records)
    start_loading(now)
    response = redirect(url_for("setup.demonstration"), HTTPStatus.SEE_OTHER)
    if secret:
        sessions.remember_session(response, secret)
    return response


@blueprint.get("/demonstration")
@holder_only
def demonstration() -> Response:
    page = _loading()
    if page is None:
        return redirect(url_for("setup.start"))
    return make_response(render_template("setup/demonstration.html", page=page))


@blueprint.get("/demonstration/progress")
@holder_only
def progress() -> Response:
    page = _loading()
    if page is None:
        return Answer(headers={"HX-Redirect": url_for("setup.start")})
    return make_response(render_template("setup/_progress.html", page=page))


def demonstration_session(records: Book) -> str:
    """Begin a session of the demonstration's organiser; return its secret.

    "" in a real hall, and for a browser that organises the demonstration already.
    """
    found = installation(records.session)
    if found is None or not found.demonstration or _organises():
        return ""
    before = sessions.person()
    if before is not None:
        # Whoever looked as somebody else comes back.
        end_sign_in(records.session, before.sign_in_id, records.now)
    key = enter_demonstration(records)
    return begin_sign_in(records.session, key, agent(), records.now, factor_passed=True)


def onward_in_demonstration() -> Response:
    """Lead to where the demonstration goes on, as its organiser."""
    if not _organises():
        return make_response(render_template("setup/again.html"))
    with reading() as session:
        progress = demonstration_progress(session)
    done = progress is None or progress.complete
    name = "manage.today" if done else "setup.demonstration"
    return redirect(url_for(name), HTTPStatus.SEE_OTHER)


def _organises() -> bool:
    return allowed(Action.LEAVE_DEMONSTRATION)


def _loading() -> LoadingPage | None:
    # Asked first: a loader that ends in between is then shown as one step behind,
    # never as having stopped.
    loading = is_loading()
    with reading() as session:
        progress = demonstration_progress(session)
    return None if progress is None else LoadingPage(progress=progress, loading=loading)
