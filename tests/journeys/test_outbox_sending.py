"""How the outbox sends: patient, in order, and never fooled about what was kept."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from playwright.sync_api import Route

from kiosk.clock import utc_now
from tests.journeys.outboxes import RATINGS, Outbox, paired
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey

_GIVE_UP = 20_000
_WAITS_ONLY_NOTED = """
window.waits = [];
const wait = window.setTimeout;
window.setTimeout = (act, time, ...more) => {
  const backOff = ![4000, 20000].includes(time);
  if (backOff && time >= 500) waits.push(time);
  return wait(act, backOff ? time / 100 : time, ...more);
};
"""


@pytest.fixture(scope="module")
def hall(common_hall) -> RealServer:
    return common_hall


@pytest.fixture
def box(hall, visitors) -> Outbox:
    """An empty outbox that notes how long it waits, and waits a hundredth of it."""
    visitor = visitors("tablet")
    visitor.context.add_init_script(_WAITS_ONLY_NOTED)
    box = paired(hall, visitor.page)
    box.open()
    return box


def fill(box: Outbox, count: int) -> list[str]:
    """Put taps into the outbox and hold the line; return their ids."""
    box.page.route(RATINGS, lambda route: route.abort())
    return box.page.evaluate(
        "async (count) => { const ids = []; for (let i = 0; i < count; i += 1)"
        " ids.push((await box.put({ kind: 'rating', level: 1 + (i % 5) })).id);"
        " return ids; }",
        count,
    )


def events_of(route: Route) -> list[dict[str, object]]:
    return json.loads(route.request.post_data or "")["events"]


def numbers(box: Outbox) -> list[object]:
    return [number for number, _level in box.arrived()]


# Patience


def test_waits_grow_to_a_minute_and_differ_from_screen_to_screen(box):
    box.page.route(RATINGS, lambda route: route.abort())
    box.rate(5)
    until(lambda: len(box.page.evaluate("() => waits")) >= 9)
    waits = box.page.evaluate("() => waits")
    longest = [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]
    for wait, most in zip(waits, longest, strict=False):
        assert most / 2 <= wait <= most
    assert len(set(waits)) == len(waits)


def test_answer_that_never_comes_is_not_waited_for(hall, visitors):
    box = paired(hall, visitors("tablet").page)
    box.page.clock.install()
    box.open()
    silent: list[Route] = []
    box.page.route(RATINGS, lambda route: silent.extend([route]), times=1)
    box.rate(4)
    # Whoever asks the page hears of its requests.
    until(lambda: silent or box.see("waiting") == 0)
    box.page.clock.run_for(_GIVE_UP)

    def sent_later() -> bool:
        box.page.clock.run_for(1_000)
        return box.see("waiting") == 0

    until(sent_later)
    assert box.arrived() == [(1, 4)]


def test_unknown_screen_keeps_its_taps_and_asks_rarely(box):
    cookies = box.page.context.cookies()
    box.page.context.clear_cookies()
    box.rate(3)
    until(lambda: box.told("unpaired"))
    until(lambda: box.page.evaluate("() => waits")[:1])
    assert box.page.evaluate("() => waits")[0] >= 30_000
    assert box.see("waiting") == 1
    box.page.context.add_cookies(cookies)
    box.see("flush()")
    box.until_sent()
    assert box.arrived() == [(1, 3)]


def test_disk_that_fails_to_read_for_a_while_is_asked_again(box):
    box.page.evaluate(
        "() => { window.reads = 0; const all = IDBObjectStore.prototype.getAllKeys;"
        " IDBObjectStore.prototype.getAllKeys = function (...which) { reads += 1;"
        " if (reads < 4) throw new DOMException('', 'UnknownError');"
        " return all.apply(this, which); }; }"
    )
    box.rate(2)
    until(box.arrived)
    box.until_sent()
    assert box.arrived() == [(1, 2)]


# Order and size


def test_batches_hold_fifty_and_shrink_where_less_is_taken(box):
    fill(box, 120)
    sizes: list[int] = []

    def narrow(route: Route) -> None:
        sizes.append(len(events_of(route)))
        if sizes[-1] > 20:
            route.fulfill(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body="too large")
        else:
            route.continue_()

    box.page.route(RATINGS, narrow)
    box.see("flush()")
    box.until_sent()
    assert sizes[:3] == [50, 25, 12]
    assert numbers(box) == list(range(1, 121))


def test_spoilt_tap_stops_no_other_and_no_order_but_its_own(box):
    ids = fill(box, 40)
    spoilt = ids[19]

    def fails(route: Route) -> None:
        if any(event["id"] == spoilt for event in events_of(route)):
            route.fulfill(status=HTTPStatus.INTERNAL_SERVER_ERROR, body="broken")
        else:
            route.continue_()

    box.page.route(RATINGS, fails)
    correction = box.rate(1, revises=spoilt)
    until(lambda: box.see("waiting") == 2)
    left = [event["id"] for event in box.see("contents()")["waiting"]]
    assert left == [spoilt, correction["id"]]
    assert numbers(box) == [number for number in range(1, 41) if number != 20]
    box.page.unroute(RATINGS)
    box.until_sent()
    assert numbers(box)[-2:] == [20, 41]
    assert box.told("refused") == []


# It may come back at any moment, also while the first tap is under suspicion.
@pytest.mark.parametrize("errors", range(1, 13))
def test_server_that_errs_for_a_while_does_not_change_the_order(box, errors):
    fill(box, 7)
    answers = [HTTPStatus.INTERNAL_SERVER_ERROR] * errors

    def errs(route: Route) -> None:
        if answers:
            route.fulfill(status=answers.pop(), body="broken")
        else:
            route.continue_()

    box.page.route(RATINGS, errs)
    box.see("flush()")
    box.until_sent()
    assert numbers(box) == [1, 2, 3, 4, 5, 6, 7]


# What an answer is worth


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["results"][0],
        lambda said: {"results": [{**said["results"][0], "id": str(uuid4())}]},
        lambda said: {
            "results": [{**said["results"][0], "receipt": "2222-2222-22222"}]
        },
        lambda said: {"results": [{"id": said["results"][0]["id"]}]},
        lambda _: {"results": [{"id": None, "error": "event_invalid"}]},
        lambda said: {"results": {"0": said["results"][0]}},
        lambda said: [said],
        lambda _: None,
    ],
    ids=[
        "no-list",
        "other-id",
        "other-receipt",
        "no-receipt",
        "error-of-nobody",
        "no-array",
        "array",
        "null",
    ],
)
def test_only_its_own_acknowledgement_lets_a_tap_go(box, change):
    spoiling = [True]

    def changed(route: Route) -> None:
        if not spoiling:
            route.continue_()
            return
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps(change(answer.json())))

    box.page.route(RATINGS, changed)
    box.rate(5)
    until(lambda: box.page.evaluate("() => waits")[:1])
    assert (box.see("waiting"), box.told("refused")) == (1, [])
    spoiling.clear()
    box.until_sent()
    assert box.arrived() == [(1, 5)]


def test_refused_for_good_is_set_aside_told_and_sent_again_by_hand(box):
    elsewhere = box.server.rows("SELECT id, code FROM window WHERE number = 'B001'")[0]
    box.page.route(RATINGS, lambda route: route.abort())
    box.rate(5)
    box.page.evaluate("(code) => { box.window = code; }", elsewhere[1])
    wrong = box.rate(4)
    box.page.evaluate("(code) => { box.window = code; }", box.window)
    box.rate(3)
    box.page.unroute(RATINGS)
    box.see("flush()")
    box.until_sent()
    assert box.arrived() == [(1, 5), (3, 3)]
    [refusal] = box.told("refused")
    assert refusal["error"] == "window_elsewhere"
    assert refusal["message"]
    assert box.see("setAside") == 1
    assert box.see("contents()") == {"waiting": [], "setAside": [refusal]}
    box.open()
    assert box.see("setAside") == 1
    box.server.execute(
        "INSERT INTO device_stay (device_id, window_id, since) "
        f"SELECT id, {elsewhere[0]}, paired_at FROM device WHERE code = '{box.device}'"
    )
    assert box.page.evaluate("(id) => box.sendAgain(id)", wrong["id"]) is True
    box.until_sent()
    assert box.arrived() == [(1, 5), (3, 3), (2, 4)]
    assert box.see("setAside") == 0
    assert box.page.evaluate("(id) => box.sendAgain(id)", wrong["id"]) is False


# Clocks


@pytest.mark.parametrize("set_right", [False, True], ids=["stays-wrong", "set-right"])
def test_clock_in_1970_does_not_move_a_tap_to_another_day(hall, visitors, set_right):
    page = visitors("tablet").page
    box = paired(hall, page)
    page.clock.install(time=datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC))
    box.open()
    page.route(RATINGS, lambda route: route.abort())
    event = box.rate(5)
    assert event["tapped_at"].startswith("1970-01-01T00:00:")
    assert event["offset"] is None
    if set_right:
        page.clock.set_system_time(utc_now())
    page.unroute(RATINGS)
    box.see("flush()")
    box.until_sent()
    [(tapped, uncertain)] = hall.rows(
        "SELECT tapped_at, time_uncertain FROM rating ORDER BY id DESC LIMIT 1"
    )
    moved = utc_now() - datetime.fromisoformat(str(tapped)).replace(tzinfo=UTC)
    assert timedelta(0) <= moved < timedelta(minutes=2)
    assert uncertain == 0
    offset = box.rate(4)["offset"]
    assert abs(offset) < 120_000 if set_right else offset > 50 * 365 * 86_400_000
