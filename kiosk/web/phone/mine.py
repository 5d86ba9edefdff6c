"""The author's own page: a secret from the screen's code opens it, and only it.

Whoever rated scans that code; the rating may arrive later than the phone does.
"""

import logging
import re
from datetime import timedelta
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.contacts import (
    ConsentMissing,
    ContactKeyUnreadable,
    ContactSettled,
    OwnUnknown,
    Reach,
    SealBroken,
    kept_until,
    parse_name,
    parse_phone,
    phone_hint,
)
from kiosk.domain.receipts import format_receipt
from kiosk.domain.tokens import token_hash
from kiosk.extensions import TurnNotReached, reading, recording
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.contacts import OwnRating, own_rating
from kiosk.queries.receipts import ReceiptView, receipt_by_code
from kiosk.services.comments import withdraw_words
from kiosk.services.contacts import give_contact, withdraw_contact
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.errors import RETRY_SECONDS
from kiosk.web.forms import Form
from kiosk.web.phone.mine_pages import MinePage, Own, WaitPage, stage_of
from kiosk.web.phone.views import blueprint

_SECRET = re.compile(r"[0-9A-Za-z_-]{20,64}")
_FIELDS = ("name", "phone", "consent")
_BY = "citizen"
LOOK_AGAIN = timedelta(seconds=20)
LOOKS_MOST = 15
"""Times that the page looks again by itself: five minutes, then it is a button."""
log = logging.getLogger(__name__)


@blueprint.get("/r/mine/<secret>")
@public
def mine(secret: str) -> AnyResponse:
    found = _find(secret)
    if found is None:
        return _nothing_yet(secret)
    form = Form({}, _FIELDS)
    return make_response(_page(secret, found, form))


@blueprint.post("/r/mine/<secret>")
@public
def leave_contact(secret: str) -> AnyResponse:
    found = _find(secret)
    if found is None:
        return _nothing_yet(secret)
    form = Form(request.form, _FIELDS)
    reach = _read(form)
    if reach is None:
        page = _page(secret, found, form, change=True)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sealer = kept_sealer(current.settings().instance)
        with recording(_BY, current.now()) as records:
            give_contact(records, secret, reach, sealer)
    except ContactSettled:
        # While this form was open the call was made: the page says so.
        return _to_page(secret)
    except (OperationalError, TurnNotReached, ContactKeyUnreadable) as broken:
        # The kind alone: words of a driver may bring what was to be written.
        log.warning("a contact could not be kept: %s", type(broken).__name__)
        return _not_saved(secret, found, form)
    return _to_page(secret, "given")


@blueprint.post("/r/mine/<secret>/withdraw")
@public
def take_contact_back(secret: str) -> AnyResponse:
    try:
        with recording(_BY, current.now()) as records:
            withdraw_contact(records, secret)
    except OwnUnknown:
        return _nothing_yet(secret)
    return _to_page(secret, "withdrawn")


@blueprint.post("/r/mine/<secret>/words")
@public
def take_words_back(secret: str) -> AnyResponse:
    try:
        with recording(_BY, current.now()) as records:
            withdraw_words(records, secret)
    except OwnUnknown:
        return _nothing_yet(secret)
    return _to_page(secret, "words")


def _read(form: Form) -> Reach | None:
    """Return what was typed, or None with the faults noted in the form."""
    form.attempt("name", lambda: parse_name(form.values["name"]))
    form.attempt("phone", lambda: parse_phone(form.values["phone"]))
    if not form.values["consent"]:
        form.refuse("consent", ConsentMissing())
    if form.errors:
        return None
    return Reach(parse_name(form.values["name"]), parse_phone(form.values["phone"]))


def _find(secret: str) -> OwnRating | None:
    if not _SECRET.fullmatch(secret):
        return None
    with reading() as session:
        return own_rating(session, token_hash(secret))


def _page(
    secret: str, found: OwnRating, form: Form, *, change: bool = False, notice: str = ""
) -> str:
    contact = found.contact
    settled_at = contact.settled_at if contact else None
    page = MinePage(
        secret=secret,
        elder=_elder(),
        receipt=format_receipt(found.receipt),
        found=_entry(found.receipt),
        has_words=found.has_words,
        zone=current.this_centre().zone,
        stage=stage_of(contact),
        form=form,
        hint=_hint(found),
        kept_until=kept_until(settled_at) if settled_at else None,
        change=change or "change" in request.args,
        done=request.args.get("done", ""),
        notice=notice,
    )
    return render_template("phone/mine.html", page=page)


def _entry(receipt: str) -> ReceiptView:
    with reading() as session:
        entry = receipt_by_code(session, receipt)
    if entry is None:
        # Rating and entry are one transaction; only a broken ledger comes here.
        raise OwnUnknown
    return entry


def _hint(found: OwnRating) -> str:
    """Return the last digits of the kept number; "" where it cannot be read."""
    if found.contact is None or found.contact.sealed is None:
        return ""
    try:
        sealer = kept_sealer(current.settings().instance)
        return phone_hint(sealer.open(found.contact.sealed, found.event_id).phone)
    except (SealBroken, ContactKeyUnreadable) as broken:
        log.warning("a contact cannot be opened: %s", type(broken).__name__)
        return ""


def _not_saved(secret: str, found: OwnRating, form: Form) -> Response:
    """Say that nothing was kept, and give back what was typed."""
    notice = gettext(
        "Your number could not be saved just now. Please send it once more in a few "
        "seconds."
    )
    page = _page(secret, found, form, change=True, notice=notice)
    answer = make_response(page, HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _nothing_yet(secret: str) -> Response:
    """Answer an address under which nothing is known: yet, or for ever."""
    own = Own(secret=secret, elder=_elder())
    if not _SECRET.fullmatch(secret):
        page = render_template("phone/mine_unknown.html", page=own)
        return make_response(page, HTTPStatus.NOT_FOUND)
    typed = request.args.get("look", "")
    looks = int(typed) if re.fullmatch("[0-9]{1,3}", typed) else 0
    seconds = int(LOOK_AGAIN.total_seconds()) if looks < LOOKS_MOST else 0
    wait = WaitPage(secret=secret, elder=own.elder, seconds=seconds)
    # Not 404: some phones show a page of their own then, which looks never again.
    answer = make_response(render_template("phone/mine_waiting.html", page=wait))
    if seconds:
        where = url_for("phone.mine", secret=secret, view=own.view, look=looks + 1)
        answer.headers["Refresh"] = f"{seconds}; url={where}"
    return answer


def _to_page(secret: str, done: str | None = None) -> AnyResponse:
    view = "elder" if _elder() else None
    where = url_for("phone.mine", secret=secret, view=view, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _elder() -> bool:
    return request.args.get("view") == "elder"
