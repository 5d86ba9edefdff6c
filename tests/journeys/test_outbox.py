"""What a visitor tapped is on the screen's disk before the thanks, until it is kept."""

import re

import pytest

from tests.journeys.outboxes import NOWHERE, RATINGS, Outbox, paired, sibling
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey

_WATCH_WRITES = """() => {
  window.writes = [];
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    const made = begin.call(this, names, mode, options);
    made.addEventListener("complete", () => writes.push([[...names], mode, options]));
    return made;
  };
}"""
_FORBID = """Object.defineProperty(window, "indexedDB", {
  get() { throw new DOMException("forbidden", "SecurityError"); },
})"""
_FILL = """() => {
  window.adds = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
}"""


@pytest.fixture(scope="module")
def hall(common_hall) -> RealServer:
    return common_hall


@pytest.fixture
def box(hall, visitors) -> Outbox:
    """An empty outbox on a page of its own."""
    box = paired(hall, visitors("tablet").page)
    box.open()
    return box


def hold_line(box: Outbox) -> None:
    box.page.route(RATINGS, lambda route: route.abort())


def free_line(box: Outbox) -> None:
    box.page.unroute(RATINGS)
    box.see("flush()")


# On disk first


def test_thanks_come_after_a_strict_write_and_not_before(box):
    hold_line(box)
    box.page.evaluate(_WATCH_WRITES)
    event, writes = box.page.evaluate(
        "() => box.put({ kind: 'rating', level: 4 })"
        ".then((event) => [event, [...writes]])"
    )
    assert writes[-1] == [["meta", "waiting"], "readwrite", {"durability": "strict"}]
    assert event["sequence"] == 1
    assert re.fullmatch(r"[0-9a-f-]{14}4[0-9a-f]{3}-[89ab][0-9a-f-]{16}", event["id"])
    assert (event["device"], event["window"]) == (box.device, box.window)
    assert box.see("contents()") == {"waiting": [event], "setAside": []}


def test_waiting_taps_survive_a_reload_and_arrive_once_in_order(box):
    hold_line(box)
    first = box.rate(5)
    box.rate(1)
    box.rate(2, revises=first["id"])
    assert (box.see("waiting"), box.see("durable")) == (3, True)
    box.open()
    assert box.see("waiting") == 3
    assert box.rate(4)["sequence"] == 4
    free_line(box)
    box.until_sent()
    assert box.arrived() == [(1, 5), (2, 1), (3, 2), (4, 4)]
    assert box.see("oldest") is None


def test_a_tap_is_sent_at_once_while_the_line_is_up(box):
    event = box.rate(5)
    until(lambda: box.told("kept"))
    assert box.told("kept") == [event]
    assert box.arrived() == [(1, 5)]


def test_line_that_comes_back_is_used_at_once(box):
    box.page.context.set_offline(True)
    for level in (1, 2, 3):
        box.rate(level)
    # Whoever still waits for a time to pass now waits for ever.
    box.page.evaluate(
        "() => { for (let i = setTimeout(Date); i > 0; i -= 1)"
        " clearTimeout(i); window.setTimeout = () => 0; }"
    )
    box.page.context.set_offline(False)
    box.until_sent()
    assert box.arrived() == [(1, 1), (2, 2), (3, 3)]


def test_follow_up_and_test_tap_go_the_same_way(box):
    hold_line(box)
    rating = box.rate(1)
    box.put(kind="reasons", rating=rating["id"], list=1, reasons=[])
    test = box.put(kind="test")
    assert test["sequence"] == 3
    free_line(box)
    box.until_sent()
    assert box.told("refused") == []
    [(tested,)] = box.server.rows(
        "SELECT tested_at IS NOT NULL FROM device_report "
        "ORDER BY device_id DESC LIMIT 1"
    )
    assert tested


def test_servers_number_is_where_a_wiped_browser_begins(box):
    box.open(sequence=40)
    assert box.rate(5)["sequence"] == 41
    box.open(sequence=7)
    assert box.rate(5)["sequence"] == 42


def test_numbers_of_a_new_pairing_begin_anew(box):
    hold_line(box)
    assert [box.rate(5)["sequence"], box.rate(4)["sequence"]] == [1, 2]
    box.page.evaluate("() => { box.device = 'another'; }")
    assert box.rate(3)["sequence"] == 1
    box.page.evaluate("(device) => { box.device = device; }", box.device)
    assert box.rate(5)["sequence"] == 3


# An older layout


_FIRST_LAYOUT = """(events) => new Promise((resolve, reject) => {
  const request = indexedDB.open("kiosk-outbox", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("events", { keyPath: "sequence" });
    request.result.createObjectStore("meta");
  };
  request.onsuccess = () => {
    window.older = request.result;
    const writing = older.transaction(["events", "meta"], "readwrite");
    for (const event of events) writing.objectStore("events").add(event);
    writing.objectStore("meta").put(12, "sequence");
    writing.oncomplete = resolve;
    writing.onabort = () => reject(writing.error);
  };
})"""


def lay_first_layout(box: Outbox) -> None:
    """Leave two taps, numbers 11 and 12, as the first layout kept them."""
    hold_line(box)
    events = [box.rate(3) | {"sequence": 11}, box.rate(4) | {"sequence": 12}]
    box.page.goto(f"{box.server.url}{NOWHERE}")
    box.page.evaluate(
        "() => new Promise((resolve) => {"
        'indexedDB.deleteDatabase("kiosk-outbox").onsuccess = resolve; })'
    )
    box.page.evaluate(_FIRST_LAYOUT, events)


def test_upgrade_of_the_layout_carries_every_tap_over(box):
    lay_first_layout(box)
    box.open()
    assert (box.see("waiting"), box.see("durable")) == (2, True)
    assert box.rate(5)["sequence"] == 13
    free_line(box)
    box.until_sent()
    assert box.arrived() == [(11, 3), (12, 4), (13, 5)]


def test_tab_that_blocks_the_upgrade_neither_stops_nor_loses_taps(box):
    lay_first_layout(box)
    newer = sibling(box, box.page.context)
    newer.open()
    assert newer.see("durable") is False
    assert newer.rate(5, tapped="while blocked")["sequence"] == 1
    assert newer.arrived() == [(1, 5)]
    box.page.evaluate("() => older.close()")
    until(lambda: newer.see("durable"))
    newer.until_sent()
    assert newer.arrived() == [(1, 5), (11, 3), (12, 4)]


def test_older_page_makes_way_for_a_newer_layout_and_posts_directly(box):
    box.page.context.new_page().goto(f"{box.server.url}{NOWHERE}")
    other = box.page.context.pages[-1]
    other.evaluate(
        "() => new Promise((resolve) => {"
        'indexedDB.open("kiosk-outbox", 99).onsuccess = resolve; })'
    )
    until(lambda: box.told("outdated"))
    box.rate(5)
    assert box.see("durable") is False
    assert box.arrived() == [(1, 5)]


# Two tabs of one screen


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no-locks"])
def test_two_tabs_number_and_deliver_each_tap_once(hall, visitors, locks):
    visitor = visitors("tablet")
    if not locks:
        visitor.context.add_init_script(
            "Object.defineProperty(navigator, 'locks', { value: undefined })"
        )
    one = paired(hall, visitor.page)
    other = sibling(one, visitor.context)
    tabs = (one, other)
    for tab in tabs:
        tab.open()
        tab.page.evaluate(
            "() => { for (let i = 0; i < 20; i += 1) box.put({ kind: 'rating',"
            " level: 1 + (i % 5) }); }"
        )
    until(lambda: len(one.arrived()) == 40)
    for tab in tabs:
        tab.until_sent()
        assert tab.told("refused") == []
    assert sorted(number for number, _ in one.arrived()) == list(range(1, 41))


def test_tab_shows_what_another_one_left_waiting(box):
    other = sibling(box, box.page.context)
    other.open()
    for tab in (box, other):
        hold_line(tab)
    box.rate(2)
    until(lambda: other.see("waiting") == 1)
    box.page.close()
    free_line(other)
    other.until_sent()
    assert other.arrived() == [(1, 2)]


# A disk that does not take it


def test_forbidden_storage_posts_directly_and_says_so(hall, visitors):
    visitor = visitors("tablet")
    visitor.context.add_init_script(_FORBID)
    box = paired(hall, visitor.page)
    box.open()
    assert box.see("durable") is False
    box.rate(5)
    assert box.arrived() == [(1, 5)]
    assert box.rate(4)["sequence"] == 2
    assert box.see("waiting") == 0


def test_without_disk_and_line_nobody_is_told_it_is_safe(hall, visitors):
    visitor = visitors("tablet")
    visitor.context.add_init_script(_FORBID)
    box = paired(hall, visitor.page)
    box.open()
    hold_line(box)
    box.page.evaluate(
        "() => { box.put({ kind: 'rating', level: 5 })"
        ".then(() => { window.safe = 1; }); }"
    )
    until(lambda: box.see("waiting") == 1)
    assert box.page.evaluate("() => window.safe") is None
    free_line(box)
    until(lambda: box.page.evaluate("() => window.safe") == 1)
    assert box.arrived() == [(1, 5)]


def test_full_disk_is_got_over_when_it_has_room_again(box):
    hold_line(box)
    box.page.evaluate(_FILL)
    box.page.evaluate("() => { window.safe = box.put({ kind: 'rating', level: 2 }); }")
    until(lambda: box.see("waiting") == 1)
    assert box.see("durable") is False
    box.page.evaluate("() => { IDBObjectStore.prototype.add = adds; }")
    assert box.rate(3)["sequence"] == 2
    assert box.page.evaluate("() => safe")["sequence"] == 1
    until(lambda: box.see("durable"))
    box.open()
    assert box.see("waiting") == 2
    free_line(box)
    box.until_sent()
    assert sorted(box.arrived()) == [(1, 2), (2, 3)]
