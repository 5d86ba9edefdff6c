"""The author's own page, put together: the receipt, the case, the wish to be called."""

import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.contacts import (
    ContactKeyUnreadable,
    OwnUnknown,
    SealBroken,
    kept_until,
    phone_hint,
)
from kiosk.domain.receipts import format_receipt
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.case_own import OwnCase, own_case
from kiosk.queries.contacts import OwnRating, own_rating
from kiosk.queries.receipts import ReceiptView, receipt_by_code
from kiosk.web import current
from kiosk.web.errors import RETRY_SECONDS
from kiosk.web.forms import Form
from kiosk.web.phone.case_pages import CasePart
from kiosk.web.phone.mine_pages import MinePage, Own, WaitPage, stage_of

_SECRET = re.compile(r"[0-9A-Za-z_-]{20,64}")
FIELDS = ("name", "phone", "consent", "again", "appeal")
BY = "citizen"
LOOK_AGAIN = timedelta(seconds=20)
LOOKS_MOST = 15
"""Times that the page looks again by itself: five minutes, then it is a button."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What a secret opens; at least one of the two is there."""

    rating: OwnRating | None
    """None: a complaint taken down for somebody at the desk or the hotline."""
    case: OwnCase | None


def find(secret: str) -> Found | None:
    """Return what the holder of a secret may see, or None."""
    if not _SECRET.fullmatch(secret):
        return None
    digest = token_hash(secret)
    with reading() as session:
        found = Found(own_rating(session, digest), own_case(session, digest))
    return found if found.rating or found.case else None


def whole_page(
    secret: str, found: Found, form: Form, *, change: bool = False, notice: str = ""
) -> str:
    """Return the page; `change`: another number is being given; `notice`: on top."""
    rating, case = found.rating, found.case
    contact = rating.contact if rating else None
    settled_at = contact.settled_at if contact else None
    page = MinePage(
        secret=secret,
        elder=elder(),
        receipt=format_receipt(rating.receipt) if rating else "",
        found=_entry(rating.receipt) if rating else None,
        case=CasePart(case, current.now()) if case else None,
        has_words=bool(rating and rating.has_words) or bool(case and case.has_words),
        zone=current.this_centre().zone,
        stage=stage_of(contact),
        form=form,
        hint=_hint(rating),
        kept_until=kept_until(settled_at) if settled_at else None,
        change=change or "change" in request.args,
        done=request.args.get("done", ""),
        notice=notice,
    )
    return render_template("phone/mine.html", page=page)


def not_saved(
    secret: str, found: Found, form: Form, *, change: bool = False
) -> Response:
    """Say that nothing was kept, and give back what was typed."""
    notice = gettext(
        "It could not be saved just now. Please send it once more in a few seconds."
    )
    if change:
        notice = gettext(
            "Your number could not be saved just now. Please send it once more in a "
            "few seconds."
        )
    page = whole_page(secret, found, form, change=change, notice=notice)
    answer = make_response(page, HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def nothing_yet(secret: str) -> Response:
    """Answer an address under which nothing is known: yet, or for ever."""
    own = Own(secret=secret, elder=elder())
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


def to_page(secret: str, done: str | None = None) -> AnyResponse:
    """Send the browser to the page, which says what was done."""
    view = "elder" if elder() else None
    where = url_for("phone.mine", secret=secret, view=view, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def elder() -> bool:
    """Whether the page is read in large type."""
    return request.args.get("view") == "elder"


def _entry(receipt: str) -> ReceiptView:
    with reading() as session:
        entry = receipt_by_code(session, receipt)
    if entry is None:
        # Rating and entry are one transaction; only a broken ledger comes here.
        raise OwnUnknown
    return entry


def _hint(found: OwnRating | None) -> str:
    """Return the last digits of the kept number; "" where it cannot be read."""
    if found is None or found.contact is None or found.contact.sealed is None:
        return ""
    try:
        sealer = kept_sealer(current.settings().instance)
        return phone_hint(sealer.open(found.contact.sealed, found.event_id).phone)
    except (SealBroken, ContactKeyUnreadable) as broken:
        log.warning("a contact cannot be opened: %s", type(broken).__name__)
        return ""
