"""The second factor: given at sign-in, enrolled, renewed, turned off."""

from flask import make_response, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk.domain.sign_in import CodeWrong, FactorNeeded
from kiosk.domain.throttle import TooManyTries
from kiosk.extensions import reading, recording, transaction
from kiosk.queries.accounts import Person
from kiosk.services.qr import svg
from kiosk.services.second_factor import (
    enrol_factor,
    factor_address,
    may_remove_factor,
    new_factor_secret,
    remove_factor,
    renew_codes,
    take_code,
)
from kiosk.services.sign_in import end_all_sign_ins
from kiosk.web import access, current, sessions
from kiosk.web.access import signed_in
from kiosk.web.account.answers import (
    factor_given,
    form_answer,
    fresh_session,
    go_on,
    onward,
    waiting_answer,
)
from kiosk.web.account.blueprint import blueprint
from kiosk.web.account.known import known_key, remember_browser
from kiosk.web.account.own_password import CURRENT, confirm_password
from kiosk.web.account.pages import CodesPage, EnrolPage, FormPage
from kiosk.web.forms import Form
from kiosk.web.guesses import guess

_ASK_CODE = "account/code.html"
_ENROL = "account/enrol.html"
_NEW_CODES = "account/new_codes.html"
_REMOVE = "account/remove_factor.html"


@blueprint.get("/account/code")
@signed_in
def ask_code() -> Response:
    away = _unless_code_is_asked()
    if away is not None:
        return away
    page = FormPage(form=Form({}, ()), onward=request.args.get("next", ""))
    return form_answer(_ASK_CODE, page, page.form)


@blueprint.post("/account/code")
@signed_in
def give_code() -> Response:
    away = _unless_code_is_asked()
    if away is not None:
        return away
    found, form = access.person(), Form(request.form, ("code",))
    page = FormPage(form=form, onward=request.form.get("next", ""))
    try:
        right = _guess_code(found, form.values.pop("code"))
    except TooManyTries as refusal:
        form.refuse("code", refusal)
        return waiting_answer(_ASK_CODE, page, refusal)
    if not right:
        form.refuse("code", CodeWrong())
        return form_answer(_ASK_CODE, page, form)
    with transaction() as session:
        secret = fresh_session(session, found, factor_passed=True)
    response = go_on(onward())
    sessions.remember_session(response, secret)
    remember_browser(response, found.id)
    return response


@blueprint.get("/account/second-factor")
@signed_in
def enrol() -> Response:
    found = access.person()
    if found.factor_enrolled and not found.factor_passed:
        return sessions.ask_for_factor(found)
    return _offer(found, Form({}, ()), new_factor_secret())


@blueprint.post("/account/second-factor")
@signed_in
def finish_enrolment() -> Response:
    found, form = access.person(), Form(request.form, ("code", CURRENT))
    if found.factor_enrolled and not found.factor_passed:
        return sessions.ask_for_factor(found)
    secret = _offered(found, request.form.get("ticket", ""))
    code = form.values.pop("code")
    if _asks_password(found):
        confirm_password(form)
    if secret is None:
        secret = new_factor_secret()
        form.refuse("code", CodeWrong())
    if form.errors:
        return _offer(found, form, secret)
    try:
        with recording(access.by(), current.now()) as records:
            codes = enrol_factor(records, found.id, secret, code)
            end_all_sign_ins(records.session, found.id, records.now)
            fresh = fresh_session(records.session, found, factor_passed=True)
    except CodeWrong as refusal:
        form.refuse("code", refusal)
        return _offer(found, form, secret)
    return _show_codes(found, codes, fresh)


@blueprint.get("/account/recovery-codes")
@signed_in
@factor_given
def ask_new_codes() -> Response:
    if not access.person().factor_enrolled:
        return go_on(url_for("account.enrol"))
    page = FormPage(form=Form({}, ()))
    return form_answer(_NEW_CODES, page, page.form)


@blueprint.post("/account/recovery-codes")
@signed_in
@factor_given
def make_new_codes() -> Response:
    found, form = access.person(), Form(request.form, (CURRENT,))
    if not found.factor_enrolled:
        return go_on(url_for("account.enrol"))
    confirm_password(form)
    if form.errors:
        return form_answer(_NEW_CODES, FormPage(form=form), form)
    with recording(access.by(), current.now()) as records:
        codes = renew_codes(records, found.id)
        fresh = fresh_session(records.session, found, factor_passed=True)
    return _show_codes(found, codes, fresh)


@blueprint.get("/account/second-factor/off")
@signed_in
@factor_given
def ask_removal() -> Response:
    with reading() as session:
        if not may_remove_factor(session, access.person().id):
            raise FactorNeeded
    page = FormPage(form=Form({}, ()))
    return form_answer(_REMOVE, page, page.form)


@blueprint.post("/account/second-factor/off")
@signed_in
@factor_given
def remove() -> Response:
    found, form = access.person(), Form(request.form, (CURRENT,))
    confirm_password(form)
    if form.errors:
        return form_answer(_REMOVE, FormPage(form=form), form)
    with recording(access.by(), current.now()) as records:
        remove_factor(records, found.id)
        end_all_sign_ins(records.session, found.id, records.now)
        fresh = fresh_session(records.session, found, factor_passed=False)
    response = go_on(url_for("account.own", done="factor-off"))
    sessions.remember_session(response, fresh)
    return response


def _unless_code_is_asked() -> Response | None:
    """Return where to go instead of the page that asks for a code, or None."""
    found = access.person()
    if not sessions.lacks_factor(found):
        return go_on(onward())
    if not found.factor_enrolled:
        return go_on(url_for("account.enrol", next=onward()))
    return None


def _guess_code(found: Person, code: str) -> bool:
    def right() -> bool:
        with transaction() as session:
            return take_code(session, found.id, code, current.now())

    return guess(f"code:{found.id}", right, known=known_key(found.id))


def _asks_password(found: Person) -> bool:
    """Whether the password is asked: not of those who have only just given it."""
    return not sessions.lacks_factor(found)


def _tickets() -> URLSafeSerializer:
    key = current.settings().secret_key
    return URLSafeSerializer(key, salt="second factor on offer")


def _offered(found: Person, ticket: str) -> str | None:
    """Return the secret that this account was offered, or None."""
    try:
        account_id, secret = _tickets().loads(ticket)
    except (BadSignature, TypeError, ValueError):
        return None
    return str(secret) if account_id == found.id else None


def _offer(found: Person, form: Form, secret: str) -> Response:
    page = EnrolPage(
        form=form,
        onward=request.values.get("next", ""),
        secret=secret,
        ticket=str(_tickets().dumps([found.id, secret])),
        # Drawn by us from a random secret and a login of plain letters.
        code=Markup(svg(factor_address(secret, found.login))),  # noqa: S704
        asks_password=_asks_password(found),
        enrolled=found.factor_enrolled,
    )
    return form_answer(_ENROL, page, form)


def _show_codes(found: Person, codes: list[str], fresh: str) -> Response:
    page = CodesPage(codes=codes, login=found.login, onward=onward())
    response = make_response(render_template("account/codes.html", page=page))
    sessions.remember_session(response, fresh)
    remember_browser(response, found.id)
    return response
