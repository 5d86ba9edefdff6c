"""One's own password: asked for before what matters, and changed."""

from flask import url_for
from werkzeug.wrappers import Response

from kiosk.domain.sign_in import PasswordWrong
from kiosk.extensions import reading, recording
from kiosk.queries.own_account import candidate_by_id
from kiosk.services.passwords import hash_password, password_matches
from kiosk.services.sign_in import change_password
from kiosk.web import access, current, sessions
from kiosk.web.access import signed_in
from kiosk.web.account.answers import (
    factor_given,
    form_answer,
    fresh_session,
    go_on,
)
from kiosk.web.account.blueprint import blueprint
from kiosk.web.account.known import remember_browser
from kiosk.web.account.pages import FormPage
from kiosk.web.forms import Form
from kiosk.web.guesses import guess
from kiosk.web.new_accounts import credentials, typed_form

CURRENT = "current"
"""Field with the password that the account has now."""
_PAGE = "account/password.html"


def confirm_password(form: Form) -> None:
    """Note in the form where the person does not know the account's password.

    A browser left open must not be enough to take an account over. Raises
    TooManyTries.
    """
    account_id = access.person().id
    typed = form.values.pop(CURRENT)
    with reading() as session:
        found = candidate_by_id(session, account_id)
    stored = found.password_hash if found else ""
    if not guess(f"own-password:{account_id}", lambda: password_matches(stored, typed)):
        form.refuse(CURRENT, PasswordWrong())


@blueprint.get("/account/password")
@signed_in
@factor_given
def ask_password() -> Response:
    form = Form({}, ())
    return form_answer(_PAGE, FormPage(form=form), form)


@blueprint.post("/account/password")
@signed_in
@factor_given
def set_password() -> Response:
    found = access.person()
    form = typed_form(CURRENT)
    chosen = credentials(form, found.login)
    confirm_password(form)
    if form.errors:
        return form_answer(_PAGE, FormPage(form=form), form)
    fresh = hash_password(chosen.password)
    with recording(access.by(), current.now()) as records:
        change_password(records, found.id, fresh)
        secret = fresh_session(
            records.session, found, factor_passed=found.factor_passed
        )
    response = go_on(url_for("account.own", done="password"))
    sessions.remember_session(response, secret)
    remember_browser(response, found.id)
    return response
