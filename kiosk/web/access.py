"""Who may call a view. Every route wears exactly one of these marks."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from werkzeug.wrappers import Response

from kiosk.domain.errors import NotTheOrganiser
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading
from kiosk.queries.devices import DeviceView, device_by_token
from kiosk.queries.installation import holds_organiser_link
from kiosk.web import current

View = TypeVar("View", bound=Callable[..., Any])

DEVICE_COOKIE = "kiosk_device"
ORGANISER_COOKIE = "kiosk_organiser"
COOKIE_LIFE = timedelta(days=400)
"""As long as browsers keep a cookie at most."""


def public(view: View) -> View:
    """Open to everybody."""
    return _mark(view, "public")


def organiser_only(view: View) -> View:
    """Open to the holder of an organiser's link; 403 for anybody else."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_organiser():
            raise NotTheOrganiser
        return view(*args, **kwargs)

    return _mark(cast("View", guarded), "organiser")


def device_only(view: View) -> View:
    """Open to a paired screen; the view itself says what others get."""
    return _mark(view, "device")


def is_organiser() -> bool:
    """Whether the request comes from the holder of an organiser's link."""
    if "organiser" not in g:
        secret = request.cookies.get(ORGANISER_COOKIE, "")
        if secret:
            with reading() as session:
                g.organiser = holds_organiser_link(session, token_hash(secret))
        else:
            g.organiser = False
    return cast("bool", g.organiser)


def remember_organiser(response: Response, holder: str) -> None:
    """Make the browser that gets this answer the holder of an organiser's link."""
    response.set_cookie(
        ORGANISER_COOKIE,
        holder,
        max_age=COOKIE_LIFE,
        httponly=True,
        samesite="Lax",
        secure=current.settings().secure_cookies,
    )


def device_digest() -> bytes | None:
    """Return the hash of the screen's cookie, or None without one."""
    secret = request.cookies.get(DEVICE_COOKIE, "")
    return token_hash(secret) if secret else None


def current_device() -> DeviceView | None:
    """Return the paired screen that asks, or None."""
    digest = device_digest()
    if digest is None:
        return None
    with reading() as session:
        return device_by_token(session, digest)


def _mark(view: View, access: str) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} wears a mark already; one is enough")
    view.access = access  # type: ignore[attr-defined]
    return view
