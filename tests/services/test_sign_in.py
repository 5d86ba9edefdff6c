"""Sessions of signed-in browsers, and the browsers that are known."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, KnownDevice, LedgerEntry, SignIn
from kiosk.queries.accounts import person_by_sign_in
from kiosk.queries.own_account import (
    candidate_by_id,
    candidate_by_login,
    open_sessions,
)
from kiosk.services.sign_in import (
    begin_sign_in,
    change_password,
    end_all_sign_ins,
    end_own_sign_in,
    end_sign_in,
    forget_devices,
    know_device,
    known_device,
    note_seen,
    renew_hash,
)
from tests.people import make_account


@pytest.fixture
def wang(app, clock) -> int:
    return make_account("wang.li", Role.ORGANISER, clock())


@pytest.fixture
def li(app, clock) -> int:
    return make_account("li.na", Role.VIEWER, clock())


def begin(account: int, now, agent: str = "Firefox · Linux") -> str:
    with transaction() as session:
        return begin_sign_in(session, account, agent, now)


def who(secret: str):
    with reading() as session:
        return person_by_sign_in(session, token_hash(secret))


def is_in(secret: str) -> bool:
    return who(secret) is not None


def browsers(account: int, now) -> list[str]:
    with reading() as session:
        found = open_sessions(
            session,
            account,
            seen=now - timedelta(minutes=30),
            begun=now - timedelta(hours=12),
        )
    return [one.agent for one in found]


def test_a_session_belongs_to_who_has_its_secret(wang, li, clock):
    first, second = begin(wang, clock()), begin(li, clock())
    assert (who(first).login, who(second).login) == ("wang.li", "li.na")
    assert who(first).signed_in_at == clock()
    assert not who(first).factor_passed
    assert who("guessed") is None


def test_every_session_has_a_secret_of_its_own_and_only_its_hash_is_kept(wang, clock):
    secrets = {begin(wang, clock()) for _ in range(5)}
    assert len(secrets) == 5
    with reading() as session:
        kept = set(session.scalars(select(SignIn.token_hash)))
    assert kept == {token_hash(secret) for secret in secrets}


def test_a_session_that_was_used_says_when(wang, clock):
    secret = begin(wang, clock())
    with transaction() as session:
        note_seen(session, who(secret).sign_in_id, clock.forward(minutes=5))
    assert who(secret).seen_at == clock()


def test_an_ended_session_stays_ended_at_its_first_end(wang, clock):
    secret = begin(wang, clock())
    key, end = who(secret).sign_in_id, clock.forward(minutes=1)
    for moment in (end, clock.forward(minutes=1)):
        with transaction() as session:
            end_sign_in(session, key, moment)
    assert not is_in(secret)
    with reading() as session:
        assert session.get_one(SignIn, key).ended_at == end


def test_one_ends_ones_own_sessions_only(wang, li, clock):
    mine, theirs = begin(wang, clock()), begin(li, clock())
    with transaction() as session:
        assert not end_own_sign_in(session, wang, who(theirs).sign_in_id, clock())
        assert not end_own_sign_in(session, wang, 10**6, clock())
    assert is_in(theirs)
    with transaction() as session:
        assert end_own_sign_in(session, wang, who(mine).sign_in_id, clock())
    assert not is_in(mine)


def test_all_others_end_and_nobody_elses(wang, li, clock):
    mine, others, theirs = (
        begin(wang, clock()),
        [begin(wang, clock()) for _ in range(2)],
        begin(li, clock()),
    )
    with transaction() as session:
        end_all_sign_ins(session, wang, clock(), kept=who(mine).sign_in_id)
    assert is_in(mine)
    assert is_in(theirs)
    assert not any(is_in(other) for other in others)
    with transaction() as session:
        end_all_sign_ins(session, wang, clock())
    assert not is_in(mine)
    assert is_in(theirs)


def test_a_disabled_account_is_out_at_once_and_cannot_come_in(wang, clock):
    secret = begin(wang, clock())
    with recording("test", clock()) as records:
        records.change(Account, 0, wang, {"disabled_at": clock()})
    assert not is_in(secret)
    with reading() as session:
        assert candidate_by_login(session, "wang.li") is None
        assert candidate_by_id(session, wang) is None


def test_a_candidate_needs_a_factor_that_is_asked_for_or_enrolled(wang, clock):
    def needs() -> tuple[bool, bool]:
        with reading() as session:
            found = candidate_by_login(session, "wang.li")
            assert found == candidate_by_id(session, wang)
        return found.factor_required, found.factor_enrolled

    assert needs() == (False, False)
    with transaction() as session:
        session.execute(update(Account).values(factor_required=True))
    assert needs() == (True, False)
    enrolled = {"factor_required": False, "totp_confirmed_at": clock()}
    with transaction() as session:
        session.execute(update(Account).values(**enrolled))
    assert needs() == (True, True)


def test_open_sessions_are_those_that_have_not_timed_out(wang, li, clock):
    begin(wang, clock() - timedelta(hours=12, seconds=1), "too old")
    with transaction() as session:
        session.execute(update(SignIn).values(seen_at=clock()))
    begin(wang, clock() - timedelta(minutes=30, seconds=1), "idle")
    begin(wang, clock() - timedelta(minutes=30), "just in time")
    begin(li, clock(), "somebody else's")
    ended = begin(wang, clock(), "ended")
    with transaction() as session:
        end_sign_in(session, who(ended).sign_in_id, clock())
    begin(wang, clock(), "last")
    assert browsers(wang, clock()) == ["last", "just in time"]


def test_a_new_password_ends_every_session_and_forgets_every_browser(wang, li, clock):
    secrets, other = [begin(wang, clock()) for _ in range(2)], begin(li, clock())
    with transaction() as session:
        mine = know_device(session, wang, clock())
        theirs = know_device(session, li, clock())
    with recording(f"account:{wang}", clock()) as records:
        change_password(records, wang, "a new hash")
    assert not any(is_in(secret) for secret in secrets)
    assert is_in(other)
    with reading() as session:
        assert session.get_one(Account, wang).password_hash == "a new hash"
        assert session.get_one(Account, li).password_hash == ""
        assert known_device(session, wang, [token_hash(mine)]) is None
        assert known_device(session, li, [token_hash(theirs)]) is not None
        last = session.scalars(
            select(LedgerEntry).order_by(LedgerEntry.number.desc())
        ).first()
    assert last.kind == "account-security"
    assert '"what":"password-changed"' in last.body
    assert f'"account":{wang}' in last.body
    assert "a new hash" not in last.body


def test_a_renewed_hash_never_brings_an_old_password_back(wang, clock):
    with transaction() as session:
        session.execute(update(Account).values(password_hash="old"))
        renew_hash(session, wang, "old", "the same, by today's costs")
        renew_hash(session, wang, "old", "too late")
    with reading() as session:
        kept = session.get_one(Account, wang).password_hash
    assert kept == "the same, by today's costs"


def test_a_browser_is_known_to_those_who_signed_in_there(wang, li, clock):
    with transaction() as session:
        secret = know_device(session, wang, clock())
    with reading() as session:
        digests = [token_hash("other"), token_hash(secret)]
        [kept] = session.scalars(select(KnownDevice))
        assert known_device(session, wang, digests) == kept.id
        assert known_device(session, li, digests) is None
        assert known_device(session, wang, []) is None
    assert kept.token_hash == token_hash(secret)


def test_browsers_are_forgotten_but_the_one_that_is_kept(wang, li, clock):
    with transaction() as session:
        kept, gone, theirs = (
            know_device(session, account, clock()) for account in (wang, wang, li)
        )
        forget_devices(session, wang, [token_hash(kept)])
    with reading() as session:
        assert known_device(session, wang, [token_hash(kept)]) is not None
        assert known_device(session, wang, [token_hash(gone)]) is None
        assert known_device(session, li, [token_hash(theirs)]) is not None


def test_a_browser_is_known_for_four_hundred_days(wang, clock):
    with transaction() as session:
        know_device(session, wang, clock())
        know_device(session, wang, clock.forward(seconds=1))
        know_device(session, wang, clock() + timedelta(days=400))
    with reading() as session:
        made = sorted(session.scalars(select(KnownDevice.created_at)))
    assert made == [clock(), clock() + timedelta(days=400)]
