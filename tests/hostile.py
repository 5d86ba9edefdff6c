"""Two hundred strings that try to become code, and a hall whose every word is one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import String, Text, update
from sqlalchemy.orm import Session

from kiosk.domain.contacts import Reach
from kiosk.domain.policy import Role
from kiosk.domain.tokens import new_code, token_hash
from kiosk.extensions import recording, transaction
from kiosk.extensions.sealing import kept_sealer
from kiosk.models import (
    ORGANISATION,
    Account,
    Base,
    CalendarDay,
    Centre,
    Clerk,
    Contact,
    ContactOpening,
    Device,
    DeviceReport,
    Hold,
    Installation,
    Integration,
    Invitation,
    LedgerEntry,
    Placement,
    Posting,
    Rating,
    RoleGrant,
    ServiceType,
    Shift,
    ShiftProposal,
    SignIn,
    Ticket,
    Unit,
    Webhook,
    Window,
)
from kiosk.services.records import Book
from kiosk.web import current
from tests import hostile_campaigns, hostile_cases
from tests.screens import keep, phone_tap

ELSEWHERE = "evil.invalid"
_OUT_OF = ("", '">', "'>", "</textarea>", "</title>", "-->", "</select>", "</svg>")
_TRIES = (
    "<script>hit=1</script>",
    "<img src=x onerror=hit=1>",
    "<svg onload=hit=1>",
    "<iframe src=javascript:parent.hit=1>",
    "<a href=javascript:hit=1>x</a>",
    f"<p hx-get=//{ELSEWHERE} hx-trigger=load>",
    "<p hx-on:htmx:load=hit=1>",
    f"<link rel=stylesheet href=//{ELSEWHERE}>",
    f"<meta http-equiv=refresh content=0;url=//{ELSEWHERE}>",
    f"<base href=//{ELSEWHERE}>",
    "<input autofocus onfocus=hit=1>",
    "<details open ontoggle=hit=1>",
    f"<img src=//{ELSEWHERE}/x>",
    "<math><mi xlink:href=javascript:hit=1>x",
    "{{7*7}}{% raw %}${hit=1}",
    '" onmouseover=hit=1 x="',
    "' autofocus onfocus=hit=1 '",
    "<ScRiPt>hit=1</sCrIpT>",
    "&lt;script&gt;hit=1&lt;/script&gt;",
    "javascript:hit=1",
    f"<object data=//{ELSEWHERE}>",
    f"<form action=//{ELSEWHERE}><button>",
    "<template><script>hit=1</script>",
    "\u202e<script>hit=1</script>\u2028",
    "=HYPERLINK(1)<b hx-swap-oob=true>",
)
HOSTILE = tuple(
    f"{number:03d}{start}{attempt}"
    for number, (start, attempt) in enumerate(product(_OUT_OF, _TRIES))
)
"""Each begins with its number, so that names that must differ do."""

FILLED = {
    "account": {"name"},
    "calendar_day": {"name"},
    "centre": {"name"},
    "clerk": {"name", "badge"},
    "comment": {"words"},
    "contact_opening": {"reason"},
    "device": {"name"},
    "device_report": {"version", "browser"},
    "hold": {"reason"},
    "installation": {"organisation"},
    "integration": {"name"},
    "invitation": {"name"},
    "rating": {"clerk_label", "device_label"},
    "service_type": {"name"},
    "shift_proposal": {"reason"},
    "sign_in": {"agent"},
    "ticket": {"item", "case_number"},
    "unit": {"name"},
    "webhook": {"url"},
    "window": {
        *("number", "name", "location", "phone"),
        *("handles", "takes", "documents", "promises"),
    },
    **hostile_campaigns.WORDS,
    **hostile_cases.WORDS,
}
NO_WORDS = {
    "account": {"login", "email", "password_hash", "totp_secret"},
    "centre": {"code", "time_zone", "region", "operator_pin"},
    "chain": {"origin", "time_zone"},
    "clerk": {"pin_hash"},
    "contact": {"outcome"},
    "device": {"code"},
    "device_report": {"storage"},
    "hold": {"rule"},
    "install_code": {"code"},
    "integration": {"scopes"},
    "invitation": {"role", "made_by"},
    "ledger_entry": {"kind", "body"},
    "rating": {"receipt"},
    "role_grant": {"role"},
    "shift": {"source"},
    "ticket": {"code", "request_key"},
    "webhook_message": {"body", "trouble"},
    "window": {"code"},
    **hostile_campaigns.CODES,
    **hostile_cases.CODES,
}
"""Text that people never write: codes, hashes, names of ours."""


def words_of(table: str) -> set[str]:
    """Return the columns of a table that hold text."""
    columns = Base.metadata.tables[table].columns
    return {each.name for each in columns if isinstance(each.type, String | Text)}


def fill(now: datetime) -> dict[str, list[int] | list[str]]:
    """Write the strings into every field of the installation; return keys by kind.

    The rows are written as if every check of the product had failed.
    """
    made: dict[str, list[int] | list[str]] = {}
    day = now.date()
    with recording("test", now) as records:
        centre = records.session.query(Centre).first().id
        records.change(Centre, ORGANISATION, centre, {"name": HOSTILE[1][:100]})

        def add(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
            return records.add(model, centre, rows)

        own = {"centre_id": centre}
        units = add(Unit, [own | {"name": words[:100]} for words in HOSTILE])
        kinds = add(ServiceType, [own | {"name": words[:100]} for words in HOSTILE])
        windows = add(Window, [_window(centre, words, day) for words in HOSTILE])
        add(Placement, [
            {"window_id": w, "unit_id": u, "service_type_id": k, "starts_on": day}
            for w, u, k in zip(windows, units, kinds, strict=True)
        ])  # fmt: skip
        clerks = add(Clerk, [
            own | {"name": words[:60], "badge": words[:20], "named": True}
            | {"started_on": day}
            for words in HOSTILE
        ])  # fmt: skip
        add(Posting, [
            {"clerk_id": c, "unit_id": u, "starts_on": day}
            for c, u in zip(clerks, units, strict=True)
        ])  # fmt: skip
        screens = add(Device, [
            _screen(centre, window, words, now)
            for window, words in zip(windows, HOSTILE, strict=True)
        ])  # fmt: skip
        first = now - timedelta(hours=1)
        shifts = add(Shift, [
            own | {"clerk_id": c, "window_id": w, "starts_at": first}
            | {"ends_at": now + timedelta(hours=1), "source": "roster", "made_at": now}
            for c, w in zip(clerks, windows, strict=True)
        ])  # fmt: skip
        add(CalendarDay, [
            own | {"day": day + timedelta(days=n), "working": False, "name": words[:60]}
            for n, words in enumerate(HOSTILE, 400)
        ])  # fmt: skip
        accounts = _managers(records, units, now)
        proposals = add(ShiftProposal, [
            own | {"shift_id": s, "clerk_id": c, "window_id": w, "starts_at": first}
            | {"ends_at": now, "reason": words, "proposed_by_id": a, "proposed_at": now}
            for s, c, w, a, words
            in zip(shifts, clerks, windows, accounts, HOSTILE, strict=True)
        ])  # fmt: skip
        systems = _systems(add, own, now)
        made |= hostile_cases.add_cases(
            records, centre, (windows, units, accounts), HOSTILE, now
        ) | hostile_campaigns.add_campaigns(records, units, HOSTILE, now)
    _rate(windows, now)
    with transaction() as session:
        _visits(session, windows, now)
        made["hold"] = _hold(session, centre, windows, accounts, now)
        session.add_all(
            DeviceReport(device_id=key, browser=words[:60], version=words[:20])
            for key, words in zip(screens, HOSTILE, strict=True)
        )
        called, invited = _call(session, accounts, now), _invite(session, now)
        made |= {"call": called, "invitation": invited}
        _name_others(session)
    return made | {
        "unit": units,
        "window": windows,
        "clerk": clerks,
        "screen": screens,
        "shift": shifts,
        "account": accounts,
        "proposal": proposals,
        "integration": systems,
    }


def _managers(records: Book, units: list[int], now: datetime) -> list[int]:
    accounts = records.add(
        Account, ORGANISATION, [_account(words, now) for words in HOSTILE]
    )
    records.add(RoleGrant, ORGANISATION, [
        {"account_id": key, "role": str(Role.MANAGER), "unit_id": unit}
        | {"granted_at": now}
        for key, unit in zip(accounts, units, strict=True)
    ])  # fmt: skip
    return accounts


def _name_others(session: Session) -> None:
    session.execute(update(Installation).values(organisation=HOSTILE[0][:100]))
    session.execute(update(SignIn).values(agent=HOSTILE[2][:60]))
    session.execute(
        update(Rating).values(clerk_label=HOSTILE[3][:64], device_label=HOSTILE[4][:64])
    )


def _systems(
    add: Callable[[type[Base], list[dict[str, Any]]], list[int]],
    own: dict[str, Any],
    now: datetime,
) -> list[int]:
    """Let each string be a system outside, and an address of one."""
    systems = add(Integration, [
        own | {"name": words[:60], "scopes": "webhooks", "created_at": now}
        | {"key_hash": token_hash(words)}
        for words in HOSTILE
    ])  # fmt: skip
    add(Webhook, [
        {"integration_id": system, "url": words, "secret": b"", "created_at": now}
        for system, words in zip(systems, HOSTILE, strict=True)
    ])  # fmt: skip
    return systems


def _visits(session: Session, windows: list[int], now: datetime) -> None:
    session.add_all(
        Ticket(
            code=f"{nth:010}", window_id=window, source=0, item=words[:100],
            case_number=words[:40], served_at=now, expires_at=now, created_at=now,
        )
        for nth, (window, words) in enumerate(zip(windows, HOSTILE, strict=True))
    )  # fmt: skip


def _hold(
    session: Session,
    centre: int,
    windows: list[int],
    accounts: list[int],
    now: datetime,
) -> list[int]:
    """Hold something at each window, and let somebody say why with each string."""
    rows = [
        Hold(
            centre_id=centre, window_id=window, day=now.date(), bucket=60, channel=1,
            rule="burst", state=0, made_at=now, n=9, proposed_state=1,
            proposed_by=account, proposed_at=now, reason=words,
        )
        for window, account, words in zip(windows, accounts, HOSTILE, strict=True)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _window(centre: int, words: str, day: Any) -> dict[str, Any]:
    # Room for lines: each window's guide holds all of them.
    names = ("handles", "takes", "documents", "promises")
    quarter = len(HOSTILE) // len(names)
    whole = {
        name: "\n".join(HOSTILE[nth * quarter : (nth + 1) * quarter])
        for nth, name in enumerate(names)
    }
    return whole | {
        "centre_id": centre,
        "code": new_code(),
        "number": words[:20],
        "name": words[:100],
        "location": words[:100],
        "phone": words[:40],
        "opened_on": day,
    }


def _screen(centre: int, window: int, words: str, now: datetime) -> dict[str, Any]:
    return {
        "centre_id": centre,
        "window_id": window,
        "code": new_code(),
        "name": words[:40],
        "token_hash": token_hash(words),
        "paired_at": now,
        "last_heard_at": now,
        "last_delivery_at": now,
        "last_sequence": 0,
    }


def _account(words: str, now: datetime) -> dict[str, Any]:
    return {
        "login": f"u{words[:3]}",
        "name": words[:60],
        "password_hash": "",
        "factor_required": False,
        "totp_last_step": 0,
        "created_at": now,
    }


def _rate(windows: list[int], now: datetime) -> None:
    for window, words in zip(windows, HOSTILE, strict=True):
        keep(phone_tap(window, 1, comment=words), now)


def _call(session: Session, accounts: list[int], now: datetime) -> list[int]:
    """Seal each string as a name and number; give all as reasons to open one."""
    sealer = kept_sealer(current.settings().instance)
    ratings = session.query(Rating.id, Rating.event_id).order_by(Rating.id).all()
    for (key, event), words in zip(ratings, HOSTILE, strict=True):
        sealed = sealer.seal(Reach(words, words), event)
        session.add(Contact(rating_id=key, sealed=sealed, consented_at=now))
    session.flush()
    keys = [key for key, _ in ratings]
    session.add_all(
        ContactOpening(
            rating_id=keys[0], account_id=account, opened_at=now, reason=words
        )
        for account, words in zip(accounts, HOSTILE, strict=True)
    )
    return keys


def _invite(session: Session, now: datetime) -> list[int]:
    rows = [
        Invitation(
            token_hash=number.to_bytes(32, "big"),
            name=words[:60],
            role=str(Role.VIEWER),
            created_at=now,
            expires_at=now + timedelta(days=7),
        )
        for number, words in enumerate(HOSTILE)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def entries(session: Session) -> int:
    """Return how many entries the ledger has."""
    return session.query(LedgerEntry).count()
