"""What a citizen can do in their case: rate the answer, say no, ask for a review."""

import logging
from collections.abc import Callable

from flask import make_response, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.case_periods import Clock
from kiosk.domain.cases import parse_second
from kiosk.domain.contacts import OwnUnknown
from kiosk.domain.errors import RuleBroken
from kiosk.extensions import TurnNotReached, recording
from kiosk.queries.case_clock import case_clock
from kiosk.services.case_own import (
    appeal_own_case,
    rate_own_answer,
    reopen_own_case,
)
from kiosk.services.records import Book
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.errors import refusal_status
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
_Act = Callable[[Book, Clock], None]


@blueprint.post("/r/mine/<secret>/second")
@public
def rate_answer(secret: str) -> AnyResponse:
    chosen = request.form.get("second", "")

    def act(records: Book, clock: Clock) -> None:
        rate_own_answer(records, secret, parse_second(chosen), clock)

    return _done(secret, "second", act)


@blueprint.post("/r/mine/<secret>/again")
@public
def not_settled(secret: str) -> AnyResponse:
    words = request.form.get("again", "")

    def act(records: Book, clock: Clock) -> None:
        reopen_own_case(records, secret, words, clock)

    return _done(secret, "again", act)


@blueprint.post("/r/mine/<secret>/appeal")
@public
def appeal(secret: str) -> AnyResponse:
    words = request.form.get("appeal", "")

    def act(records: Book, _clock: Clock) -> None:
        appeal_own_case(records, secret, words)

    return _done(secret, "appeal", act)


def _done(secret: str, what: str, act: _Act) -> AnyResponse:
    """Do it and show the page; where it is refused, with why and what was typed."""
    found = find(secret)
    if found is None:
        return nothing_yet(secret)
    form = Form(request.form, FIELDS)
    centre_id = current.this_centre().id
    try:
        with recording(BY, current.now()) as records:
            act(records, _clock(records, centre_id))
    except OwnUnknown:
        # A rating that has no case: nothing was offered.
        return to_page(secret)
    except RuleBroken as refusal:
        form.refuse(what, refusal)
        # Where it stands now, as somebody may have moved it meanwhile.
        page = whole_page(secret, find(secret) or found, form)
        return make_response(page, refusal_status(refusal))
    except (OperationalError, TurnNotReached) as broken:
        # The kind alone: words of a driver may bring what was to be written.
        log.warning("a citizen's word was not kept: %s", type(broken).__name__)
        return not_saved(secret, found, form)
    return to_page(secret, what)


def _clock(records: Book, centre_id: int) -> Clock:
    settings = current.settings()
    return case_clock(
        records.session,
        centre_id,
        records.now,
        second=settings.second_days,
        look_back=settings.look_back_days,
    )
