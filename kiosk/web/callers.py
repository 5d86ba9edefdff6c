"""Which system outside calls, by the key it sends; no cookie is ever looked at."""

from typing import cast

from flask import g, request

from kiosk.domain.integrations import ApiScope
from kiosk.domain.interface import KeyUnknown, ScopeLacking, check_calls
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, write
from kiosk.queries.integrations import Caller, caller_of
from kiosk.services.calls import count_call
from kiosk.web import current

_BEARER = "bearer "


def admit(scope: ApiScope | None) -> None:
    """Let the calling system in, and count its call; `scope` None: with any key.

    Raises KeyUnknown, ScopeLacking, TooManyCalls.
    """
    sent = request.headers.get("Authorization", "")
    if sent[: len(_BEARER)].lower() != _BEARER:
        raise KeyUnknown
    now = current.now()
    with reading() as session:
        found = caller_of(session, token_hash(sent[len(_BEARER) :].strip()), now)
    if found is None or found.centre_id != current.this_centre().id:
        raise KeyUnknown
    key = found.id
    check_calls(write(lambda connection: count_call(connection, key, now)), now)
    if scope is not None and scope not in found.scopes:
        raise ScopeLacking(scope=str(scope))
    g.caller = found


def caller() -> Caller:
    """Return the system that was let in."""
    return cast("Caller", g.caller)
