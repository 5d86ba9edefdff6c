"""The list of screens: one statement, however many there are."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.heartbeat import State
from kiosk.domain.opening import ALWAYS_OPEN
from kiosk.extensions import reading, recording, transaction
from kiosk.models import DeviceGap, DeviceReport
from kiosk.queries.devices import (
    DeviceLine,
    all_devices,
    device_by_token,
    paired_devices,
    pairing_link,
)
from kiosk.services.devices import revoke_device
from tests.conftest import NOON
from tests.screens import Screen, pair_screen
from tests.statements import statements


@pytest.mark.parametrize("screens", [1, 3])
def test_the_list_costs_one_statement(app, clock, screens):
    for number in range(screens):
        pair_screen(f"A00{number}", clock())
    with statements() as said, reading() as session:
        assert len(paired_devices(session, 1)) == screens
    assert len(said) == 1


def test_a_hall_without_screens_has_an_empty_list(app):
    with reading() as session:
        assert paired_devices(session, 1) == []
        assert device_by_token(session, b"") is None


def test_a_look_up_costs_one_statement(app, clock):
    screen = pair_screen("A001", clock())
    with statements() as said, reading() as session:
        assert device_by_token(session, screen.digest).id == screen.device_id
    assert len(said) == 1


def told(screen: Screen, **values: object) -> DeviceLine:
    """Let a screen have told something; return its line of the list."""
    with transaction() as session:
        session.execute(
            update(DeviceReport)
            .where(DeviceReport.device_id == screen.device_id)
            .values(**values)
        )
    with reading() as session:
        lines = paired_devices(session, 1)
    return next(line for line in lines if line.id == screen.device_id)


def test_missing_numbers_are_counted_over_all_gaps_of_the_screen(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    with transaction() as session:
        for first, last in ((3, 3), (7, 10)):
            session.add(DeviceGap(device_id=screen.device_id, first=first, last=last))
    with reading() as session:
        missing = {line.id: line.missing for line in paired_devices(session, 1)}
    assert missing == {screen.device_id: 5, other.device_id: 0}


@pytest.mark.parametrize(
    ("offset", "ahead"),
    [
        (None, None),
        (0, None),
        (120_000, None),
        (120_001, -timedelta(milliseconds=120_001)),
        (-300_000, timedelta(minutes=5)),
    ],
)
def test_a_clock_is_wrong_from_two_minutes_on(app, clock, offset, ahead):
    assert told(pair_screen("A001", clock()), offset_ms=offset).clock_ahead == ahead


def test_a_state_comes_from_the_last_report(app, clock):
    screen = pair_screen("A001", clock())
    ago = NOON - timedelta(minutes=5)
    stuck = told(screen, reported_at=NOON, waiting=1, oldest_at=ago)
    assert stuck.state(ALWAYS_OPEN, NOON) is State.NOT_SENDING
    # Delivered since: the time of what waited means nothing any more.
    empty = told(screen, waiting=0)
    assert empty.state(ALWAYS_OPEN, NOON) is State.WORKING
    assert told(screen, drawn_at=ago).state(ALWAYS_OPEN, NOON) is State.NOT_DRAWING
    assert (empty.is_tested, told(screen, tested_at=NOON).is_tested) == (False, True)


def test_withdrawn_screens_stand_only_in_the_list_of_all(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    with reading() as session:
        everyone = all_devices(session, 1)
        paired = paired_devices(session, 1)
    assert [line.id for line in paired] == [other.device_id]
    assert [(line.id, line.revoked_at) for line in everyone] == [
        (screen.device_id, NOON),
        (other.device_id, None),
    ]


def test_a_link_that_never_was_is_none(app):
    with reading() as session:
        assert pairing_link(session, 1) is None
