"""Screens: a pairing link works once and in time; a withdrawn screen is a stranger."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.errors import LinkSpent
from kiosk.domain.policy import NotOpen
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Centre, Device, DeviceStay, LedgerEntry, PairingLink, Window
from kiosk.queries.devices import (
    DeviceView,
    device_by_token,
    devices_at,
    known_device,
    paired_devices,
    pairing_window,
)
from kiosk.services.devices import (
    LINK_LIFE,
    make_pairing_link,
    move_device,
    note_heartbeat,
    offer_pairing,
    pair_device,
    rename_device,
    revoke_device,
)
from tests.builders import make_window
from tests.conftest import NOON
from tests.screens import pair_screen

PATIENCE = 30
TICK = timedelta(microseconds=1)


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def link(window, clock) -> str:
    with transaction() as session:
        return make_pairing_link(session, window, clock())


def pair(link: str, now) -> str:
    with transaction() as session:
        return pair_device(session, link, now)


def test_a_link_makes_a_screen_of_its_window(window, link, clock):
    now = clock.forward(minutes=3)
    secret = pair(link, now)
    with reading() as session:
        device = session.scalars(select(Device)).one()
        spent = session.scalars(select(PairingLink)).one()
        where = session.get_one(Window, window)
        seen = device_by_token(session, token_hash(secret))
    assert (device.centre_id, device.window_id) == (1, window)
    assert (device.paired_at, device.last_heard_at, device.last_delivery_at) == (
        now,
        now,
        now,
    )
    assert (device.revoked_at, device.last_sequence, device.last_event_id) == (
        None,
        0,
        None,
    )
    assert (spent.used_at, spent.device_id) == (now, device.id)
    assert seen == DeviceView(device.id, window, 0, device.code, where.code)


def test_secrets_are_stored_only_as_hashes(link, clock):
    secret = pair(link, clock())
    with reading() as session:
        stored = [
            *session.scalars(select(Device.token_hash)),
            *session.scalars(select(PairingLink.token_hash)),
        ]
    assert stored == [token_hash(secret), token_hash(link)]


def test_a_link_works_once(link, clock):
    pair(link, clock())
    with pytest.raises(LinkSpent):
        pair(link, clock())
    with reading() as session:
        assert len(session.scalars(select(Device)).all()) == 1


@pytest.mark.parametrize(
    ("age", "works"),
    [(LINK_LIFE - TICK, True), (LINK_LIFE, False), (LINK_LIFE + TICK, False)],
)
def test_a_link_lives_ten_minutes(window, link, clock, age, works):
    assert timedelta(minutes=10) == LINK_LIFE
    with reading() as session:
        shown = pairing_window(session, token_hash(link), NOON + age)
    assert shown == (window if works else None)
    if works:
        assert pair(link, NOON + age)
        return
    with pytest.raises(LinkSpent):
        pair(link, NOON + age)


@pytest.mark.parametrize("token", ["", "x", "\x00", "' OR 1=1 --"])
def test_an_invented_link_is_refused(window, clock, token):
    with pytest.raises(LinkSpent):
        pair(token, clock())
    with reading() as session:
        assert pairing_window(session, token_hash(token), clock()) is None


def test_looking_at_a_link_does_not_use_it_up(window, link, clock):
    for _ in range(3):
        with reading() as session:
            assert pairing_window(session, token_hash(link), clock()) == window
    assert pair(link, clock())
    with reading() as session:
        assert pairing_window(session, token_hash(link), clock()) is None


def test_of_eight_browsers_with_one_link_exactly_one_becomes_the_screen(app, link):
    together = threading.Barrier(8, timeout=PATIENCE)
    made: list[str] = []
    refused: list[type[BaseException]] = []

    def open_link() -> None:
        try:
            with app.app_context():
                together.wait()
                made.append(pair(link, NOON))
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            refused.append(type(failed))

    threads = [threading.Thread(target=open_link) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(made) == 1
    assert refused == [LinkSpent] * 7
    with reading() as session:
        assert session.scalars(select(Device.token_hash)).all() == [token_hash(made[0])]


def test_a_heartbeat_moves_nothing_but_the_time_it_was_heard(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    later = clock.forward(minutes=5)
    with transaction() as session:
        note_heartbeat(session, screen.device_id, later)
    with reading() as session:
        device = session.get_one(Device, screen.device_id)
        assert (device.last_heard_at, device.last_delivery_at) == (later, NOON)
        assert session.get_one(Device, other.device_id).last_heard_at == NOON


def test_a_withdrawn_screen_is_a_stranger_and_stays_so(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    with recording("test", clock.forward(days=1)) as records:
        revoke_device(records, screen.device_id)
    with reading() as session:
        assert device_by_token(session, screen.digest) is None
        assert known_device(session, screen.digest).revoked_at == NOON
        assert known_device(session, other.digest).revoked_at is None
        assert device_by_token(session, other.digest) is not None
        assert session.get_one(Device, screen.device_id).revoked_at == NOON


def test_the_list_has_paired_screens_by_window_number_newest_first(app, clock):
    second = pair_screen("A002", clock())
    first = pair_screen("A001", clock.forward(minutes=1))
    gone = pair_screen("A003", clock())
    with transaction() as session:
        link = make_pairing_link(session, first.window_id, clock())
        session.flush()
        newest = token_hash(pair_device(session, link, clock.forward(minutes=1)))
    with recording("test", clock()) as records:
        revoke_device(records, gone.device_id)
    with reading() as session:
        newest_id = device_by_token(session, newest).id
        lines = paired_devices(session, 1)
        elsewhere = paired_devices(session, 2)
    assert [(line.number, line.id) for line in lines] == [
        ("A001", newest_id),
        ("A001", first.device_id),
        ("A002", second.device_id),
    ]
    assert (lines[2].window_id, lines[2].window) == (second.window_id, "社保综合A002")
    assert (lines[2].paired_at, lines[2].last_heard_at) == (NOON, NOON)
    assert (lines[2].waiting, lines[2].missing, lines[2].is_tested) == (0, 0, False)
    assert elsewhere == []


def test_a_screen_is_renamed_and_moved_and_stays_known_where_it_stood(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    later = clock.forward(minutes=5)
    for _ in range(2):
        with recording("test", later) as records:
            rename_device(records, screen.device_id, "柜台左侧")
            move_device(records, screen.device_id, other.window_id)
    with reading() as session:
        device = session.get_one(Device, screen.device_id)
        assert (device.name, device.window_id) == ("柜台左侧", other.window_id)
        stays = session.execute(
            select(DeviceStay.window_id, DeviceStay.since).where(
                DeviceStay.device_id == screen.device_id
            )
        ).all()
        assert sorted(stays) == [(screen.window_id, NOON), (other.window_id, later)]
        assert devices_at(session, screen.window_id) == []
        assert devices_at(session, other.window_id) == [
            screen.device_id,
            other.device_id,
        ]
    assert entries("device")[-2:] == [
        {"name": ["", "柜台左侧"]},
        {"window_id": [screen.window_id, other.window_id]},
    ]


def test_a_screen_that_is_moved_back_stays_known_since_the_first_time(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    for window in (other.window_id, screen.window_id):
        with recording("test", clock.forward(minutes=5)) as records:
            move_device(records, screen.device_id, window)
    with reading() as session:
        stay = (screen.device_id, screen.window_id)
        assert session.get_one(DeviceStay, stay).since == NOON
        assert devices_at(session, screen.window_id) == [screen.device_id]


def test_a_withdrawn_screen_is_neither_renamed_nor_moved(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    for key in (screen.device_id, 999):
        with pytest.raises(NotOpen), recording("test", clock()) as records:
            rename_device(records, key, "x")
        with pytest.raises(NotOpen), recording("test", clock()) as records:
            move_device(records, key, other.window_id)


def test_a_screen_is_not_moved_to_another_hall_or_to_no_window(app, clock):
    screen = pair_screen("A001", clock())
    with transaction() as session:
        centre = Centre(code="c2", name="另一中心", time_zone="Asia/Shanghai")
        session.add(centre)
        session.flush()
        window = make_window(session, "B001")
        window.centre_id = centre.id
        key = window.id
    for elsewhere in (key, 999):
        with pytest.raises(NotOpen), recording("test", clock()) as records:
            move_device(records, screen.device_id, elsewhere)


def test_a_link_that_replaces_a_screen_ends_its_pairing_when_it_is_used(app, clock):
    old = pair_screen("A001", clock())
    with recording("account:3", clock()) as records:
        link = offer_pairing(records, 1, old.window_id, old.device_id)
    with reading() as session:
        assert session.get_one(Device, old.device_id).revoked_at is None
    later = clock.forward(minutes=2)
    digest = token_hash(pair(link, later))
    with reading() as session:
        new = known_device(session, digest)
        assert session.get_one(Device, old.device_id).revoked_at == later
        assert session.get_one(Device, new.id).predecessor_id == old.device_id
        assert devices_at(session, old.window_id) == [new.id]


def entries(kind: str) -> list[dict[str, list[object]]]:
    """Return what each change of a record changed, from the ledger."""
    with reading() as session:
        bodies = session.scalars(
            select(LedgerEntry.body)
            .where(LedgerEntry.kind == kind)
            .order_by(LedgerEntry.chain_id, LedgerEntry.number)
        ).all()
    told = []
    for body in map(json.loads, bodies):
        if body["before"] is None:
            continue
        before, after = body["before"], body["after"]
        told.append({n: [before[n], after[n]] for n in after if before[n] != after[n]})
    return told
