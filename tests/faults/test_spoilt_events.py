"""Events that are spoilt in every way: each is refused by its own id, alone or amid
good ones, and never keeps the good ones from being taken.
"""

from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.extensions import reading
from kiosk.models import Rating
from tests.conftest import NOON
from tests.faults.senders import batch_of
from tests.screens import Screen, pair_screen

Event = dict[str, object]
REFUSED: dict[str, Event] = {
    "no level": {"level": None},
    "a level that there is not": {"level": 6},
    "a level in words": {"level": "five"},
    "a level that is true": {"level": True},
    "an endless level": {"level": float("inf")},
    "a huge level": {"level": 10**30},
    "no kind": {"kind": None},
    "a kind that there is not": {"kind": "x"},
    "a list for its kind": {"kind": []},
    "an id that is none": {"id": "250"},
    "no id": {"id": None},
    "no number": {"sequence": None},
    "a number below one": {"sequence": 0},
    "a number too large": {"sequence": 2**53},
    "half a number": {"sequence": 1.5},
    "a correction of nothing": {"revises": "x"},
    "a list of corrections": {"revises": []},
    "a screen that there is not": {"device": "zz"},
    "a number for its screen": {"device": 5},
    "a window that there is not": {"window": "zz"},
    "no run": {"run": None},
    "a steady clock that never ends": {"ms": 1e13},
    "no steady clock": {"ms": None},
    "an offset in words": {"offset": "1"},
    "no time": {"tapped_at": None},
    "a time in the year 1": {"tapped_at": "0001-01-01T00:00:00+00:00"},
    "a secret that is none": {"own": 5},
    "reasons for no rating": {"kind": "reasons", "rating": None, "reasons": []},
    "reasons for a rating that is not here": {
        "kind": "reasons",
        "rating": str(uuid4()),
        "list": 1,
        "reasons": [],
    },
    "reasons of an endless list": {
        "kind": "reasons",
        "rating": str(uuid4()),
        "list": 10**40,
        "reasons": "\x00",
    },
}
TAKEN: dict[str, Event] = {
    "a time long ago": {"tapped_at": "0002-01-01T00:00:00+14:00"},
    "a time that never comes": {"tapped_at": "9998-12-31T23:59:59-14:00"},
    "an offset of centuries": {"offset": -9e12},
    "a steady clock before its run": {"ms": -9e12},
    "the largest number": {"sequence": 2**53 - 1},
}
"""Odd, yet a visitor's opinion: taken, and its time marked uncertain where it is."""

GOOD, BAD = {"id", "receipt"}, {"id", "error", "message"}


@pytest.fixture
def screen(app) -> Screen:
    return pair_screen("A001", NOON - timedelta(hours=1))


@pytest.fixture
def sender(client, screen) -> FlaskClient:
    client.set_cookie("kiosk_device", screen.secret)
    return client


def send(sender: FlaskClient, *events: Event, sent_at: datetime = NOON):
    return sender.post("/tablet/ratings", json=batch_of(events, sent_at))


def kept() -> set[str]:
    with reading() as session:
        return {str(event) for event in session.scalars(select(Rating.event_id))}


def test_what_is_spoilt_is_refused_by_itself(sender, screen):
    for how, part in REFUSED.items():
        first, spoilt, last = (screen.tap(level, NOON) for level in (5, 3, 1))
        spoilt |= part
        answer = send(sender, first, spoilt, last)
        assert answer.status_code == 200, how
        told = answer.json["results"]
        assert [set(each) for each in told] == [GOOD, BAD, GOOD], how
        named = spoilt["id"] if "id" not in part else None
        assert [each["id"] for each in told] == [first["id"], named, last["id"]], how
        assert {first["id"], last["id"]} <= kept(), how
        alone = send(sender, spoilt)
        assert (alone.status_code, alone.json["results"]) == (200, [told[1]]), how
    assert len(kept()) == 2 * len(REFUSED)


def test_what_is_only_odd_is_taken(sender, screen):
    sent = [NOON, NOON.replace(year=1970), NOON.replace(year=2)]
    for (how, part), at in product(TAKEN.items(), sent):
        first, odd, last = (screen.tap(level, NOON) for level in (5, 3, 1))
        odd |= part
        answer = send(sender, first, odd, last, sent_at=at)
        assert answer.status_code == 200, (how, at)
        assert [set(each) for each in answer.json["results"]] == [GOOD] * 3, (how, at)
        assert {first["id"], odd["id"], last["id"]} <= kept(), (how, at)
