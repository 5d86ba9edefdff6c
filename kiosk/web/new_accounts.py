"""The form with which people choose login and password, checked field by field."""

from dataclasses import dataclass

from flask import request

from kiosk.domain.accounts import PasswordsDiffer, clean_login
from kiosk.domain.agents import agent_words
from kiosk.domain.errors import RuleBroken
from kiosk.domain.passwords import check_password
from kiosk.web.forms import Form

SECRETS = ("password", "again")


@dataclass(frozen=True)
class Credentials:
    """A login as it is kept, and the password as it was typed."""

    login: str
    password: str


def typed_form(*names: str) -> Form:
    """Return what was sent in these fields and in those of the password."""
    return Form(request.form, (*names, *SECRETS))


def credentials(form: Form, login: str = "") -> Credentials:
    """Return what was chosen; what is wrong with it is noted in the form.

    `login`: that of an account which exists; else it is a field of the form. The
    passwords are taken out of the form, so that no page ever sends them back.
    """
    password, again = (form.values.pop(name) for name in SECRETS)
    if not login:
        try:
            login = clean_login(form.values["login"])
        except RuleBroken as refusal:
            form.refuse("login", refusal)
    form.attempt("password", lambda: check_password(password, login))
    if password != again:
        form.refuse("again", PasswordsDiffer())
    return Credentials(login, password)


def agent() -> str:
    """Return what the browser is called in a list of sessions."""
    return agent_words(request.headers.get("User-Agent", ""))
