"""A hall that has been lived in: at least one row in every table of a backup."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    AddressMinute,
    Base,
    CalendarDay,
    Clerk,
    Contact,
    ContactOpening,
    Hold,
    InstallCode,
    Integration,
    Invitation,
    KnownDevice,
    LedgerEntry,
    OpeningHours,
    PhoneDay,
    Posting,
    Rating,
    RecoveryCode,
    ServedDay,
    ServedPress,
    Shift,
    ShiftProposal,
    SignIn,
    SignInTry,
    SlotUse,
    Ticket,
    Unit,
    Webhook,
    WebhookMessage,
    Window,
)
from kiosk.services.backup import in_key_order
from kiosk.services.checkpoints import Signer, sign_checkpoints
from kiosk.services.devices import make_pairing_link
from kiosk.services.installation import make_organiser_link, set_up
from tests.lived_in_campaigns import add_campaign
from tests.lived_in_cases import add_cases
from tests.people import make_account
from tests.screens import Screen, keep, pair_screen, phone_tap

WORDS = "等了很久，态度很好 𠮷🙂 \u2028'\"\\"


@dataclass
class Hall:
    """What a test goes on with."""

    screen: Screen
    organisation: str = "市政务服务局"


def live_in(now: datetime) -> Hall:
    """Fill the empty installation of the application context."""
    with recording("test", now) as records:
        set_up(records, "市政务服务局", "市政务服务中心", "Asia/Shanghai")
    organiser = make_account("zhang", Role.ORGANISER, now)
    screen = pair_screen("A001", now)
    with transaction() as session:
        centre = session.get_one(Window, screen.window_id).centre_id
    _add_staff(centre, organiser, screen.window_id, now)
    _add_passing(organiser, now)
    key = Ed25519PrivateKey.generate()
    signer = Signer(key.public_key().public_bytes_raw(), key.sign)
    with recording("test", now) as records:
        sign_checkpoints(records, signer)
    for nth in range(7):
        screen.rate(1 + nth % 5, now + timedelta(seconds=6 * nth))
    bad = screen.rate(1, now + timedelta(minutes=1), sequence=20, own="k" * 32)
    screen.send([screen.reasons(bad, [211, 231])], now + timedelta(minutes=1))
    rating = _add_call(organiser, bad, now)
    add_cases(centre, organiser, rating, now)
    add_campaign(organiser, 1, now)
    keep(phone_tap(screen.window_id, 2, comment=WORDS), now)
    _add_outside(centre, screen.window_id, now)
    _add_looked_at(centre, screen.window_id, now)
    return Hall(screen)


def _add_outside(centre: int, window: int, now: datetime) -> None:
    """Add a system outside, what it opened, and what it is told."""
    with recording("test", now) as records:
        row = {
            "centre_id": centre,
            "name": "取号机",
            "scopes": "tickets:write",
            "key_hash": b"q" * 32,
            "created_at": now,
        }
        [integration] = records.add(Integration, centre, [row])
        hook = {
            "integration_id": integration,
            "url": "https://hotline.example/new",
            "secret": b"\x01sealed",
            "created_at": now,
            # As a restore leaves it, so that it changes nothing here.
            "stopped_at": now,
        }
        [webhook] = records.add(Webhook, centre, [hook])
    with transaction() as session:
        session.add(
            Ticket(
                code="k7m3qpxk7m",
                window_id=window,
                source=0,
                served_at=now - timedelta(hours=1),
                expires_at=now + timedelta(days=5),
                created_at=now,
                integration_id=integration,
                request_key="7",
                request_digest=b"g" * 32,
            )
        )
        session.add(
            WebhookMessage(
                webhook_id=webhook,
                message_id=UUID(int=7, version=4),
                body="{}",
                created_at=now,
            )
        )
        session.add(SlotUse(window_id=window, slot=7, nonce=2))
        session.add(AddressMinute(address=b"a" * 32, minute=7, n=1))
        session.add(PhoneDay(phone=b"p" * 32, window_id=window, day=now.date(), n=1))


def _add_looked_at(centre: int, window: int, now: datetime) -> None:
    """Add a heap that two people have looked at."""
    with transaction() as session:
        session.add(
            Hold(
                centre_id=centre,
                window_id=window,
                day=now.date(),
                bucket=60,
                channel=0,
                rule="burst",
                state=1,
                made_at=now,
                n=9,
            )
        )


def _add_staff(centre: int, organiser: int, window: int, now: datetime) -> None:
    today = now.date()
    with recording("test", now) as records:
        # The first ones of each pair point at the later ones.
        units = [{"centre_id": centre, "name": name} for name in ("一处", "二处")]
        first, second = records.add(Unit, centre, units)
        records.change(Unit, centre, first, {"parent_id": second})
        rows = [_clerk(centre, nth, today) for nth in (1, 2)]
        early, late = records.add(Clerk, centre, rows)
        records.change(
            Clerk, centre, early, {"successor_id": late, "account_id": organiser}
        )
        new = {"centre_id": centre, "code": "zzzzzzz", "number": "A002", "name": "新"}
        rest = {"location": "", "phone": "", "opened_on": today}
        [after] = records.add(Window, centre, [new | rest])
        records.change(Window, centre, window, {"successor_id": after})
        posting = {"clerk_id": early, "unit_id": first, "starts_on": today}
        records.add(Posting, centre, [posting])
        shift = {
            "centre_id": centre,
            "clerk_id": early,
            "window_id": window,
            "starts_at": now - timedelta(hours=2),
            "ends_at": now + timedelta(hours=2, microseconds=1),
            "source": "roster",
            "made_at": now,
        }
        wrong, right = records.add(Shift, centre, [shift, shift | {"clerk_id": late}])
        told = {"superseded_at": now, "superseded_by_id": right}
        records.change(Shift, centre, wrong, told)
        proposal = {
            "centre_id": centre,
            "shift_id": right,
            "clerk_id": early,
            "window_id": window,
            "starts_at": now,
            "ends_at": now + timedelta(hours=1),
            "reason": "忘记签到",
            "proposed_by_id": organiser,
            "proposed_at": now,
        }
        records.add(ShiftProposal, centre, [proposal])
        # A Sunday and a year that no set-up has filled already.
        times = {"opens": time(7, 15), "closes": time(12, 30, 0, 5)}
        hours = {"centre_id": centre, "weekday": 6} | times
        records.add(OpeningHours, centre, [hours])
        day = {"centre_id": centre, "day": date(2036, 2, 29), "working": False}
        records.add(CalendarDay, centre, [day | {"name": "国庆节"}])


def _clerk(centre: int, nth: int, today: date) -> dict[str, Any]:
    return {
        "centre_id": centre,
        "name": f"王{nth}",
        "badge": f"00{nth}",
        "named": nth == 1,
        "started_on": today,
    }


def _add_passing(organiser: int, now: datetime) -> None:
    """Add rows that no ledger answers for, and those that a backup leaves out."""
    with transaction() as session:
        window = session.query(Window).first()
        make_pairing_link(session, window.id, now)
        make_organiser_link(session, now)
        session.add(RecoveryCode(account_id=organiser, code_hash=b"r" * 32))
        session.add(
            Invitation(
                token_hash=b"i" * 32,
                name="李",
                role=str(Role.VIEWER),
                created_at=now,
                expires_at=now,
            )
        )
        session.add(
            SignIn(
                account_id=organiser,
                token_hash=b"t" * 32,
                agent="test",
                factor_passed=True,
                created_at=now,
                seen_at=now,
            )
        )
        session.add(
            KnownDevice(account_id=organiser, token_hash=b"d" * 32, created_at=now)
        )
        session.add(
            SignInTry(subject=b"s" * 16, sender=b"f" * 16, tried_at=now, failed=True)
        )


def _add_call(organiser: int, event: UUID, now: datetime) -> int:
    """Let the author of a rating be called back; return the rating's key.

    And count who was served.
    """
    with transaction() as session:
        rating = session.scalars(select(Rating).where(Rating.event_id == event)).one()
        session.add(
            Contact(rating_id=rating.id, sealed=b"\x00\xffsealed", consented_at=now)
        )
        session.flush()
        session.add(
            ContactOpening(
                rating_id=rating.id,
                account_id=organiser,
                opened_at=now,
                reason="回访",
            )
        )
        session.add(
            ServedPress(
                press=event,
                clerk_id=session.scalars(select(Clerk.id)).first(),
                window_id=rating.window_id,
                day=now.date(),
                undone=False,
            )
        )
        session.add(ServedDay(window_id=rating.window_id, day=now.date(), n=9))
        session.add(
            InstallCode(
                code="k7m3qpx",
                secret_hash=b"c" * 32,
                created_at=now,
                expires_at=now,
            )
        )
        return rating.id


def contents() -> dict[str, list[list[Any]]]:
    """Return every row of every table, in the order of the keys."""
    with reading() as session:
        connection = session.connection()
        return {
            table.name: list(in_key_order(connection, table))
            for table in Base.metadata.sorted_tables
        }


def erase_last_comment_entry() -> None:
    """Erase the body of the newest rating's entry, as the law may want it."""
    with transaction() as session:
        entry = session.query(LedgerEntry).filter(LedgerEntry.chain_id == 1)
        last = entry.order_by(LedgerEntry.number.desc()).first()
        session.execute(
            update(LedgerEntry)
            .where(LedgerEntry.chain_id == 1, LedgerEntry.number == last.number)
            .values(salt=None, body=None)
        )
