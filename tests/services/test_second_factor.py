"""The second factor: codes of the phone and codes on paper."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pyotp import TOTP, parse_uri
from sqlalchemy import select, update

from kiosk.domain.chain import canonical
from kiosk.domain.policy import Role
from kiosk.domain.sign_in import CodeWrong, FactorNeeded
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Account, LedgerEntry, RecoveryCode
from kiosk.queries.own_account import count_unused_codes
from kiosk.services.second_factor import (
    enrol_factor,
    factor_address,
    may_remove_factor,
    new_factor_secret,
    remove_factor,
    renew_codes,
    take_code,
)
from tests.engines import ON_SQLITE
from tests.people import make_account

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)


@pytest.fixture
def account(app, clock) -> int:
    return make_account("wang.li", Role.ORGANISER, clock())


@pytest.fixture
def enrolled(account, clock) -> int:
    """An account whose factor was set up a quarter of an hour ago."""
    enrol(account, clock() - timedelta(minutes=15))
    return account


def shown(moment) -> str:
    """Return what the phone shows at a moment."""
    return TOTP(SECRET).at(moment)


def enrol(account: int, now, code: str = "") -> list[str]:
    with recording(f"account:{account}", now) as records:
        return enrol_factor(records, account, SECRET, code or shown(now))


def takes(account: int, code: str, now) -> bool:
    with transaction() as session:
        return take_code(session, account, code, now)


def notes() -> list[tuple[str, str]]:
    with reading() as session:
        return list(
            session.execute(
                select(LedgerEntry.kind, LedgerEntry.body)
                .where(
                    LedgerEntry.chain_id == ORGANISATION,
                    LedgerEntry.kind == "account-security",
                )
                .order_by(LedgerEntry.number)
            ).tuples()
        )


def unused(account: int) -> int:
    with reading() as session:
        return count_unused_codes(session, account)


def test_a_fresh_secret_has_160_bits_and_no_twin():
    secrets = {new_factor_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {32}


def test_the_phone_reads_secret_login_and_product_from_the_code():
    read = parse_uri(factor_address(SECRET, "wang.li"))
    assert isinstance(read, TOTP)
    assert (read.secret, read.name, read.issuer) == (SECRET, "wang.li", "Window Kiosk")
    assert (read.digits, read.interval) == (6, 30)


def test_a_factor_is_set_up_with_the_code_that_the_phone_shows(account, clock):
    codes = enrol(account, clock())
    with reading() as session:
        kept = session.get_one(Account, account)
    assert (kept.totp_secret, kept.totp_confirmed_at) == (SECRET, clock())
    assert len(set(codes)) == 10
    assert unused(account) == 10


@ON_SQLITE
@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "٠١٢٣٤٥"])
def test_without_the_right_code_nothing_is_set_up(account, clock, code):
    with pytest.raises(CodeWrong):
        enrol(account, clock(), code or str((int(shown(clock())) + 1) % 10**6))
    with reading() as session:
        kept = session.get_one(Account, account)
    assert (kept.totp_secret, kept.totp_confirmed_at) == (None, None)
    assert unused(account) == 0
    assert notes() == []


def test_the_code_of_the_set_up_is_used_up_by_it(account, clock):
    enrol(account, clock())
    assert not takes(account, shown(clock()), clock())
    assert takes(account, shown(clock() + STEP), clock() + STEP)


def test_a_code_is_taken_once(enrolled, clock):
    assert takes(enrolled, shown(clock()), clock())
    assert not takes(enrolled, shown(clock()), clock())
    assert not takes(enrolled, shown(clock()), clock.forward(seconds=20))


def test_an_earlier_code_is_not_taken_after_a_later_one(enrolled, clock):
    assert takes(enrolled, shown(clock()), clock())
    assert not takes(enrolled, shown(clock() - STEP), clock())
    assert takes(enrolled, shown(clock() + STEP), clock())


@ON_SQLITE
@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_one_step_of_tolerance_on_either_side(enrolled, clock, steps, taken):
    assert takes(enrolled, shown(clock() + steps * STEP), clock()) is taken


def test_digits_may_be_typed_in_groups_or_full_width(enrolled, clock):
    code = shown(clock())
    assert takes(enrolled, f" {code[:3]} {code[3:]} ", clock())
    later = clock() + STEP
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in shown(later))
    assert takes(enrolled, wide, later)


def test_of_two_who_send_the_same_code_at_once_one_gets_in(app, enrolled, clock):
    def one(_number: int) -> bool:
        with app.app_context():
            return takes(enrolled, shown(clock()), clock())

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(12))) == 1


def test_a_secret_that_is_not_confirmed_opens_nothing(account, clock):
    with transaction() as session:
        session.execute(update(Account).values(totp_secret=SECRET))
    assert not takes(account, shown(clock()), clock())


def test_an_account_without_a_factor_takes_no_code(account, clock):
    assert not takes(account, shown(clock()), clock())
    assert not takes(account, "", clock())


def test_each_code_on_paper_opens_once(account, clock):
    codes = enrol(account, clock())
    assert takes(account, codes[3], clock())
    assert not takes(account, codes[3], clock())
    assert takes(account, codes[4].upper().replace("-", " "), clock())
    assert unused(account) == 8


def test_a_code_on_paper_is_one_of_ones_own(account, clock):
    codes = enrol(account, clock())
    other = make_account("li.na", Role.MANAGER, clock())
    assert not takes(other, codes[0], clock())
    assert takes(account, codes[0], clock())


def test_codes_on_paper_are_kept_as_hashes(account, clock):
    codes = enrol(account, clock())
    with reading() as session:
        rows = session.scalars(select(RecoveryCode)).all()
    assert {len(row.code_hash) for row in rows} == {32}
    kept = b"".join(row.code_hash for row in rows)
    assert not any(code.encode() in kept for code in codes)


def test_fresh_codes_make_the_old_ones_void(enrolled, clock):
    old = enrol(enrolled, clock())
    with recording(f"account:{enrolled}", clock()) as records:
        fresh = renew_codes(records, enrolled)
    assert set(fresh).isdisjoint(old)
    assert not takes(enrolled, old[0], clock())
    assert takes(enrolled, fresh[0], clock())


def test_a_new_phone_takes_the_place_of_the_old_one(enrolled, clock):
    other = new_factor_secret()
    with recording(f"account:{enrolled}", clock()) as records:
        enrol_factor(records, enrolled, other, TOTP(other).at(clock()))
    later = clock() + STEP
    assert not takes(enrolled, shown(later), later)
    assert takes(enrolled, TOTP(other).at(later), later)


def test_a_viewer_may_turn_the_factor_off(app, clock):
    viewer = make_account("zhao", Role.VIEWER, clock())
    codes = enrol(viewer, clock())
    with recording(f"account:{viewer}", clock()) as records:
        remove_factor(records, viewer)
    with reading() as session:
        kept = session.get_one(Account, viewer)
    assert (kept.totp_secret, kept.totp_confirmed_at) == (None, None)
    assert not takes(viewer, codes[0], clock())
    assert unused(viewer) == 0


@ON_SQLITE
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.VIEWER}))
def test_nobody_else_may_turn_it_off(app, clock, role):
    account = make_account("somebody", role, clock())
    enrol(account, clock())
    with (
        pytest.raises(FactorNeeded),
        recording(f"account:{account}", clock()) as records,
    ):
        remove_factor(records, account)
    assert unused(account) == 10


def test_a_viewer_of_whom_it_is_asked_keeps_it(app, clock):
    viewer = make_account("zhao", Role.VIEWER, clock())
    with transaction() as session:
        assert may_remove_factor(session, viewer)
        session.execute(update(Account).values(factor_required=True))
        assert not may_remove_factor(session, viewer)


def test_the_ledger_says_what_was_done_and_no_secret(app, clock):
    viewer = make_account("zhao", Role.VIEWER, clock())
    codes = enrol(viewer, clock())
    with recording(f"account:{viewer}", clock()) as records:
        renew_codes(records, viewer)
        remove_factor(records, viewer)
    told = [
        canonical(
            {"account": viewer, "what": what, "at": clock(), "by": f"account:{viewer}"}
        )
        for what in ["factor-enrolled", "recovery-codes-renewed", "factor-removed"]
    ]
    assert notes() == [("account-security", body) for body in told]
    assert not any(code in body for code in [SECRET, *codes] for _, body in notes())
