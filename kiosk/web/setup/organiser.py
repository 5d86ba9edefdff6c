"""The first organiser: an account for whoever holds the set-up link."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain.accounts import LoginTaken, clean_name
from kiosk.extensions import reading, recording
from kiosk.queries.people import has_organiser
from kiosk.services.installation import make_first_organiser
from kiosk.services.passwords import hash_password
from kiosk.services.records import Book
from kiosk.services.sign_in import begin_sign_in
from kiosk.web import current, sessions
from kiosk.web.access import holder_only
from kiosk.web.forms import Form
from kiosk.web.new_accounts import agent, credentials, typed_form
from kiosk.web.setup.blueprint import blueprint
from kiosk.web.setup.pages import OrganiserPage

FIELDS = ("name", "login")


@dataclass(frozen=True)
class NewOrganiser:
    """What somebody chose for the account; the password only as its hash."""

    name: str
    login: str
    password_hash: str


@blueprint.get("/organiser")
@holder_only
def ask_organiser() -> Response:
    return _onward() or _page(Form({}, FIELDS))


@blueprint.post("/organiser")
@holder_only
def make_organiser() -> Response:
    onward = _onward()
    if onward is not None:
        return onward
    form = typed_form(*FIELDS)
    new = chosen(form)
    if new is None:
        return _page(form)
    try:
        with recording("setup-link", current.now()) as records:
            secret = made(records, new)
    except LoginTaken as taken:
        form.refuse("login", taken)
        return _page(form)
    return welcomed(secret)


def chosen(form: Form) -> NewOrganiser | None:
    """Return what was chosen; None with what is wrong noted in the form."""
    form.attempt("name", lambda: clean_name(form.values["name"]))
    choice = credentials(form)
    if form.errors:
        return None
    # Before the transaction: it takes long enough to keep taps waiting.
    return NewOrganiser(
        name=clean_name(form.values["name"]),
        login=choice.login,
        password_hash=hash_password(choice.password),
    )


def made(records: Book, new: NewOrganiser) -> str:
    """Make the account and sign it in; return the secret of its session."""
    key = make_first_organiser(records, new.login, new.name, new.password_hash)
    return begin_sign_in(records.session, key, agent(), records.now)


def welcomed(secret: str) -> Response:
    """Lead the new organiser to the second factor, and from there to the hall."""
    response = redirect(
        url_for("account.enrol" if secret else "manage.today"), HTTPStatus.SEE_OTHER
    )
    if secret:
        sessions.remember_session(response, secret)
    return response


def _onward() -> Response | None:
    """Return where those go who need no account made here."""
    with reading() as session:
        there = has_organiser(session)
    if current.this_installation().is_set_up and not there:
        return None
    return redirect(url_for("setup.start"), HTTPStatus.SEE_OTHER)


def _page(form: Form) -> Response:
    answer = render_template("setup/organiser.html", page=OrganiserPage(form=form))
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(answer, wrong)
