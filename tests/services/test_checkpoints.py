"""Checkpoints are signed once for each state, and openssl agrees with them."""

import json
import shutil
import subprocess
import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

from kiosk.extensions import db, reading, recording, transaction
from kiosk.models import (
    ORGANISATION,
    Chain,
    Checkpoint,
    LedgerEntry,
    OpeningHours,
    SigningKey,
)
from kiosk.queries.checkpoints import checkpoint_is_due, checkpoint_of, public_keys
from kiosk.services.checkpoints import Signer, sign_daily_checkpoints
from tests.checkpoints import CENTRE, add_entries, new_signer, newest, sign
from tests.conftest import NOON

CLOSE = datetime(2026, 7, 16, 10, 0, tzinfo=UTC)
"""18:00 in Shanghai on the day of NOON."""


@pytest.fixture
def signer(app):
    return new_signer()


def head(chain: int) -> tuple[int, bytes]:
    with reading() as session:
        found = session.get(Chain, chain)
        return found.number, found.tip


def told(kind: str) -> list[dict[str, object]]:
    with reading() as session:
        query = (
            select(LedgerEntry.body)
            .where(LedgerEntry.chain_id == ORGANISATION, LedgerEntry.kind == kind)
            .order_by(LedgerEntry.number)
        )
        return [json.loads(body) for body in session.scalars(query)]


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_every_chain_is_signed_at_its_head(signer):
    before = head(CENTRE)
    assert sign(signer, NOON) == 2
    found = newest()
    for chain, view in found.items():
        assert (view.size, view.statement.tip) == head(chain)
        assert (view.public, view.made_at) == (signer.public, NOON)
        key = Ed25519PublicKey.from_public_bytes(view.public)
        key.verify(view.signature, view.statement.body.encode())
    assert head(CENTRE) == before, "a checkpoint is no entry of the chain it covers"


def test_the_organisation_notes_what_centres_signed_before_it_signs(signer):
    sign(signer, NOON)
    view = newest()[CENTRE]
    assert told("checkpoint") == [
        {
            "at": "2026-07-16T04:00:00.000000Z",
            "by": "test",
            "origin": view.statement.origin,
            "size": view.size,
            "tip": view.statement.tip.hex(),
        }
    ]
    [key] = told("key")
    assert key["public"] == signer.public.hex()
    assert newest()[ORGANISATION].size == head(ORGANISATION)[0]


def test_repeating_changes_nothing(signer):
    sign(signer, NOON)
    before = head(ORGANISATION)
    assert sign(signer, NOON + timedelta(hours=1)) == 0
    assert head(ORGANISATION) == before
    assert (count(Checkpoint), count(SigningKey)) == (2, 1)


def test_only_the_chain_that_grew_is_signed_again(signer):
    sign(signer, NOON)
    add_entries(ORGANISATION, NOON)
    assert sign(signer, NOON) == 1
    add_entries(CENTRE, NOON)
    assert sign(signer, NOON) == 2, "the centre's, and what the organisation noted"


def test_another_machine_signs_with_its_own_key_and_both_stay(signer):
    sign(signer, NOON)
    old = newest()[CENTRE]
    other = new_signer()
    add_entries(CENTRE, NOON)
    sign(other, NOON)
    with reading() as session:
        assert public_keys(session) == [signer.public, other.public]
        assert checkpoint_of(session, CENTRE, old.size) == old
    assert [entry["public"] for entry in told("key")] == [
        signer.public.hex(),
        other.public.hex(),
    ]


def test_a_rolled_back_round_leaves_nothing(signer):
    before = head(ORGANISATION)

    def broken(_message: bytes) -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        sign(Signer(signer.public, broken), NOON)
    assert (count(Checkpoint), count(SigningKey), head(ORGANISATION)) == (0, 0, before)


def test_what_is_signed_stays(signer):
    sign(signer, NOON)
    for statement in ("UPDATE checkpoint SET size = 9", "DELETE FROM signing_key"):
        with (
            pytest.raises(Exception, match="stays"),
            db.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)


# When the day's is due


def is_due(now: datetime) -> bool:
    with reading() as session:
        return checkpoint_is_due(session, now)


def test_a_new_ledger_is_signed_at_once(app):
    assert is_due(NOON)


def test_it_is_due_from_close_of_business_on_and_once(signer):
    sign(signer, NOON)
    add_entries(CENTRE, NOON)
    assert not is_due(CLOSE - timedelta(seconds=1))
    assert is_due(CLOSE)
    sign(signer, CLOSE)
    add_entries(CENTRE, CLOSE)
    assert not is_due(CLOSE + timedelta(hours=23, minutes=59))
    assert is_due(CLOSE + timedelta(days=1))


def test_a_ledger_at_rest_needs_none(signer):
    sign(signer, NOON)
    assert not is_due(CLOSE + timedelta(days=30))


def test_what_was_missed_is_due_at_the_next_look(signer):
    sign(signer, NOON)
    add_entries(ORGANISATION, NOON)
    assert is_due(CLOSE + timedelta(hours=14))


def test_opening_hours_say_when_the_day_closes(signer):
    sign(signer, NOON)
    add_entries(CENTRE, NOON)
    with transaction() as session:
        for opens, closes in ((9, 12), (14, 16)):
            row = OpeningHours(
                centre_id=CENTRE, weekday=3, opens=time(opens), closes=time(closes)
            )
            session.add(row)
    four = NOON + timedelta(hours=4)
    assert (is_due(four - timedelta(seconds=1)), is_due(four)) == (False, True)


def test_daily_round_signs_only_what_is_due(signer):
    def daily(now: datetime) -> int:
        with recording("system", now) as records:
            return sign_daily_checkpoints(records, signer)

    assert daily(NOON) == 2
    add_entries(CENTRE, NOON)
    assert daily(CLOSE - timedelta(seconds=1)) == 0
    assert daily(CLOSE) == 2


def test_of_many_workers_one_makes_the_days_checkpoint(app):
    """All find it due; ratings come in between them, so sizes would differ."""
    barrier = threading.Barrier(4)
    made = []

    def worker() -> None:
        signer = new_signer()
        with app.app_context():
            barrier.wait(10)
            with recording("system", CLOSE) as records:
                made.append(sign_daily_checkpoints(records, signer))
            add_entries(CENTRE, CLOSE)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [0, 0, 0, 2]
    assert count(Checkpoint) == 2


# Without us


def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("NOT TESTED: no openssl: apt-get install openssl")
    return found


def test_openssl_agrees_and_disagrees(signer, tmp_path):
    program = openssl()
    sign(signer, NOON)
    view = newest()[CENTRE]
    pem = Ed25519PublicKey.from_public_bytes(view.public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "checkpoint.sig").write_bytes(view.signature)
    command = (
        f"{program} pkeyutl -verify -pubin -inkey key.pem -rawin "
        "-in checkpoint.body -sigfile checkpoint.sig"
    )

    def verified(body: str) -> bool:
        (tmp_path / "checkpoint.body").write_bytes(body.encode())
        done = subprocess.run(
            command.split(), cwd=tmp_path, capture_output=True, check=False
        )
        return done.returncode == 0

    body = view.statement.body
    assert verified(body)
    assert not verified(body.replace(f"\n{view.size}\n", f"\n{view.size + 1}\n"))
