"""`flask ledger …`: prove the ledger, hand it out, erase what must be erased."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from kiosk.cli import current
from kiosk.cli.progress import progress
from kiosk.clock import utc_now
from kiosk.domain.notes import Note
from kiosk.domain.proof import notes_in
from kiosk.extensions import reading, recording
from kiosk.extensions.signing import COPIES
from kiosk.queries.ledger import ORGANISATION_CODE, Head, begin_snapshot, head_of
from kiosk.services.erasure import erase_comment, erase_entry
from kiosk.services.ledger_export import public_lines, whole_lines
from kiosk.services.verify import ChainVerdict, Verdict, verify_ledger

ledger = AppGroup("ledger", help="The record that others can check.")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@ledger.command("verify")
@click.option("--checkpoint", "files", multiple=True, type=_File, help="Held by you.")
@click.option("--json", "as_json", is_flag=True, help="Say it in JSON.")
def verify(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Check every chain, and the database against them; exit code 1 names the flaw.

    Checkpoints of the instance folder are held against the chains too. One that you
    kept yourself, given as --checkpoint, is better: nobody here could change it.
    """
    current.this_centre()
    kept = current.settings().instance / COPIES
    with current.refusals():
        given = [note for file in files for note in _notes(file)]
        held = given + (_notes(kept) if kept.exists() else [])
    verdict = _verdict(held, quiet=as_json)
    # A demonstration that was left leaves its checkpoints in the folder; somebody's
    # own, of a ledger that is not here, is a ledger that has been exchanged.
    strangers = {note.statement for note in given} & set(verdict.strange)
    sound = verdict.sound and not strangers
    if as_json:
        click.echo(json.dumps(_plain(verdict, sound=sound), ensure_ascii=False))
    else:
        _tell(verdict)
        for one in sorted(strangers, key=lambda said: (said.origin, said.size)):
            click.echo(f"{one.origin}: no such chain is here.", err=True)
    if not sound:
        raise click.exceptions.Exit(1)


@ledger.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--bodies", is_flag=True, help="For auditors; is entered itself.")
@click.option("--centre", help=f"Its code, or `{ORGANISATION_CODE}`.")
def export(file: Path, *, bodies: bool, centre: str | None) -> None:
    """Write the ledger of a centre to FILE, for tools/verify_ledger.py and others."""
    head = _head(centre or current.this_centre().code)
    if bodies:
        with current.refusals(), recording("terminal", utc_now()) as records:
            records.note(head.chain_id, "export", {"bodies": True})
    lines = whole_lines if bodies else public_lines
    with reading() as session:
        written = _write(file, lines(session.connection(), head.chain_id))
    click.echo(f"{written - 1} entries in {file}")


@ledger.command("erase")
@click.argument("centre")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--why", required=True, help="Stays in the ledger.")
@click.option("--comment", is_flag=True, help="Only the visitor's words, not the body.")
def erase(centre: str, number: int, why: str, *, comment: bool) -> None:
    """Erase the body of entry NUMBER of CENTRE; its place in the chain stays."""
    head = _head(centre)
    with current.refusals(), recording("terminal", utc_now()) as records:
        if comment:
            erase_comment(records, head.chain_id, number, why)
            gone = True
        else:
            gone = erase_entry(records, head.chain_id, number, why)
    click.echo("Erased." if gone else "It had been erased before.")
    click.echo("Backups and exports made before still hold it.")


def _verdict(held: Sequence[Note], *, quiet: bool) -> Verdict:
    with current.refusals(), reading() as session:
        connection = session.connection()
        begin_snapshot(connection)
        if quiet:
            return verify_ledger(connection, held)
        with progress("Entries") as report:
            return verify_ledger(connection, held, report)


def _notes(file: Path) -> list[Note]:
    try:
        return notes_in(file.read_text("utf-8"))
    except UnicodeDecodeError:
        current.fail(f"{file} is no text.")


def _head(code: str) -> Head:
    current.this_centre()
    with current.refusals(), reading() as session:
        head = head_of(session, code)
    if head is None:
        current.fail(f"There is no centre with the code {code}.")
    return head


def _write(file: Path, lines: Iterator[str]) -> int:
    count = 0
    try:
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            for line in lines:
                stream.write(line)
                count += 1
    except OSError as refused:
        current.fail(f"{file} cannot be written: {refused.strerror}.")
    return count


def _tell(verdict: Verdict) -> None:
    for chain in verdict.chains:
        click.echo(f"{chain.origin}: {chain.size} entries, {chain.ratings} ratings")
        for flaw in chain.flaws:
            where = "" if flaw.number is None else f"entry {flaw.number}: "
            click.echo(f"{chain.origin}: {where}{flaw.words}", err=True)
    if verdict.sound:
        click.echo(f"All of it holds; {verdict.checkpoints} checkpoints agree.")


def _plain(verdict: Verdict, *, sound: bool) -> dict[str, Any]:
    return {
        "sound": sound,
        "checkpoints": verdict.checkpoints,
        "strange": [one.origin for one in verdict.strange],
        "chains": [_plain_chain(chain) for chain in verdict.chains],
    }


def _plain_chain(chain: ChainVerdict) -> dict[str, Any]:
    flaws = [
        {"code": flaw.code, "number": flaw.number, "words": flaw.words}
        for flaw in chain.flaws
    ]
    return {
        "origin": chain.origin,
        "size": chain.size,
        "tip": chain.tip.hex(),
        "ratings": chain.ratings,
        "flaws": flaws,
    }
