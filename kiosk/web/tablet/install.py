"""Install mode: an unpaired browser shows a code and waits to be given a window.

Looking at the page writes nothing; htmx asks for the code as soon as it is shown, and
then every few seconds whether somebody has given the browser a window.
"""

from http import HTTPStatus

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from kiosk.domain.errors import LinkSpent
from kiosk.domain.install_codes import CODE_LIFE, TooManyCodes
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.services import qr
from kiosk.services.devices import pair_device
from kiosk.services.installing import ShownCode, show_code, shown_code
from kiosk.web import current, sessions
from kiosk.web.access import current_device, device_digest, public, remember_device
from kiosk.web.tablet.pages import InstallPage
from kiosk.web.tablet.views import blueprint

INSTALL_COOKIE = "kiosk_install"


@blueprint.get("/install")
@public
def install() -> str:
    return render_template("tablet/unpaired.html")


@blueprint.post("/install")
@public
def take_install_step() -> Response:
    if current_device() is not None:
        return _lead(url_for("tablet.screen"))
    secret = request.cookies.get(sessions.cookie_name(INSTALL_COOKIE), "")
    now = current.now()
    with reading() as session:
        shown = shown_code(session, token_hash(secret), now) if secret else None
    if shown is None:
        return _fresh_code()
    if shown.given:
        return _pair(secret)
    if request.form.get("shown") == shown.code:
        return Response(status=HTTPStatus.NO_CONTENT)
    return _code(shown)


def _fresh_code() -> Response:
    try:
        with transaction() as session:
            shown, secret = show_code(session, current.now())
    except TooManyCodes:
        return make_response(render_template("tablet/_install_wait.html"))
    answer = _code(shown)
    sessions.set_cookie(answer, INSTALL_COOKIE, secret, CODE_LIFE * 2, strict=True)
    return answer


def _pair(secret: str) -> Response:
    """Take the pairing up; a second answer to the same browser begins anew."""
    try:
        with transaction() as session:
            own = pair_device(session, secret, current.now(), device_digest())
    except LinkSpent:
        answer = _lead(url_for("tablet.screen"))
        sessions.drop_cookie(answer, INSTALL_COOKIE)
        return answer
    answer = _lead(url_for("tablet.test"))
    remember_device(answer, own)
    sessions.drop_cookie(answer, INSTALL_COOKIE)
    return answer


def _code(shown: ShownCode) -> Response:
    base = current.base_url()
    where = f"{base}/manage/tablets/install?code={shown.code}"
    page = InstallPage(
        code=shown.code,
        base=base,
        # Made of numbers by us; no word of anybody is in it.
        picture=Markup(qr.svg(where)),  # noqa: S704
        reaches=qr.reaches_phones(base),
    )
    return make_response(render_template("tablet/_install_code.html", page=page))


def _lead(where: str) -> Response:
    """Let htmx open another page."""
    return Response(headers={"HX-Redirect": where})
