"""The list of screens: one statement, however many there are."""

import pytest

from kiosk.extensions import reading
from kiosk.queries.devices import device_by_token, paired_devices
from tests.screens import pair_screen
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
