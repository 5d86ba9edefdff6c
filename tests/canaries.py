"""Invented words and numbers in every channel by which people say something.

Each is found nowhere else, so that wherever one turns up tells which channel leaks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import select

from kiosk.domain.case_appeals import Appellant
from kiosk.domain.cases import CallOutcome, Road, Source
from kiosk.domain.contacts import Reach
from kiosk.domain.masking import mask
from kiosk.domain.policy import Role
from kiosk.domain.retention import PASSING
from kiosk.extensions import reading, recording
from kiosk.models import CaseContact, CaseText, Comment, Contact, Rating
from kiosk.services.case_appeals import file_appeal
from kiosk.services.case_clerk import add_statement
from kiosk.services.case_contacts import call_citizen, open_behind
from kiosk.services.case_desk import TakenDown, take_down
from kiosk.services.case_examples import write_example
from kiosk.services.case_own import appeal_own_case, reopen_own_case
from kiosk.services.cases import Actor
from kiosk.services.clerks import link_account
from kiosk.services.contacts import give_contact
from kiosk.services.own_keys import keep_own_key
from tests.case_acts import CENTRE, CLOCK, EXPLAINED, OUTSIDE, Acts
from tests.case_sources import SEALER, open_one
from tests.people import make_account
from tests.screens import HALL, keep, phone_tap
from tests.staff import make_clerk, unit_key

SECRET, SLIP = "canary-secret-of-a-phone-1", "canary-secret-of-a-slip-1"
NUMBERS = ("13977712345", "13977754321", "13977700001")
"""In words of a rating, left with a rating, left at the desk."""
SAID = {
    "comment": f"丝雀评价甲，请打{NUMBERS[0]}",
    "praise": "丝雀评价乙",
    "desk": f"丝雀投诉丙，电话{NUMBERS[2]}",
    "reopening": "丝雀未解决丁",
    "appeal": "丝雀复核戊",
    "call": "丝雀回访己",
    "unsettled": "丝雀不满庚",
    "statement": "丝雀说明辛",
    "clerk": "丝雀申诉壬",
    "example": "丝雀案例癸",
    "name": "丝雀姓名子",
    "desk-name": "丝雀姓名丑",
}
"""What was said, by channel; names and numbers are kept sealed only."""


@dataclass(frozen=True)
class Canaries:
    """Where they sit, and what of them is kept."""

    window_id: int
    cases: tuple[int, ...]
    """Of a rating, of a complaint at the desk, and about a clerk; all closed."""
    sealed: frozenset[bytes]
    """Ciphertexts, and the salts without which a commitment says nothing."""

    @property
    def words(self) -> tuple[bytes, ...]:
        """What nobody may read any more, in the bytes of a file."""
        shown = (mask(words) for words in SAID.values())
        return tuple(text.encode() for text in (*SAID.values(), *shown, *NUMBERS))

    def found_in(self, data: bytes) -> set[str]:
        """Return what of them some bytes hold."""
        found = {text.decode() for text in self.words if text in data}
        return found | {f"sealed {one.hex()[:8]}" for one in self.sealed if one in data}

    def found_among(self, values: Iterable[object]) -> set[str]:
        """Return what of them stands in values of a database."""
        held = [v for v in values if isinstance(v, bytes | memoryview | str)]
        data = [v.encode() if isinstance(v, str) else bytes(v) for v in held]
        return self.found_in(b"\x00".join(data))


def place_canaries(
    window_id: int, now: datetime, rated_at: datetime | None = None
) -> Canaries:
    """Say something in every channel, and close the cases that come of it.

    `rated_at`: when the ratings were given, where nothing else may be of that minute.
    """
    before, rated_at = kept_secrets(), rated_at or now
    clerk = make_clerk("0999")
    account = make_account("canary-clerk", Role.CLERK, now)
    handler = Actor(OUTSIDE.side, make_account("canary-hand", Role.CASE_HANDLER, now))
    with recording("test", now) as records:
        link_account(records, HALL, clerk, account)
    acts = Acts(lambda: now, unit_key())
    rated = _rated(window_id, rated_at, now)
    _answered_twice(acts, rated, handler)
    desk = _at_desk(window_id, now)
    acts.accept(desk)
    acts.answer(desk)
    _called(desk, handler, CallOutcome.NOT_CONTENT, SAID["unsettled"], now)
    acts.answer(desk)
    about = acts.accepted(source=Source.COMPLAINT, clerk_id=clerk, window_id=window_id)
    _do(now, partial(add_statement, account_id=account, words=SAID["statement"]), about)
    acts.answer(about, EXPLAINED)
    _appealed(about, account, now)
    _do(now, partial(write_example, actor=handler, words=SAID["example"]), about)
    praise = phone_tap(window_id, 5, comment=SAID["praise"])
    keep(praise, rated_at)
    cases = (rated, desk, about)
    for key in cases:
        acts.close(key)
    return Canaries(window_id, cases, kept_secrets() - before)


def kept_secrets() -> frozenset[bytes]:
    """Return every ciphertext and salt that is kept of somebody's words."""
    passing = select(CaseText.salt).where(CaseText.kind.in_(sorted(map(str, PASSING))))
    columns = (Contact.sealed, CaseContact.sealed, Comment.sealed, Comment.salt)
    queries = [passing, *(select(column) for column in columns)]
    with reading() as session:
        held = [one for query in queries for one in session.scalars(query)]
    return frozenset(bytes(one) for one in held if one)


def _rated(window_id: int, rated_at: datetime, now: datetime) -> int:
    """Let a phone rate, with words and a contact; return the case."""
    event = uuid4()
    tap = phone_tap(
        window_id,
        1,
        event_id=event,
        comment=mask(SAID["comment"]),
        sealed=SEALER.seal_words(SAID["comment"], event),
    )
    keep(tap, rated_at)
    rating = _key(event)
    with recording("citizen", now) as records:
        keep_own_key(records.session.connection(), rating, SECRET)
        reach = Reach(SAID["name"], NUMBERS[1])
        give_contact(records, SECRET, reach, SEALER)
    case = open_one(rating, now)
    assert case is not None
    return case


def _answered_twice(acts: Acts, case: int, handler: Actor) -> None:
    """Answer, call in vain, reopen, answer again, appeal."""
    now = acts.now()
    acts.accept(case)
    acts.answer(case)
    _called(case, handler, CallOutcome.NOT_REACHED, SAID["call"], now)
    with recording("citizen", now) as records:
        reopen_own_case(records, SECRET, SAID["reopening"], CLOCK)
    acts.answer(case)
    with recording("citizen", now) as records:
        appeal_own_case(records, SECRET, SAID["appeal"])


def _at_desk(window_id: int, now: datetime) -> int:
    told = TakenDown(
        event_id=uuid4(),
        secret=SLIP,
        source=Source.COMPLAINT,
        road=Road.DESK,
        window=True,
        place=window_id,
        cause=3,
        day=CLOCK.day(now),
        half=1,
        words=SAID["desk"],
        reach=Reach(SAID["desk-name"], NUMBERS[2]),
    )
    with recording("test", now) as records:
        return take_down(records, CENTRE, told, frozenset(), SEALER, CLOCK)


def _called(
    case: int, handler: Actor, outcome: CallOutcome, words: str, now: datetime
) -> None:
    found = (CENTRE, case)
    with recording("test", now) as records:
        open_behind(records, found, handler, "回访", contact=True)
    with recording("test", now) as records:
        call_citizen(records, found, handler, (outcome, words), CLOCK)


def _appealed(case: int, account: int, now: datetime) -> None:
    with recording("test", now) as records:
        words = SAID["clerk"]
        side = Appellant.CLERK
        file_appeal(records, (CENTRE, case), side, words, account, CLOCK)


def _do(now: datetime, act: object, case: int) -> None:
    with recording("test", now) as records:
        act(records, (CENTRE, case))


def _key(event: UUID) -> int:
    with reading() as session:
        return session.scalars(select(Rating.id).where(Rating.event_id == event)).one()
