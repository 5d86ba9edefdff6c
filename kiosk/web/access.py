"""Who may call a view. Every route wears exactly one of these marks.

`@may(Action.…)` asks the one policy function; whoever lacks the right gets the very
answer of a page that does not exist. Where the right holds, for a manager's own
units only, is `scope()`: every look-up of the manage area takes it.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from werkzeug.wrappers import Response

from kiosk.domain.errors import NotTheOrganiser
from kiosk.domain.integrations import ApiScope
from kiosk.domain.policy import Action, NotOpen, Scope, scope_of
from kiosk.domain.sheets import BYTES_MOST
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading
from kiosk.queries.accounts import Person
from kiosk.queries.devices import DeviceView, known_device
from kiosk.queries.installation import holds_organiser_link
from kiosk.web import callers, sessions

View = TypeVar("View", bound=Callable[..., Any])

DEVICE_COOKIE = "kiosk_device"
ORGANISER_COOKIE = "kiosk_organiser"
COOKIE_LIFE = timedelta(days=400)
"""As long as browsers keep a cookie at most."""
UPLOAD_MOST = BYTES_MOST + 64 * 1024
"""A file, and what a form sends around it."""


def public(view: View) -> View:
    """Open to everybody."""
    return _mark(view, "public")


def device_only(view: View) -> View:
    """Open to a paired screen; the view itself says what others get."""
    return _mark(view, "device")


def holder_only(view: View) -> View:
    """Open to the holder of a set-up link, or to an organiser; 403 for others."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _check_holder()
        found = sessions.person()
        if found is not None:
            sessions.check_form(found)
        return view(*args, **kwargs)

    return _mark(cast("View", guarded), "holder")


def holder_streams(view: View) -> View:
    """Open as `holder_only`, to a view that reads the form itself.

    It takes a file too large to be read twice, and must call `sessions.check_token`
    with what it finds in the form before it does anything.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _check_holder()
        return view(*args, **kwargs)

    return _mark(cast("View", guarded), "holder")


def integration(scope: ApiScope | None) -> Callable[[View], View]:
    """Open to a system outside whose key opens `scope`; None: to each with a key."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            callers.admit(scope)
            return view(*args, **kwargs)

        return _mark(cast("View", guarded), f"integration:{scope or 'any'}")

    return mark


def signed_in(view: View) -> View:
    """Open to everybody with an account: pages about the account itself.

    Also while the second factor is still missing; the view says what it needs.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = sessions.person()
        if person is None:
            return sessions.ask_to_sign_in()
        sessions.check_form(person)
        sessions.touch(person)
        return view(*args, **kwargs)

    return _mark(cast("View", guarded), "signed-in")


def may(
    action: Action, *, poll: bool = False, file: bool = False
) -> Callable[[View], View]:
    """Open to those who may do `action`, with their second factor given.

    `poll`: the page asks for it by itself; it does not keep a session awake.
    `file`: the form brings one, so it may be larger than others.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = sessions.person()
            if person is None:
                return sessions.ask_to_sign_in()
            if sessions.lacks_factor(person):
                return sessions.ask_for_factor(person)
            g.scope = scope_of(person.grants, action)
            if file:
                # Now: the token is in the form, and looking for it reads all of it.
                request.max_content_length = UPLOAD_MOST
            sessions.check_form(person)
            if not poll:
                sessions.touch(person)
            return view(*args, **kwargs)

        return _mark(cast("View", guarded), f"may:{action}")

    return mark


def scope() -> Scope:
    """Return where the person may do what the view is marked with."""
    return cast("Scope", g.scope)


def person() -> Person:
    """Return who is signed in; only where a mark has made sure of it."""
    found = sessions.person()
    if found is None:
        raise NotOpen
    return found


def allowed(action: Action) -> bool:
    """Whether the browser's person may do something: for links and buttons."""
    found = sessions.person()
    if found is None or sessions.lacks_factor(found):
        return False
    try:
        scope_of(found.grants, action)
    except NotOpen:
        return False
    return True


def by() -> str:
    """Return who acts, as the ledger writes it."""
    found = sessions.person()
    return f"account:{found.id}" if found is not None else "setup-link"


def is_holder() -> bool:
    """Whether the request comes from the holder of a set-up link."""
    if "holder" not in g:
        secret = request.cookies.get(sessions.cookie_name(ORGANISER_COOKIE), "")
        if secret:
            with reading() as session:
                g.holder = holds_organiser_link(session, token_hash(secret))
        else:
            g.holder = False
    return cast("bool", g.holder)


def remember_holder(response: Response, holder: str) -> None:
    """Make the browser that gets this answer the holder of a set-up link."""
    sessions.set_cookie(response, ORGANISER_COOKIE, holder, COOKIE_LIFE)


def device_digest() -> bytes | None:
    """Return the hash of the screen's cookie, or None without one."""
    secret = request.cookies.get(sessions.cookie_name(DEVICE_COOKIE), "")
    return token_hash(secret) if secret else None


def current_device() -> DeviceView | None:
    """Return the paired screen that asks, or None."""
    found = known_screen()
    return found if found is not None and found.revoked_at is None else None


def known_screen() -> DeviceView | None:
    """Return the screen that asks, its pairing withdrawn or not, or None.

    A withdrawn one still delivers what it holds, and must learn that it is one.
    """
    digest = device_digest()
    if digest is None:
        return None
    with reading() as session:
        return known_device(session, digest)


def remember_device(response: Response, secret: str) -> None:
    """Make the browser that gets this answer a window's screen."""
    sessions.set_cookie(response, DEVICE_COOKIE, secret, COOKIE_LIFE, strict=True)


def _check_holder() -> None:
    if not is_holder() and not allowed(Action.EDIT_CENTRE):
        raise NotTheOrganiser


def _mark(view: View, access: str) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} wears a mark already; one is enough")
    view.access = access  # type: ignore[attr-defined]
    return view
