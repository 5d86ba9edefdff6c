"""A tap is never lost and never doubled: proved against a real server that is
asked by many at once, and killed while it answers.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.clock import utc_now
from kiosk.extensions import reading
from kiosk.models import Rating
from tests.engines import ON_SQLITE
from tests.faults.figures import FIGURES
from tests.faults.senders import (
    Answer,
    BatchVisitor,
    Visitor,
    all_at_once,
    batch_of,
    check_nothing_lost_nothing_twice,
)
from tests.recount import check_tallies
from tests.screens import Screen, pair_screen
from tests.server import TOP, RealServer
from tests.waiting import PATIENCE, until

KEYS = 25
BATCH = 5
TAPS_BETWEEN_KILLS = 20
EARLIER = timedelta(hours=1)


@pytest.fixture
def screens(app) -> list[Screen]:
    """Eight paired screens at windows of their own."""
    return [pair_screen(f"A{n:03}", utc_now() - EARLIER) for n in range(8)]


@pytest.fixture
def server(app, database_url, tmp_path) -> Iterator[RealServer]:
    with RealServer(tmp_path, begun=True, KIOSK_DATABASE_URL=database_url) as server:
        yield server


@pytest.fixture
def broken_server(request, app, database_url, tmp_path) -> Iterator[RealServer]:
    with RealServer(
        tmp_path,
        application="tests.faults.twins:app",
        begun=True,
        KIOSK_DATABASE_URL=database_url,
        BROKEN_PROMISE=request.param,
    ) as server:
        yield server


def keys_of(screen: Screen) -> list[dict[str, object]]:
    """Return taps far enough apart that none is merged into another."""
    began = utc_now() - EARLIER
    return [
        screen.tap(1 + n % 5, began + n * timedelta(seconds=6)) for n in range(KEYS)
    ]


def rows() -> dict[str, list[int]]:
    """Return the levels of all rows by their event's id."""
    found: dict[str, list[int]] = {}
    with reading() as session:
        for event_id, level in session.execute(select(Rating.event_id, Rating.level)):
            found.setdefault(str(event_id), []).append(level)
    return found


def send_equal_bodies(server, screen, senders) -> list[list[Answer]]:
    taps = keys_of(screen)
    return all_at_once(server, [screen] * senders, lambda n, _: taps[n], KEYS)


def check_one_row_and_one_receipt_each(screen, answers) -> None:
    assert rows() == {tap["id"]: [tap["level"]] for tap in screen.sent}
    for tap, given in zip(screen.sent, answers, strict=True):
        assert {status for status, _ in given} == {200}
        assert {str(answer["id"]) for _, answer in given} == {tap["id"]}
        assert len({str(answer["receipt"]) for _, answer in given}) == 1


# Many at once


@pytest.mark.parametrize("senders", [2, 8])
def test_one_key_sent_by_many_at_once_is_one_rating(screens, server, senders):
    answers = send_equal_bodies(server, screens[0], senders)
    check_one_row_and_one_receipt_each(screens[0], answers)
    check_tallies()


@ON_SQLITE
@pytest.mark.parametrize("broken_server", ["forgets_ids"], indirect=True)
def test_the_check_sees_a_server_that_takes_a_key_twice(screens, broken_server):
    answers = send_equal_bodies(broken_server, screens[0], 2)
    with pytest.raises(AssertionError):
        check_one_row_and_one_receipt_each(screens[0], answers)


@pytest.mark.parametrize("senders", [2, 8])
def test_one_key_with_several_bodies_keeps_one_and_refuses_the_others(
    screens, server, senders
):
    ids = [str(uuid4()) for _ in range(KEYS)]
    at = (utc_now() - EARLIER).isoformat()

    def body(number: int, sender: int) -> dict[str, object]:
        level = 1 + sender % 5
        return {"id": ids[number], "sequence": 1, "tapped_at": at, "level": level}

    answers = all_at_once(server, [screens[0]] * senders, body, KEYS)
    kept = rows()
    assert {key: len(levels) for key, levels in kept.items()} == dict.fromkeys(ids, 1)
    for key, given in zip(ids, answers, strict=True):
        [level] = kept[key]
        told = [status for status, _ in given]
        assert told == [200 if 1 + n % 5 == level else 409 for n in range(senders)]
        refused = {
            str(answer.get("error")) for status, answer in given if status == 409
        }
        assert refused == {"id_conflict"}
    check_tallies()


def test_one_key_from_several_screens_belongs_to_the_first(screens, server):
    ids = [str(uuid4()) for _ in range(KEYS)]
    at = (utc_now() - EARLIER).isoformat()

    def body(number: int, _sender: int) -> dict[str, object]:
        return {"id": ids[number], "sequence": 1, "tapped_at": at, "level": 5}

    answers = all_at_once(server, screens, body, KEYS)
    assert rows() == {key: [5] for key in ids}
    told = [sorted(status for status, _ in given) for given in answers]
    assert told == [[200, *[409] * 7]] * KEYS
    check_tallies()


@pytest.mark.parametrize("senders", [2, 8])
def test_one_batch_sent_by_many_at_once_is_taken_once(screens, server, senders):
    taps = keys_of(screens[0])
    batches = [batch_of(taps[n : n + BATCH]) for n in range(0, KEYS, BATCH)]
    answers = all_at_once(
        server, screens[:1] * senders, lambda n, _: batches[n], len(batches)
    )
    assert rows() == {tap["id"]: [tap["level"]] for tap in taps}
    for batch, given in zip(batches, answers, strict=True):
        assert {status for status, _ in given} == {200}
        receipts = [[each["receipt"] for each in told["results"]] for _, told in given]
        assert receipts == [receipts[0]] * senders
        assert len(set(receipts[0])) == len(batch["events"])
    check_tallies()


# Killed


def kill_while_all_send(server, screens, kills: int) -> list[Visitor]:
    enough = threading.Event()
    kinds = [Visitor, BatchVisitor]
    visitors = [kinds[n % 2](server, each, enough) for n, each in enumerate(screens)]
    threads = [threading.Thread(target=one.run) for one in visitors]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        before = sum(len(one.acknowledged) for one in visitors)
        goal = before + TAPS_BETWEEN_KILLS
        until(lambda g=goal: sum(len(one.acknowledged) for one in visitors) >= g)
        server.kill()
        server.start()
    enough.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return visitors


def test_no_acknowledged_tap_is_lost_or_doubled_when_the_server_is_killed(
    screens, server
):
    kills = FIGURES.server_kills
    visitors = kill_while_all_send(server, screens, kills)
    check_nothing_lost_nothing_twice(visitors)
    assert sum(one.resent for one in visitors) >= kills
    with reading() as session:
        kept = session.scalar(select(func.count(Rating.id)))
    assert kept >= kills * TAPS_BETWEEN_KILLS


@ON_SQLITE
@pytest.mark.parametrize("broken_server", ["replies_first"], indirect=True)
def test_the_check_sees_a_server_that_replies_before_it_commits(screens, broken_server):
    visitors = kill_while_all_send(broken_server, screens, 1)
    with pytest.raises(AssertionError, match="acknowledged are lost"):
        check_nothing_lost_nothing_twice(visitors)


# One server


def start_another(instance, **environment: str) -> subprocess.CompletedProcess[str]:
    other = RealServer(instance, **environment)
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"],
        cwd=TOP,
        env=other.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@ON_SQLITE
@pytest.mark.parametrize("folder", ["the same", "another"])
def test_a_second_server_on_one_database_is_refused(
    server, database_url, tmp_path, folder
):
    """Also when only the database is shared: the lock lies beside it."""
    instance = tmp_path if folder == "the same" else tmp_path / "elsewhere"
    instance.mkdir(exist_ok=True)
    second = start_another(instance, KIOSK_DATABASE_URL=database_url)
    assert second.returncode == 1
    assert second.stderr.splitlines()[-1] == (
        "Another server already runs on this database, or a long command does "
        f"({tmp_path / 'kiosk.db'}). Stop it first, or use PostgreSQL for many."
    )
    assert server.json("/healthz") == {"status": "ok"}


@ON_SQLITE
def test_a_server_that_ended_frees_its_database(server):
    server.stop()
    server.start()
    assert server.json("/healthz") == {"status": "ok"}
