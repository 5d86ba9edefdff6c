"""The sender: who is told what on which day, once, and what a bad server costs."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kiosk.domain.mail import Trouble
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.extensions.mail import MailSender
from kiosk.extensions.mail_post import Postman
from kiosk.models import Account, Case, Installation, LedgerEntry, MailMessage, Unit
from kiosk.services.mail import TakenMail, set_address
from tests.builders import make_window
from tests.case_acts import Acts
from tests.conftest import NOON
from tests.mail_servers import MailServer, mail_server
from tests.people import make_account
from tests.waiting import until

SECRET = "窗口态度差，电话13812345678"
LINK = "https://pingjia.example.org/manage"
FRIDAY, SATURDAY = timedelta(days=1), timedelta(days=2)


@pytest.fixture
def unit(app) -> int:
    return make_unit("A001", "市人社局")


@pytest.fixture
def acts(unit, clock) -> Acts:
    return Acts(clock, unit)


def make_unit(window: str, name: str) -> int:
    with transaction() as session:
        make_window(session, window, unit=name)
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def person(role: Role, unit: int | None = None, address: str = "") -> int:
    """Make somebody who gave an address, unless it is empty; return the key."""
    key = make_account(str(role), role, NOON, unit)
    with recording(f"account:{key}", NOON) as records:
        set_address(records, key, address or f"{role}@example.org")
    return key


@pytest.fixture
def manager(unit) -> int:
    return person(Role.MANAGER, unit)


def sender(app, port: int = 1, seconds: float = 30.0, **more: object) -> MailSender:
    """Return a sender to a server of this machine; port 1: nobody listens."""
    known = app.extensions["kiosk"]
    settings = replace(
        known["settings"],
        smtp_host="localhost",
        smtp_port=port,
        smtp_security="none",
        smtp_from="pingjia@example.org",
        public_url="https://pingjia.example.org/",
    )
    app.extensions["kiosk"] = known | {"settings": settings}
    return MailSender(app, postman=Postman(settings, seconds, seconds), **more)


@contextmanager
def serving(app, replies=None) -> Iterator[tuple[MailSender, MailServer]]:
    with mail_server(replies) as server:
        yield sender(app, server.port), server


def queue() -> list[MailMessage]:
    with reading() as session:
        return list(session.scalars(select(MailMessage).order_by(MailMessage.id)))


def told(server: MailServer) -> list[tuple[str, str]]:
    """Return to whom, and the Chinese lines."""
    return [
        (mail["To"], [line for line in body(mail).splitlines() if line.endswith("件")])
        for mail in server.mails
    ]


def body(mail) -> str:
    return mail.get_content().replace("\r\n", "\n")


def test_a_manager_is_told_once_a_day_how_much_waits(app, acts, manager, clock):
    acts.opened()
    acts.opened()
    with serving(app) as (one, server):
        assert [one.look(), one.look()] == [1, 0]
        clock.forward(hours=1)
        assert one.look() == 0
        clock.now = NOON + FRIDAY
        assert one.look() == 1
    assert told(server) == [
        ("manager@example.org", ["- 待受理：2 件"]),
        ("manager@example.org", ["- 今日到期：2 件"]),
    ]
    assert LINK in body(server.mails[0])
    assert [mail.trouble for mail in queue()] == ["", ""]
    assert [mail.sent_at for mail in queue()] == [NOON, clock()]


def test_whoever_has_nothing_to_do_gets_nothing(app, unit, manager):
    with serving(app) as (one, server):
        assert one.look() == 0
    assert (server.heard, queue()) == ([], [])


@pytest.mark.parametrize("moment", [SATURDAY, timedelta(hours=-4, microseconds=-1)])
def test_nobody_is_told_on_a_day_off_or_before_eight(app, acts, manager, clock, moment):
    acts.opened()
    clock.now = NOON + moment
    with serving(app) as (one, _):
        assert one.look() == 0
    assert queue() == []


def test_without_a_mail_server_nothing_is_written(app, acts, manager):
    acts.opened()
    assert MailSender(app).look() == 0
    assert queue() == []


def test_a_demonstration_tells_nobody(app, acts, manager):
    acts.opened()
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=True))
    with serving(app) as (one, _):
        assert one.look() == 0
    assert queue() == []


def test_only_those_in_charge_are_told(app, acts, unit):
    acts.opened()
    person(Role.MANAGER, make_unit("B001", "市医保局"))
    make_account("silent", Role.MANAGER, NOON, unit)
    person(Role.CLERK)
    person(Role.VIEWER)
    with serving(app) as (one, _):
        assert one.look() == 0


def test_what_goes_up_reaches_the_handler_first_and_then_the_organiser(app, acts, unit):
    key = acts.opened()
    person(Role.CASE_HANDLER)
    person(Role.ORGANISER)
    told_of = []
    for level in (0, 1, 2):
        with transaction() as session:
            session.execute(update(Case).where(Case.id == key).values(raised=level))
            session.query(MailMessage).delete()
        with serving(app) as (one, server):
            one.look()
        told_of.append(sorted(address for address, _ in told(server)))
    handler, organiser = "case-handler@example.org", "organiser@example.org"
    assert told_of == [[], [handler], [handler, organiser]]


def test_what_is_held_for_unfounded_waits_for_a_handler(app, acts):
    acts.doubt(acts.accepted())
    person(Role.CASE_HANDLER)
    with serving(app) as (one, server):
        one.look()
    assert told(server) == [("case-handler@example.org", ["- 待裁定：1 件"])]


def test_no_word_of_a_citizen_or_name_of_a_case_leaves(app, acts, manager, unit):
    key = acts.opened()
    with transaction() as session:
        number = session.get_one(Case, key).number
    acts.answer(acts.accepted())
    acts.pause(acts.accepted(), SECRET)
    with serving(app) as (one, server):
        assert one.look() == 1
    [mail] = server.mails
    whole = f"{mail['Subject']}\n{body(mail)}"
    assert not [each for each in (SECRET, "138", number, "A001") if each in whole]


def test_a_server_that_is_down_loses_nothing(app, acts, manager, clock):
    acts.opened()
    one = sender(app)
    assert one.look() == 1
    [waits] = queue()
    assert (waits.trouble, waits.tries) == (Trouble.UNREACHABLE, 1)
    assert waits.next_try_at == clock() + timedelta(minutes=1)
    assert one.look() == 0
    clock.forward(minutes=1)
    with serving(app) as (two, server):
        assert two.look() == 1
    assert [mail["Message-ID"] for mail in server.mails] == [
        f"<{waits.message_id}@example.org>"
    ]


def test_a_server_that_hangs_holds_no_transaction_and_only_its_own_notice(
    app, acts, unit, manager, clock
):
    acts.opened()
    person(Role.CASE_HANDLER)
    acts.doubt(acts.accepted())
    with mail_server({"BANNER": "…"}) as server:
        one = sender(app, server.port)
        with ThreadPoolExecutor(1) as pool:
            looked = pool.submit(one.look)
            until(lambda: queue() and queue()[0].tries)
            # Somebody else writes meanwhile: nothing is held.
            acts.opened()
            server.ending.set()
            assert looked.result() == 1
    assert [mail.tries for mail in queue()] == [1, 0]
    assert queue()[0].trouble == Trouble.BROKEN


def test_one_address_that_is_refused_keeps_nothing_from_the_others(app, acts, unit):
    acts.opened()
    person(Role.MANAGER, unit)
    acts.doubt(acts.accepted())
    person(Role.CASE_HANDLER)
    with serving(app, {"RCPT": "550 unknown"}) as (one, server):
        assert one.look() == 2
    assert {mail.trouble for mail in queue()} == {Trouble.RECIPIENT}
    assert {mail.next_try_at for mail in queue()} == {None}
    assert server.taken == []


def test_a_server_that_dies_after_it_took_the_message_gets_the_same_again(
    app, acts, manager, clock
):
    acts.opened()
    with serving(app, {"BODY": ""}) as (one, server):
        assert one.look() == 1
        del server.replies["BODY"]
        clock.forward(minutes=1)
        assert one.look() == 1
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert queue()[0].sent_at == clock()


def test_of_two_senders_each_notice_leaves_once(app, acts, unit, manager):
    acts.opened()
    acts.doubt(acts.accepted())
    person(Role.CASE_HANDLER)
    with mail_server() as server:
        both = [sender(app, server.port) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            tries = sum(pool.map(MailSender.look, both))
    assert (tries, len(server.taken)) == (2, 2)


def test_what_fails_is_logged_without_the_address(app, acts, manager, caplog):
    acts.opened()
    with serving(app, {"RCPT": "550 manager@example.org is unknown"}) as (one, _):
        one.look()
    assert "example.org" not in caplog.text
    with reading() as session:
        bodies = session.scalars(select(LedgerEntry.body)).all()
    assert "manager@example.org" not in json.dumps(bodies)


def test_a_failure_of_our_own_does_not_end_the_thread(app, acts, manager, caplog):
    class Broken(Postman):
        def post(self, _: TakenMail) -> str:
            raise RuntimeError("full")

    acts.opened()
    one = sender(app)
    one._postman = Broken(one._settings)
    assert one.look() == 0
    assert "it is tried again" in caplog.text
    assert queue()[0].next_try_at == NOON + timedelta(minutes=5)


def test_the_thread_sends_until_it_is_stopped(app, acts, manager):
    acts.opened()
    with mail_server() as server:
        one = sender(app, server.port, every=0.01)
        one.start()
        until(lambda: server.taken)
        one.stop()
        one.join(30)
    assert not one.is_alive()
    assert len(server.taken) == 1


def test_an_address_taken_out_meanwhile_stops_the_notice(app, acts, manager, clock):
    acts.opened()
    sender(app).look()
    with transaction() as session:
        session.get_one(Account, manager).email = None
    clock.forward(minutes=1)
    with serving(app) as (one, server):
        assert one.look() == 1
    assert (server.heard, queue()[0].trouble) == ([], Trouble.NO_ADDRESS)
    assert queue()[0].next_try_at is None
