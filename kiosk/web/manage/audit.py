"""The audit: who did what and when, before and after; searched, paged, taken away."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request
from flask_babel import gettext

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action
from kiosk.extensions import reading, recording
from kiosk.queries.audit import RATING, Wanted, acts, rating_lines
from kiosk.queries.audit_names import names_in, people
from kiosk.queries.checkpoints import ChainView, chains
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.errors import refusal_sentence
from kiosk.web.manage.audit_pages import (
    HEADINGS,
    AuditPage,
    Line,
    act_line,
    cells,
    rating_line,
)
from kiosk.web.manage.audit_words import ACTORS, KIND_WORDS, kind_words
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import PER_PAGE, searched

EXPORT_MOST = 20_000
"""Entries of one file; more would keep a worker busy for too long."""
_FILTERS = ("chain", "kind", "by", "from", "to", "q")
_DIGITS_MOST = 18


class ExportTooLong(RuleBroken):
    """More entries are asked for than a file of them holds."""

    code = "audit_too_long"
    text = sentence(
        "These are more than %(most)d entries. Please choose fewer days or one kind, "
        "and take them in several files."
    )


@blueprint.get("/manage/audit")
@may(Action.SEE_AUDIT)
def audit() -> str:
    return _page()


@blueprint.post("/manage/audit/file")
@may(Action.SEE_AUDIT)
def audit_file() -> Response:
    """Hand the entries out as a table; that is entered itself, so it is no GET."""
    chain = _chain()
    wanted = replace(_wanted(chain), before=None)
    lines = _lines(chain, wanted, EXPORT_MOST + 1)
    if len(lines) > EXPORT_MOST:
        error = refusal_sentence(ExportTooLong(most=EXPORT_MOST))
        return make_response(_page(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = {name: value for name, value in _asked().items() if value}
    if "q" in asked:
        # It may be somebody's name, and the ledger keeps what is written for ever.
        asked["q"] = "yes"
    with recording(access.by(), current.now()) as records:
        told = {"what": "audit", "asked": asked, "rows": len(lines)}
        records.note(chain.id, "export", told)
    return table_file(
        "ledger",
        [gettext(heading) for heading in HEADINGS],
        [row for line in lines for row in cells(line)],
    )


def _page(error: str = "") -> str:
    chain = _chain()
    wanted = _wanted(chain)
    # One more than is shown tells whether there is a next page.
    lines = _lines(chain, wanted, PER_PAGE + 1)
    with reading() as session:
        accounts = people(session)
        known = chains(session)
    shown = lines[:PER_PAGE]
    more = len(lines) > len(shown)
    page = AuditPage(
        lines=shown,
        chosen=_asked() | {"chain": str(chain.id), "kind": wanted.kind},
        # The first is what is shown when none is chosen: the centre's.
        chains=[(str(one.id), _chain_name(one)) for one in [*known[1:], *known[:1]]],
        kinds=[(kind, kind_words(kind)) for kind in KIND_WORDS],
        people=[
            *((f"account:{key}", name) for key, name in accounts),
            *((by, str(gettext(words))) for by, words in ACTORS.items()),
        ],
        older=_address(before=f"{shown[-1].number}") if more else "",
        newest=_address() if wanted.before else "",
        ratings=wanted.kind == RATING,
        error=error,
    )
    return render_template("manage/audit.html", page=page)


def _lines(chain: ChainView, wanted: Wanted, most: int) -> list[Line]:
    """Return the entries in words: three statements, and one for each sort of name."""
    with reading() as session:
        if wanted.kind == RATING:
            return [rating_line(one) for one in rating_lines(session, wanted, most)]
        found = acts(session, wanted, most)
        names = names_in(session, found)
    return [act_line(act, names, chain.zone) for act in found]


def _chain() -> ChainView:
    """Return the chosen ledger, else that of the centre."""
    with reading() as session:
        known = {str(one.id): one for one in chains(session)}
    asked = request.args.get("chain", "")
    return known.get(asked) or known[str(current.this_centre().id)]


def _chain_name(chain: ChainView) -> str:
    return chain.centre or str(gettext("Organisation"))


def _wanted(chain: ChainView) -> Wanted:
    """Return what is asked for; what cannot be understood counts as not asked."""
    kind = request.args.get("kind", "")
    before = request.args.get("before", "")
    number = before.isascii() and before.isdigit() and len(before) <= _DIGITS_MOST
    return Wanted(
        chain_id=chain.id,
        kind=kind if kind in KIND_WORDS else "",
        by=request.args.get("by", "")[:60],
        first=_day("from"),
        last=_day("to"),
        words=searched(),
        before=int(before) if number else None,
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in _FILTERS}


def _address(**more: str) -> str:
    asked = {name: value for name, value in _asked().items() if value}
    if "lang" in request.args:
        asked["lang"] = request.args["lang"]
    return f"{request.path}?{urlencode(asked | more)}"
