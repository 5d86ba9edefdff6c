"""What is told of bad ratings: who counts, when it leaves, and nothing of a person."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.comments import Wish
from kiosk.domain.intake import Origin, RatingState
from kiosk.domain.webhooks import NEWS_MOST, SETTLING
from kiosk.extensions import transaction
from kiosk.models import Rating
from tests.conftest import NOON
from tests.screens import keep, pair_screen, phone_tap
from tests.services.test_accounts import together
from tests.webhooks import HOUR, gather, hook_row, make_hook, make_system, messages

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LEAVES = NOON + HOUR


@pytest.fixture
def screen(app, clock):
    return pair_screen("A001", clock())


@pytest.fixture
def window(screen) -> int:
    return screen.window_id


@pytest.fixture
def hook(window) -> int:
    return make_hook(make_system()).id


def told() -> list[dict[str, object]]:
    """Return what all messages tell of ratings, in order."""
    bodies = [json.loads(message.body) for message in messages()]
    return [rating for body in bodies for rating in body["data"]["ratings"]]


def test_a_bad_rating_is_told_without_person_and_minute(screen, hook):
    tapped = NOON + 7 * MINUTE
    event = screen.rate(1, tapped)
    screen.send([screen.reasons(event, [221, 211])], tapped)
    assert gather(LEAVES) == 1
    [message] = messages()
    assert (message.webhook_id, message.created_at) == (hook, LEAVES)
    assert (message.next_try_at, message.tries) == (LEAVES, 0)
    assert json.loads(message.body) == {
        "type": "ratings.bad",
        "timestamp": "2026-07-16T05:00:00Z",
        "data": {
            "ratings": [
                {
                    "window": "A001",
                    "window_name": "社保综合A001",
                    "day": "2026-07-16",
                    "half_day": "afternoon",
                    "verified": False,
                    "reasons": [211, 221],
                    "kind": "none",
                    "has_words": False,
                }
            ]
        },
    }


def test_words_are_not_told_only_that_there_are_some(window, hook):
    said = {"comment": "态度差13800000001", "kind": int(Wish.COMPLAINT)}
    keep(phone_tap(window, 2, **said), NOON - SECOND)
    keep(phone_tap(window, 2, kind=int(Wish.SUGGESTION)), NOON)
    gather(LEAVES)
    assert "态度" not in messages()[0].body
    assert [(one["half_day"], one["kind"], one["has_words"]) for one in told()] == [
        ("afternoon", "suggestion", False),
        ("morning", "complaint", True),
    ]


def test_levels_one_and_two_are_told(window, hook):
    for level in range(1, 6):
        keep(phone_tap(window, level), NOON)
    gather(LEAVES)
    assert len(told()) == 2


@pytest.mark.parametrize(
    "state", [RatingState.HELD, RatingState.EXCLUDED, RatingState.REVISED]
)
def test_what_does_not_count_is_not_told(window, hook, state):
    keep(phone_tap(window, 1), NOON)
    with transaction() as session:
        session.execute(update(Rating).values(state=int(state)))
    assert gather(LEAVES) == 0
    assert hook_row(hook).last_rating_id == 1


def test_a_history_is_no_news(window, hook):
    keep(phone_tap(window, 1, origin=Origin.HISTORY), NOON)
    assert gather(LEAVES) == 0


def test_a_rating_is_told_once_it_is_ten_minutes_old_and_once_only(window, hook):
    keep(phone_tap(window, 1), LEAVES - SETTLING - SECOND)
    keep(phone_tap(window, 1), LEAVES - SETTLING)
    assert [gather(LEAVES), gather(LEAVES)] == [1, 0]
    assert (len(told()), hook_row(hook).last_rating_id) == (1, 1)
    assert [gather(LEAVES + HOUR), gather(LEAVES + 2 * HOUR)] == [1, 0]
    assert (len(told()), hook_row(hook).last_rating_id) == (2, 2)


def test_one_that_became_visible_late_waits_for_those_before_it(window, hook):
    keep(phone_tap(window, 1), LEAVES)
    keep(phone_tap(window, 1), LEAVES - SETTLING - SECOND)
    assert gather(LEAVES) == 0
    assert gather(LEAVES + HOUR) == 1
    assert len(told()) == 2


def test_order_in_a_message_is_not_that_of_time(window, hook):
    other = pair_screen("A000", NOON).window_id
    for place, tapped in enumerate((window, other, window, other)):
        keep(phone_tap(tapped, 1), NOON + place * MINUTE)
    gather(LEAVES)
    assert [one["window"] for one in told()] == ["A000", "A000", "A001", "A001"]


def test_many_leave_in_several_messages(window, hook):
    for _ in range(NEWS_MOST + 1):
        keep(phone_tap(window, 1), NOON)
    assert gather(LEAVES) == 2
    assert len(told()) == NEWS_MOST + 1
    assert len({message.message_id for message in messages()}) == 2


def test_without_bad_ratings_no_message_leaves(window, hook):
    keep(phone_tap(window, 5), NOON)
    assert gather(LEAVES) == 0
    assert hook_row(hook).last_rating_id == 1


def test_each_receiver_is_told_by_several_servers_at_once_once(app, window, hook):
    make_hook(make_system("另一个"))
    keep(phone_tap(window, 1), NOON)
    together(app, *[lambda: gather(LEAVES)] * 4)
    assert sorted(message.webhook_id for message in messages()) == [hook, hook + 1]
