"""A whole day of a hall ten times as busy as one, all of it behind one address."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from kiosk.domain.limits import check_address
from kiosk.extensions import reading, transaction, write
from kiosk.models import Hold, Rating
from kiosk.services.limits import count_form
from kiosk.services.visits import Visit, record_visit
from tests.builders import make_window
from tests.screens import HALL, phone_tap

PHONES, A_MINUTE, WINDOWS = 2_000, 28, 40
"""A third of 20,000 visitors in eight hours would be fourteen a minute."""


@pytest.mark.unmeasured
def test_of_two_thousand_phones_none_is_stopped_and_none_is_held(app, clock):
    with transaction() as session:
        windows = [make_window(session, f"A{nth:03}").id for nth in range(WINDOWS)]
    for first in range(0, PHONES, A_MINUTE):
        now = clock.forward(minutes=1)
        phones = range(first, min(first + A_MINUTE, PHONES))

        def minute(connection: Connection, phones=phones, now=now) -> None:
            for nth in phones:
                check_address(count_form(connection, b"a" * 32, now), None)
                tap = phone_tap(windows[nth % WINDOWS], 1 + nth % 5)
                own = f"own-secret-{tap.event_id.hex}"
                cookie = nth.to_bytes(32, "big")
                visit = Visit(tap=tap, own=own, cookie=cookie, printed_most=50)
                record_visit(connection, visit, HALL, now)

        write(minute)
    with reading() as session:
        assert session.scalar(select(func.count(Rating.id))) == PHONES
        assert session.scalar(select(func.count(Hold.id))) == 0
    assert timedelta(minutes=1) * (PHONES / A_MINUTE) < timedelta(hours=2)


def test_forms_are_counted_by_address_and_minute(app, clock):
    def count(address: bytes) -> int:
        return write(lambda connection: count_form(connection, address, clock()))

    assert [count(b"a" * 32), count(b"a" * 32), count(b"b" * 32)] == [1, 2, 1]
    clock.forward(minutes=1)
    assert count(b"a" * 32) == 1
