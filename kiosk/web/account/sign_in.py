"""Signing in and out."""

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.accounts import LoginInvalid, clean_login
from kiosk.domain.free_text import clean_text
from kiosk.domain.sign_in import SignInWrong
from kiosk.domain.throttle import TooManyTries
from kiosk.extensions import reading, transaction
from kiosk.queries.own_account import Candidate, candidate_by_login
from kiosk.services.passwords import hash_password, is_outdated, password_matches
from kiosk.services.sign_in import begin_sign_in, end_sign_in, renew_hash
from kiosk.web import current, sessions
from kiosk.web.access import public
from kiosk.web.account.answers import form_answer, go_on, onward, waiting_answer
from kiosk.web.account.blueprint import blueprint
from kiosk.web.account.known import known_key, remember_browser
from kiosk.web.account.pages import FormPage
from kiosk.web.forms import Form
from kiosk.web.guesses import guess
from kiosk.web.new_accounts import agent

_PAGE = "account/sign_in.html"
_LOGIN_MOST = 80


@blueprint.get("/sign-in")
@public
def ask_sign_in() -> Response:
    found = sessions.person()
    if found is None:
        page = FormPage(form=Form({}, ("login",)), onward=request.args.get("next", ""))
        return make_response(render_template(_PAGE, page=page))
    if sessions.lacks_factor(found):
        return go_on(_factor_page(enrolled=found.factor_enrolled))
    return go_on(onward())


@blueprint.post("/sign-in")
@public
def sign_in() -> Response:
    form = Form(request.form, ("login",))
    form.values["login"] = clean_text(form.values["login"][:_LOGIN_MOST])
    page = FormPage(form=form, onward=request.form.get("next", ""))
    password = request.form.get("password", "")
    try:
        found = _guess_password(form.values["login"], password)
    except TooManyTries as refusal:
        form.refuse("waiting", refusal)
        return waiting_answer(_PAGE, page, refusal)
    if found is None:
        form.refuse("sign_in", SignInWrong())
        return form_answer(_PAGE, page, form)
    response = go_on(_next_page(found))
    sessions.remember_session(response, _begin(found, password))
    if not found.factor_required:
        remember_browser(response, found.id)
    return response


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    found = sessions.person()
    if found is not None:
        sessions.check_form(found)
        with transaction() as session:
            end_sign_in(session, found.sign_in_id, current.now())
    response = go_on(url_for("account.ask_sign_in"))
    sessions.drop_cookie(response, sessions.SESSION_COOKIE)
    # Not "cookies" or "storage": a screen may be paired in this very browser, and
    # its pairing and the taps that wait in it would go too.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _guess_password(typed: str, password: str) -> Candidate | None:
    """Return the account if login and password belong together.

    Raises TooManyTries, for a login that does not exist just as for one that does.
    """
    try:
        login = clean_login(typed)
        with reading() as session:
            found = candidate_by_login(session, login)
    except LoginInvalid:
        login, found = typed, None
    stored = found.password_hash if found else ""
    right = guess(
        f"password:{login}",
        lambda: password_matches(stored, password),
        known=known_key(found.id) if found else None,
    )
    return found if right else None


def _begin(found: Candidate, password: str) -> str:
    """Begin the session; return its secret. Whoever was signed in here no longer is."""
    now, before = current.now(), sessions.person()
    fresh = hash_password(password) if is_outdated(found.password_hash) else ""
    with transaction() as session:
        if before is not None:
            end_sign_in(session, before.sign_in_id, now)
        if fresh:
            renew_hash(session, found.id, found.password_hash, fresh)
        return begin_sign_in(session, found.id, agent(), now)


def _next_page(found: Candidate) -> str:
    if found.factor_required:
        return _factor_page(enrolled=found.factor_enrolled)
    return onward()


def _factor_page(*, enrolled: bool) -> str:
    name = "account.ask_code" if enrolled else "account.enrol"
    return url_for(name, next=onward())
