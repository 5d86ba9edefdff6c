"""Words, ratings and contacts of cases, as entries tell them, against the rows."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, select

from kiosk.domain.chain import commitment
from kiosk.domain.proof import Flaw
from kiosk.models import Case, CaseContact, CaseRating, CaseText, Rating, table_of

KINDS = frozenset({"case", "case-text", "case-rating", "case-second", "contact"})
_AT_ONCE = 1_000
_KEEPING = frozenset({"given", "withdrawn", "erased"})
"""What entries of contacts say that decides whether one is kept."""
_case = table_of(Case)
_contact = table_of(CaseContact)
_member = table_of(CaseRating)
_rating = table_of(Rating)
_text = table_of(CaseText)


class _Written(NamedTuple):
    chain: int
    number: int
    about: tuple[int, str]
    words: str | None
    """Commitment to the words; None once an entry says that they were erased."""


class _Said(NamedTuple):
    chain: int
    number: int
    value: int
    """The case, what a citizen made of the answer, or whether a contact is kept."""


class CaseReplay:
    """Takes the entries about what hangs on cases, of all chains, in their order."""

    def __init__(self, connection: Connection) -> None:
        """Begin before the first entry."""
        self._connection = connection
        self._texts: dict[int, _Written] = {}
        self._members: dict[UUID, _Said] = {}
        self._seconds: dict[UUID, _Said] = {}
        self._contacts: dict[int, _Said] = {}

    def entry(
        self, chain: int, number: int, kind: str, body: Mapping[str, Any]
    ) -> None:
        """Take an entry of one of KINDS."""
        if kind == "case":
            self._moved(body)
        elif kind == "case-text":
            told = (body["case"], body["kind"])
            written = _Written(chain, number, told, body.get("words"))
            self._texts[body["text"]] = written
        elif kind == "case-rating":
            event = UUID(body["rating"])
            self._members[event] = _Said(chain, number, body["case"])
        elif kind == "case-second":
            event = UUID(body["rating"])
            self._seconds[event] = _Said(chain, number, body["second"])
        elif "case" in body and body["what"] in _KEEPING:
            kept = body["what"] == "given"
            self._contacts[body["case"]] = _Said(chain, number, int(kept))

    def _moved(self, body: Mapping[str, Any]) -> None:
        """Forget what was made of an answer that does not stand any more."""
        before, after = body["before"], body["after"]
        if not (before and after) or after.get("answered_at") is not None:
            return
        if before.get("answered_at") is not None:
            case = body["key"]
            for event in list(self._seconds):
                member = self._members.get(event)
                if member is not None and member.value == case:
                    del self._seconds[event]

    def at_the_end(self) -> Iterator[tuple[int, Flaw]]:
        """Yield, by chain, how the rows of now differ from the entries."""
        yield from self._wrong_texts()
        yield from self._wrong_members()
        yield from self._wrong_contacts()

    def _wrong_texts(self) -> Iterator[tuple[int, Flaw]]:
        for row in self._rows(_TEXTS, _text.c.id):
            told = self._texts.pop(row["id"], None)
            case = {"case": row["number"]}
            if told is None:
                yield row["centre_id"], Flaw("case_text_not_entered", None, case)
            elif told.about != (row["case_id"], row["kind"]) or not _holds(told, row):
                yield told.chain, Flaw("case_text_differs", told.number)
        for told in self._texts.values():
            yield told.chain, Flaw("case_text_gone", told.number)

    def _wrong_members(self) -> Iterator[tuple[int, Flaw]]:
        """Hold members against entries: one is told of for all events of a family."""
        known = {event: said.value for event, said in self._members.items()}
        gone = dict(self._members)
        entered = set(known.values())
        for row in self._rows(_MEMBERS, _member.c.rating_id):
            event, case = row["event_id"], {"case": row["number"]}
            gone.pop(event, None)
            if row["case_id"] not in entered:
                yield row["centre_id"], Flaw("case_rating_not_entered", None, case)
            elif known.get(event, row["case_id"]) > row["case_id"]:
                # A later entry says that it left for a newer case.
                said = self._members[event]
                yield said.chain, Flaw("case_rating_differs", said.number)
            second = self._seconds.get(event)
            if row["second"] != (second and second.value):
                if second is None:
                    yield row["centre_id"], Flaw("case_second_not_entered", None, case)
                else:
                    yield second.chain, Flaw("case_second_differs", second.number)
        for said in gone.values():
            yield said.chain, Flaw("case_rating_gone", said.number)

    def _wrong_contacts(self) -> Iterator[tuple[int, Flaw]]:
        for row in self._rows(_CONTACTS, _contact.c.case_id):
            told = self._contacts.pop(row["case_id"], None)
            kept = row["sealed"] is not None
            if told is None:
                if kept:
                    case = {"case": row["number"]}
                    yield row["centre_id"], Flaw("case_contact_not_entered", None, case)
            elif kept != bool(told.value):
                yield told.chain, Flaw("case_contact_differs", told.number)
        for told in self._contacts.values():
            # A contact of a rating is erased in its case too, and has no row here.
            if told.value:
                yield told.chain, Flaw("case_contact_differs", told.number)

    def _rows(self, query: Select[Any], key: Any) -> Iterator[Mapping[str, Any]]:
        last = None
        while True:
            part = query.order_by(key).limit(_AT_ONCE)
            if last is not None:
                part = part.where(key > last)
            rows = self._connection.execute(part).mappings().all()
            if not rows:
                return
            yield from map(dict, rows)
            last = rows[-1][key.name]


def _holds(told: _Written, row: Mapping[str, Any]) -> bool:
    """Whether words are those committed to, or gone where an entry says so."""
    if told.words is None:
        return not row["words"] and not row["salt"] and row["erased_at"] is not None
    if row["erased_at"] is not None:
        return False
    return commitment(row["salt"], row["words"]).hex() == told.words


_TEXTS = select(
    _text.c.id,
    _text.c.case_id,
    _text.c.kind,
    _text.c.words,
    _text.c.salt,
    _text.c.erased_at,
    _case.c.centre_id,
    _case.c.number,
).join_from(_text, _case, _case.c.id == _text.c.case_id)
_MEMBERS = (
    select(
        _member.c.rating_id,
        _member.c.case_id,
        _member.c.second,
        _rating.c.event_id,
        _case.c.centre_id,
        _case.c.number,
    )
    .join_from(_member, _case, _case.c.id == _member.c.case_id)
    .join(_rating, _rating.c.id == _member.c.rating_id)
)
_CONTACTS = select(
    _contact.c.case_id, _contact.c.sealed, _case.c.centre_id, _case.c.number
).join_from(_contact, _case, _case.c.id == _contact.c.case_id)
