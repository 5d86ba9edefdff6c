"""The signed-in browser: whose it is, how long it stays so, and its form token."""

import hmac
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import g, make_response, redirect, render_template, request, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.sign_in import HOME, onward_path
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.queries.accounts import Person, person_by_sign_in
from kiosk.services.sign_in import note_seen
from kiosk.web import current

SESSION_COOKIE = "kiosk_session"
TOKEN_FIELD = "csrf"  # noqa: S105 - the name of a field
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - the name of a header
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOTED_EACH = timedelta(minutes=1)
"""Writing down each request would be a commit for each."""


class FormStale(RuleBroken):
    """A form comes without the token of the session it was made in."""

    code = "form_stale"
    text = sentence(
        "This form belongs to an earlier sign-in. Please go back, load the page "
        "again and send it once more; nothing was changed."
    )


class UploadTooLarge(RuleBroken):
    """What was sent exceeds what its page takes."""

    code = "upload_too_large"
    text = sentence("That was too much at once. Please choose a smaller file.")


def secure() -> bool:
    """Whether cookies may be tied to https: by setting, or as the request came."""
    return current.settings().secure_cookies or request.is_secure


def cookie_name(name: str) -> str:
    """Return the cookie's name; on https no other host or path can set it."""
    return f"__Host-{name}" if secure() else name


def set_cookie(
    response: Response,
    name: str,
    value: str,
    life: timedelta | None,
    *,
    strict: bool = False,
) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send along."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=life,
        path="/",
        httponly=True,
        samesite="Strict" if strict else "Lax",
        secure=secure(),
    )


def remember_session(response: Response, secret: str) -> None:
    """Sign in the browser that gets this answer; the server says for how long."""
    set_cookie(response, SESSION_COOKIE, secret, None)


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(cookie_name(name), path="/", secure=secure())


def person() -> Person | None:
    """Return who is signed in in this browser, or None; read once a request."""
    if "person" not in g:
        g.person = _person()
    return cast("Person | None", g.person)


def lacks_factor(found: Person) -> bool:
    """Whether the second factor is still to be given or enrolled."""
    return found.factor_required and not found.factor_passed


def touch(found: Person) -> None:
    """Note that the person is there, at most once a minute."""
    now = current.now()
    if now - found.seen_at >= _NOTED_EACH:
        with transaction() as session:
            note_seen(session, found.sign_in_id, now)


def form_token() -> str:
    """Return the token that each form of a signed-in page carries, or ""."""
    secret = request.cookies.get(cookie_name(SESSION_COOKIE), "")
    if not secret:
        return ""
    return sha256(f"form token of {secret}".encode()).hexdigest()


def check_form(_found: Person) -> None:
    """Refuse a write whose form was not made in this very session."""
    if request.method in _SAFE:
        return
    try:
        given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    except RequestEntityTooLarge as large:
        raise UploadTooLarge from large
    _compare(given)


def check_token(typed: str) -> None:
    """Refuse a write whose form was not made in this session, where there is one.

    typed: the token's field, from a view that reads its form itself.
    """
    if person() is not None:
        _compare(request.headers.get(TOKEN_HEADER) or typed)


def _compare(given: str) -> None:
    if not hmac.compare_digest(given.encode(), form_token().encode()):
        raise FormStale


def ask_to_sign_in() -> Response:
    """Lead to the sign-in page, and back afterwards."""
    if request.headers.get("HX-Request"):
        # htmx would put the sign-in page into a corner of this one.
        where = url_for("account.ask_sign_in", next=_own_page())
        return make_response("", HTTPStatus.NO_CONTENT, {"HX-Redirect": where})
    if request.method in _SAFE:
        where = url_for("account.ask_sign_in", next=request.full_path.rstrip("?"))
        return redirect(where, HTTPStatus.SEE_OTHER)
    return _lost_form(HTTPStatus.UNAUTHORIZED, stale=False)


def answer_stale_form() -> FlaskResponse:
    """Answer a form of an earlier sign-in: what to do, and where it is loaded anew."""
    return _lost_form(HTTPStatus.FORBIDDEN, stale=True)


def _lost_form(status: HTTPStatus, *, stale: bool) -> FlaskResponse:
    page = render_template(
        "account/signed_out.html", stale=stale, again=_form_page() or HOME
    )
    return make_response(page, status)


def ask_for_factor(found: Person) -> Response:
    """Lead to the page where the second factor is given or enrolled."""
    name = "account.ask_code" if found.factor_enrolled else "account.enrol"
    where = url_for(name, next=_page_wanted() or None)
    if request.headers.get("HX-Request"):
        return make_response("", HTTPStatus.NO_CONTENT, {"HX-Redirect": where})
    return redirect(where, HTTPStatus.SEE_OTHER)


def _person() -> Person | None:
    secret = request.cookies.get(cookie_name(SESSION_COOKIE), "")
    if not secret:
        return None
    with reading() as session:
        found = person_by_sign_in(session, token_hash(secret))
    if found is None:
        return None
    now, settings = current.now(), current.settings()
    idle = now - found.seen_at > timedelta(minutes=settings.idle_minutes)
    old = now - found.signed_in_at > timedelta(hours=settings.session_hours)
    return None if idle or old else found


def _page_wanted() -> str:
    """Return the path of the page to come back to, "" where there is none."""
    if request.headers.get("HX-Request"):
        return _own_page()
    if request.method in _SAFE:
        return request.full_path.rstrip("?")
    return _form_page()


def _form_page() -> str:
    """Return the path of the page with the form that was sent, "" where unknown.

    The browser says where it came from; else the form has the address of its page.
    """
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.host:
        came = urlsplit(request.url)
    adapter = request_ctx.url_adapter
    if adapter is None or not adapter.test(came.path, "GET"):
        return ""
    return onward_path(came.path + (f"?{came.query}" if came.query else ""))


def _own_page() -> str:
    """Return the path of the page that a fragment was asked for on."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return parts.path + (f"?{parts.query}" if parts.query else "")
