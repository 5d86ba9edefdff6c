"""The ledger for everybody: checkpoints to keep, and the witness who checks them."""

from collections.abc import Iterator
from threading import BoundedSemaphore

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Response, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy import Engine

from kiosk.domain.errors import RuleBroken
from kiosk.domain.notes import NOTE_MOST, LedgerBusy, parse_code, parse_note
from kiosk.domain.policy import NotOpen
from kiosk.extensions import db, reading
from kiosk.queries.checkpoints import (
    CheckpointView,
    chain_by_key,
    chains,
    checkpoint_of,
    checkpoints_page,
    count_checkpoints,
    newest_checkpoints,
)
from kiosk.services import qr
from kiosk.services.ledger_export import public_lines
from kiosk.services.witness import Verdict, examine_code, examine_note
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.downloads import as_file
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.public.pages import Answer, LedgerPage
from kiosk.web.public.views import blueprint

PER_PAGE = 20
_CHAIN = f"/ledger/<int(max={2**31 - 1}):chain>"
_CHECKPOINT = f"{_CHAIN}/<int(max={10**18 - 1}):size>"
_A_DAY = "public, max-age=86400"
# Each holds a thread and a connection for as long as its reader takes; taps need them.
_exports = BoundedSemaphore(2)
_TYPES = {
    "txt": "text/plain",
    "body": "application/octet-stream",
    "sig": "application/octet-stream",
    "pem": "application/x-pem-file",
    "svg": "image/svg+xml",
}


@blueprint.get("/ledger")
@public
def ledger() -> str:
    return _page()


@blueprint.post("/ledger")
@public
def ask_witness() -> Response:
    typed = request.form.get("note", "")
    try:
        note = parse_note(typed)
    except RuleBroken as refusal:
        error = refusal_sentence(refusal)
        page = _page(typed=typed[:NOTE_MOST], error=error)
        return make_response(page, refusal_status(refusal))
    with reading() as session:
        verdict = examine_note(session, note)
    return make_response(_page(typed=typed, answer=_answer(verdict)))


@blueprint.get(f"{_CHECKPOINT}/<short>")
@public
def checked(chain: int, size: int, short: str) -> Response:
    """Answer the code that hangs on the wall or is printed: it still fits, or not."""
    try:
        code = parse_code(short)
    except RuleBroken as refusal:
        page = _page(error=refusal_sentence(refusal))
        return make_response(page, refusal_status(refusal))
    with reading() as session:
        verdict = examine_code(session, chain, size, code)
    if verdict is None:
        raise NotOpen
    return make_response(_page(answer=_answer(verdict, code)))


@blueprint.get(f"{_CHECKPOINT}.<any(txt,body,sig,pem,svg):kind>")
@public
def checkpoint_file(chain: int, size: int, kind: str) -> Response:
    """Hand out a checkpoint, or one part of it, as `openssl` wants it."""
    with reading() as session:
        found = checkpoint_of(session, chain, size)
    if found is None:
        raise NotOpen
    response = Response(_part(found, kind), mimetype=_TYPES[kind])
    # It never changes; a wall that shows its code asks for it once a day.
    response.headers["Cache-Control"] = _A_DAY
    if kind == "svg":
        return response
    return as_file(response, "key.pem" if kind == "pem" else f"checkpoint.{kind}")


@blueprint.get(f"{_CHAIN}.jsonl")
@public
def ledger_export(chain: int) -> Response:
    """Hand out every entry of a chain without bodies, as it is read."""
    with reading() as session:
        if chain_by_key(session, chain) is None:
            raise NotOpen
    if not _exports.acquire(blocking=False):
        raise LedgerBusy
    response = Response(_lines(db.engine, chain), mimetype="application/jsonl")
    # Also when nobody reads it to its end, or only asks for its headers.
    response.call_on_close(_exports.release)
    return as_file(response, f"ledger-{chain}.jsonl")


def _lines(engine: Engine, chain: int) -> Iterator[str]:
    with engine.connect() as connection:
        yield from public_lines(connection, chain)


def _part(found: CheckpointView, kind: str) -> bytes:
    if kind == "txt":
        return found.note.encode()
    if kind == "body":
        return found.statement.body.encode()
    if kind == "sig":
        return found.signature
    if kind == "pem":
        key = Ed25519PublicKey.from_public_bytes(found.public)
        return key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    address = qr.checkpoint_address(
        current.base_url(), found.chain_id, found.size, found.code
    )
    return qr.svg(address, clean=True).encode()


def _page(*, typed: str = "", error: str = "", answer: Answer | None = None) -> str:
    first = max(0, _asked("from"))
    with reading() as session:
        page = LedgerPage(
            newest=newest_checkpoints(session),
            past=checkpoints_page(session, first, PER_PAGE),
            total=count_checkpoints(session),
            first=first,
            per_page=PER_PAGE,
            chains=chains(session),
            deciders=current.settings().hold_deciders,
            typed=typed,
            error=error,
            answer=answer,
        )
    return render_template("public/ledger.html", page=page)


def _answer(verdict: Verdict, code: str = "") -> Answer:
    text: str = gettext(verdict.text)
    words = text % verdict.values if verdict.values else text
    return Answer(words=words, good=verdict.good, code=code)


def _asked(name: str) -> int:
    typed = request.args.get(name, "")
    return int(typed[:9]) if typed.isascii() and typed.isdigit() else 0
