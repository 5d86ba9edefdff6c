"""How the account pages answer: whole pages, the way on, and a fresh session."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.sign_in import onward_path
from kiosk.domain.throttle import TooManyTries
from kiosk.queries.accounts import Person
from kiosk.services.sign_in import begin_sign_in, end_sign_in
from kiosk.web import access, current, sessions
from kiosk.web.forms import Form
from kiosk.web.new_accounts import agent

View = TypeVar("View", bound=Callable[..., Any])


def factor_given(view: View) -> View:
    """Lead those away who have not given or enrolled their second factor yet."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        found = access.person()
        if sessions.lacks_factor(found):
            return sessions.ask_for_factor(found)
        return view(*args, **kwargs)

    return cast("View", guarded)


def onward() -> str:
    """Return the path that was asked for before the sign-in; only one of ours."""
    return onward_path(request.values.get("next", ""))


def go_on(where: str) -> Response:
    """Lead to another page by GET."""
    return redirect(where, HTTPStatus.SEE_OTHER)


def form_answer(template: str, page: object, form: Form) -> Response:
    """Answer with a page whose form may have been refused."""
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template(template, page=page), wrong)


def waiting_answer(template: str, page: object, refusal: TooManyTries) -> Response:
    """Answer with a page that says how long to wait."""
    response = make_response(
        render_template(template, page=page), HTTPStatus.TOO_MANY_REQUESTS
    )
    response.headers["Retry-After"] = str(refusal.wait_seconds)
    return response


def fresh_session(session: Session, found: Person, *, factor_passed: bool) -> str:
    """End the browser's session and begin another; return the new secret.

    Whoever knows the old one, because they planted or stole it, is signed out.
    """
    now = current.now()
    end_sign_in(session, found.sign_in_id, now)
    return begin_sign_in(session, found.id, agent(), now, factor_passed=factor_passed)
