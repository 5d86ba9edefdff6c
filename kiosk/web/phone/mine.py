"""The author's own page: a secret from the screen's code opens it, and only it.

Whoever rated scans that code; the rating may arrive later than the phone does. Whoever
complained at the desk has the secret on a slip.
"""

import logging
from http import HTTPStatus

from flask import make_response, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.contacts import (
    ConsentMissing,
    ContactKeyUnreadable,
    ContactSettled,
    OwnUnknown,
    Reach,
    parse_name,
    parse_phone,
)
from kiosk.extensions import TurnNotReached, recording
from kiosk.extensions.sealing import kept_sealer
from kiosk.services.case_own import take_back_contact, take_back_words
from kiosk.services.contacts import give_contact
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.forms import Form
from kiosk.web.phone.mine_show import (
    BY,
    FIELDS,
    find,
    not_saved,
    nothing_yet,
    to_page,
    whole_page,
)
from kiosk.web.phone.views import blueprint

log = logging.getLogger(__name__)


@blueprint.get("/r/mine/<secret>")
@public
def mine(secret: str) -> AnyResponse:
    found = find(secret)
    if found is None:
        return nothing_yet(secret)
    return make_response(whole_page(secret, found, Form({}, FIELDS)))


@blueprint.post("/r/mine/<secret>")
@public
def leave_contact(secret: str) -> AnyResponse:
    found = find(secret)
    if found is None:
        return nothing_yet(secret)
    if found.rating is None:
        # Its number was taken down at the desk, and is changed there.
        return to_page(secret)
    form = Form(request.form, FIELDS)
    reach = _read(form)
    if reach is None:
        page = whole_page(secret, found, form, change=True)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sealer = kept_sealer(current.settings().instance)
        with recording(BY, current.now()) as records:
            give_contact(records, secret, reach, sealer)
    except ContactSettled:
        # While this form was open the call was made: the page says so.
        return to_page(secret)
    except (OperationalError, TurnNotReached, ContactKeyUnreadable) as broken:
        # The kind alone: words of a driver may bring what was to be written.
        log.warning("a contact could not be kept: %s", type(broken).__name__)
        return not_saved(secret, found, form, change=True)
    return to_page(secret, "given")


@blueprint.post("/r/mine/<secret>/withdraw")
@public
def take_contact_back(secret: str) -> AnyResponse:
    try:
        with recording(BY, current.now()) as records:
            take_back_contact(records, secret)
    except OwnUnknown:
        return nothing_yet(secret)
    return to_page(secret, "withdrawn")


@blueprint.post("/r/mine/<secret>/words")
@public
def take_words_back(secret: str) -> AnyResponse:
    try:
        with recording(BY, current.now()) as records:
            take_back_words(records, secret)
    except OwnUnknown:
        return nothing_yet(secret)
    return to_page(secret, "words")


def _read(form: Form) -> Reach | None:
    """Return what was typed, or None with the faults noted in the form."""
    form.attempt("name", lambda: parse_name(form.values["name"]))
    form.attempt("phone", lambda: parse_phone(form.values["phone"]))
    if not form.values["consent"]:
        form.refuse("consent", ConsentMissing())
    if form.errors:
        return None
    return Reach(parse_name(form.values["name"]), parse_phone(form.values["phone"]))
