"""`flask tablets pair`: a link for a window, in place of its only screen if asked."""

import pytest
from sqlalchemy import select

from kiosk.extensions import reading, transaction
from kiosk.models import Device, PairingLink, Window
from tests.builders import make_device, make_window
from tests.engines import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def window(app) -> Window:
    with transaction() as session:
        return make_window(session, "A001")


def pair(runner, *words: str):
    return runner.invoke(args=["tablets", "pair", *words])


def screens() -> list[bool]:
    """Return whether each screen was withdrawn, the oldest first."""
    with reading() as session:
        return [
            revoked is not None
            for revoked in session.scalars(
                select(Device.revoked_at).order_by(Device.id)
            )
        ]


def test_a_link_is_printed_and_leaves_other_screens_alone(
    runner, client, window, clock
):
    with transaction() as session:
        make_device(session, window, clock())
    done = pair(runner, "A001")
    assert done.exit_code == 0
    assert "works once" in done.output
    with reading() as session:
        [*_, link] = session.scalars(select(PairingLink).order_by(PairingLink.id))
    assert (link.window_id, link.replaces_id) == (window.id, None)


def test_the_only_screen_is_replaced_when_asked(app, runner, window, clock):
    with transaction() as session:
        make_device(session, window, clock())
    done = pair(runner, "A001", "--replace")
    assert done.exit_code == 0
    assert screens() == [False]
    with reading() as session:
        [*_, link] = session.scalars(select(PairingLink).order_by(PairingLink.id))
        assert link.replaces_id == session.scalars(select(Device.id)).one()


@pytest.mark.parametrize("there", [0, 2])
def test_replacing_needs_exactly_one_screen(runner, window, clock, there):
    for _ in range(there):
        with transaction() as session:
            make_device(session, window, clock())
    done = pair(runner, "A001", "--replace")
    assert done.exit_code == 1
    assert f"has {there} paired screens, not one" in done.output
    with reading() as session:
        assert len(session.scalars(select(PairingLink)).all()) == there


def test_a_window_that_is_not_there_is_named(runner, window):
    done = pair(runner, "Z999")
    assert done.exit_code == 1
    assert "Z999" in done.output
