"""Install mode: codes live ten minutes, work once, and are not more than allowed."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kiosk.domain.install_codes import (
    CODE_LIFE,
    LIVE_MOST,
    CodeTaken,
    CodeUnknown,
    TooManyCodes,
)
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device, InstallCode, PairingLink
from kiosk.queries.devices import device_by_token, pairing_link
from kiosk.services import installing
from kiosk.services.devices import Place, pair_device
from kiosk.services.installing import (
    ShownCode,
    find_code,
    give_window,
    show_code,
    shown_code,
)
from tests.builders import make_window
from tests.conftest import NOON
from tests.screens import pair_screen

TICK = timedelta(microseconds=1)
PATIENCE = 30


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


def show(now) -> tuple[ShownCode, str]:
    with transaction() as session:
        return show_code(session, now)


def give(code: str, window: int, now, *, replaces: int | None = None) -> int:
    with recording("account:3", now) as records:
        return give_window(records, 1, code, Place(window, replaces))


def look(secret: str, now) -> ShownCode | None:
    with reading() as session:
        return shown_code(session, token_hash(secret), now)


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_the_same_browser_sees_the_same_code_until_it_ends(app):
    shown, secret = show(NOON)
    assert shown == ShownCode(shown.code, NOON + CODE_LIFE, given=False)
    assert look(secret, NOON + CODE_LIFE - TICK) == shown
    assert look(secret, NOON + CODE_LIFE) is None
    assert look("another", NOON) is None
    with reading() as session:
        kept = session.scalars(select(InstallCode)).one()
        assert kept.secret_hash == token_hash(secret)


def test_codes_that_ended_are_deleted_on_the_way(app):
    first, _ = show(NOON)
    show(NOON + CODE_LIFE - TICK)
    assert count(InstallCode) == 2
    show(NOON + CODE_LIFE)
    assert count(InstallCode) == 2
    with pytest.raises(CodeUnknown), reading() as session:
        find_code(session, first.code, NOON)


def test_two_hundred_live_codes_are_the_most(app):
    for _ in range(LIVE_MOST):
        show(NOON)
    with pytest.raises(TooManyCodes):
        show(NOON + CODE_LIFE - TICK)
    assert count(InstallCode) == LIVE_MOST == 200
    show(NOON + CODE_LIFE)
    assert count(InstallCode) == 1


def test_no_two_live_codes_are_the_same(app, monkeypatch):
    first, _ = show(NOON)
    drawn = iter([first.code, first.code, "CCCCCC"])
    monkeypatch.setattr(installing, "new_install_code", lambda: next(drawn))
    assert show(NOON)[0].code == "CCCCCC"


def test_a_browser_that_is_given_a_window_becomes_its_screen(window, clock):
    shown, secret = show(clock())
    now = clock.forward(minutes=9)
    link = give(shown.code.lower(), window, now)
    assert look(secret, now).given
    with transaction() as session:
        own = pair_device(session, secret, clock.forward(seconds=3))
    with reading() as session:
        device = device_by_token(session, token_hash(own))
        assert device.window_id == window
        told = pairing_link(session, link)
        assert (told.device_id, told.tested_at) == (device.id, None)


def test_what_was_given_can_be_taken_up_as_long_as_a_link_lives(window):
    shown, secret = show(NOON)
    late = NOON + CODE_LIFE - TICK
    give(shown.code, window, late)
    assert look(secret, late + CODE_LIFE - TICK).given
    assert look(secret, late + CODE_LIFE) is None


@pytest.mark.parametrize("typed", ["CCCCCC", "", "0OIL12", "' OR 1=1 --"])
def test_a_code_that_no_tablet_shows_is_refused(window, typed):
    show(NOON)
    with pytest.raises(CodeUnknown):
        give(typed, window, NOON)
    assert count(PairingLink) == 0


@pytest.mark.parametrize("age", [CODE_LIFE, CODE_LIFE + TICK])
def test_a_code_dies_after_ten_minutes(window, age):
    shown, _ = show(NOON)
    with pytest.raises(CodeUnknown):
        give(shown.code, window, NOON + age)
    assert count(PairingLink) == 0


def test_a_code_works_once(window):
    shown, _ = show(NOON)
    give(shown.code, window, NOON)
    with pytest.raises(CodeTaken):
        give(shown.code, window, NOON)
    with pytest.raises(CodeTaken), reading() as session:
        find_code(session, shown.code, NOON)
    assert count(PairingLink) == 1


def test_of_four_organisers_with_one_code_exactly_one_wins(app, window):
    shown, _ = show(NOON)
    together = threading.Barrier(4, timeout=PATIENCE)
    made: list[int] = []
    refused: list[type[BaseException]] = []

    def type_it() -> None:
        try:
            with app.app_context():
                together.wait()
                made.append(give(shown.code, window, NOON))
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            refused.append(type(failed))

    threads = [threading.Thread(target=type_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(made) == 1
    assert refused == [CodeTaken] * 3
    assert count(PairingLink) == 1


def test_the_new_tablet_takes_the_place_of_the_old_one(app, clock):
    old = pair_screen("A001", clock())
    shown, secret = show(clock())
    link = give(shown.code, old.window_id, clock(), replaces=old.device_id)
    with transaction() as session:
        pair_device(session, secret, clock())
    with reading() as session:
        assert session.get_one(Device, old.device_id).revoked_at == NOON
        assert pairing_link(session, link).replaces_id == old.device_id
