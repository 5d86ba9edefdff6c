"""Events that screens send over HTTP: in batches, and single taps of old pages."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device, Rating, Window
from kiosk.services.devices import make_pairing_link, revoke_device
from tests.builders import make_device, make_window
from tests.conftest import NOON

RECEIPT = 15  # thirteen characters and two hyphens
RUN = "0123abcd"


@pytest.fixture
def paired(client, clock) -> int:
    """A client that is the screen of window A001."""
    with transaction() as session:
        window_id = make_window(session, "A001").id
        secret = make_pairing_link(session, window_id, clock())
    assert client.post(f"/tablet/pair/{secret}").status_code == 303
    return window_id


def a_tap(**changes) -> dict:
    tap = {
        "id": str(uuid4()),
        "sequence": 1,
        "tapped_at": NOON.isoformat(),
        "level": 5,
    }
    return tap | changes


def an_event(sequence: int, **changes) -> dict:
    clocks = {"run": RUN, "ms": 1000 * sequence, "offset": None}
    return a_tap(sequence=sequence, kind="rating", **clocks) | changes


def a_batch(*events: object) -> dict:
    return {
        "run": RUN,
        "ms": 60_000,
        "sent_at": NOON.isoformat(),
        "events": list(events),
    }


def ratings() -> list[Rating]:
    with reading() as session:
        return list(session.scalars(select(Rating).order_by(Rating.id)))


# Batches


def test_each_event_of_a_batch_is_answered_by_its_id_and_receipt(client, paired):
    events = [an_event(1), an_event(2, kind="test", level=None)]
    answer = client.post("/tablet/ratings", json=a_batch(*events))
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json["now"]) == NOON
    assert answer.json["results"] == [
        {"id": event["id"], "receipt": format_receipt(receipt_code(UUID(event["id"])))}
        for event in events
    ]
    assert [row.level for row in ratings()] == [5]


def test_a_refused_event_is_named_with_the_reason_in_words(client, paired):
    spoilt, good = an_event(1, level=7), an_event(2)
    answer = client.post("/tablet/ratings", json=a_batch(spoilt, "?", good))
    assert answer.status_code == 200
    refused, nameless, kept = answer.json["results"]
    assert (refused["id"], refused["error"]) == (spoilt["id"], "level_invalid")
    assert "请" in refused["message"]
    assert (nameless["id"], nameless["error"]) == (None, "event_invalid")
    assert (kept["id"], len(kept["receipt"])) == (good["id"], RECEIPT)


def test_a_batch_of_one_is_answered_like_any_batch(client, paired):
    spoilt = an_event(1, level=7)
    answer = client.post("/tablet/ratings", json=a_batch(spoilt))
    assert answer.status_code == 200
    [refused] = answer.json["results"]
    assert (refused["id"], refused["error"]) == (spoilt["id"], "level_invalid")
    assert ratings() == []


def test_a_batch_of_nobody_known_is_refused_whole(client, paired):
    client.delete_cookie("kiosk_device")
    answer = client.post("/tablet/ratings", json=a_batch(an_event(1)))
    assert (answer.status_code, answer.json["error"]) == (401, "device_unknown")


def test_an_empty_batch_is_answered_and_keeps_nothing(client, paired):
    answer = client.post("/tablet/ratings", json=a_batch())
    assert (answer.status_code, answer.json["results"]) == (200, [])
    assert ratings() == []


@pytest.mark.parametrize("events", ["all", [1] * 51], ids=["word", "many"])
def test_what_is_no_batch_is_refused_whole(client, paired, events):
    answer = client.post("/tablet/ratings", json=a_batch() | {"events": events})
    assert (answer.status_code, answer.json["error"]) == (422, "batch_invalid")


# Single taps, as pages of the first release send them


def test_tap_is_acknowledged_with_its_id_and_a_receipt(client, paired):
    tap = a_tap()
    answer = client.post("/tablet/ratings", json=tap)
    assert answer.status_code == 200
    assert answer.json["id"] == tap["id"]
    assert len(answer.json["receipt"]) == RECEIPT
    (rating,) = ratings()
    assert str(rating.event_id) == tap["id"]
    assert (rating.level, rating.channel, rating.window_id) == (5, 0, paired)


def test_same_tap_again_gets_the_same_answer_and_no_second_row(client, paired, clock):
    tap = a_tap()
    first = client.post("/tablet/ratings", json=tap)
    clock.forward(days=3)
    again = client.post("/tablet/ratings", json=tap)
    assert (again.status_code, again.json) == (200, first.json)
    assert len(ratings()) == 1


def test_same_id_with_another_level_is_a_conflict_and_the_first_stays(client, paired):
    tap = a_tap(level=5)
    client.post("/tablet/ratings", json=tap)
    answer = client.post("/tablet/ratings", json=tap | {"level": 1})
    assert answer.status_code == 409
    assert answer.json["error"] == "id_conflict"
    assert [rating.level for rating in ratings()] == [5]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"level": 0}, "level_invalid"),
        ({"level": 6}, "level_invalid"),
        ({"level": "5; drop"}, "level_invalid"),
        ({"level": None}, "level_invalid"),
        ({"level": True}, "level_invalid"),
        ({"id": "not-a-uuid"}, "id_invalid"),
        ({"id": 7}, "id_invalid"),
        ({"sequence": 0}, "sequence_invalid"),
        ({"sequence": "1"}, "sequence_invalid"),
        ({"tapped_at": "yesterday"}, "time_invalid"),
        ({"tapped_at": "2026-07-16T12:00:00"}, "time_invalid"),
        ({"revises": "x"}, "id_invalid"),
        ({"kind": "vote"}, "event_invalid"),
        ({"device": "another"}, "screen_elsewhere"),
    ],
)
def test_tap_with_a_wrong_part_is_refused_in_words(client, paired, changes, code):
    answer = client.post("/tablet/ratings", json=a_tap(**changes))
    assert answer.status_code == 422
    assert answer.json["error"] == code
    assert answer.json["message"]
    assert ratings() == []


@pytest.mark.parametrize("body", [[], "5", 3])
def test_tap_that_is_no_object_is_refused(client, paired, body):
    assert client.post("/tablet/ratings", json=body).status_code == 422
    assert ratings() == []


def test_tap_that_is_no_json_is_refused(client, paired):
    answer = client.post(
        "/tablet/ratings", data="level=5", content_type="application/json"
    )
    assert answer.status_code == 400
    assert client.post("/tablet/ratings", data={"level": 5}).status_code == 415
    assert ratings() == []


def test_a_batch_of_more_than_its_measure_is_refused(client, paired):
    answer = client.post("/tablet/ratings", json=a_tap(more="x" * 65_536))
    assert answer.status_code == 413
    assert ratings() == []


def test_window_in_the_body_does_not_move_the_tap_elsewhere(client, paired):
    with transaction() as session:
        other = make_window(session, "B002").id
        code = session.get_one(Window, other).code
    body = a_tap(window_id=other, channel=1, verified=True, state=0)
    assert client.post("/tablet/ratings", json=body).status_code == 200
    refused = client.post("/tablet/ratings", json=a_tap(sequence=2, window=code))
    assert (refused.status_code, refused.json["error"]) == (422, "window_elsewhere")
    (rating,) = ratings()
    assert (rating.window_id, rating.channel, rating.verified) == (paired, 0, False)


def test_tap_without_pairing_is_refused_and_one_after_withdrawal_is_held(
    client, paired, clock
):
    client.delete_cookie("kiosk_device")
    refused = client.post("/tablet/ratings", json=a_tap())
    assert (refused.status_code, refused.json["error"]) == (401, "device_unknown")
    with transaction() as session:
        secret = make_device(session, session.get_one(Window, paired), clock())
        device = session.scalars(select(Device).order_by(Device.id.desc())).first()
    client.set_cookie("kiosk_device", secret)
    assert client.post("/tablet/ratings", json=a_tap()).status_code == 200
    with recording("test", clock()) as records:
        revoke_device(records, device.id)
    held = client.post("/tablet/ratings", json=a_tap(level=1, sequence=2))
    assert held.status_code == 200
    assert [(row.level, row.state) for row in ratings()] == [(5, 0), (1, 1)]


def test_tap_from_another_site_is_refused(client, paired):
    for headers in (
        {"Origin": "http://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = client.post("/tablet/ratings", json=a_tap(), headers=headers)
        assert answer.status_code == 403
    assert ratings() == []
