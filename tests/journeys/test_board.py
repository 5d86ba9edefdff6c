"""The board in a real browser: pages that turn, rows that slide, data that is late."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kiosk.clock import utc_now
from tests.journeys.conftest import SIZES, Visitor, stand_still
from tests.server import RealServer

pytestmark = pytest.mark.journey

WINDOWS = 12
TURN = 12_000


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Iterator[RealServer]:
    """A hall whose places stay as they are."""
    folder = tmp_path_factory.mktemp("board") / "instance"
    with RealServer(folder, KIOSK_HTMX="local") as server:
        list_windows(server)
        yield server


@pytest.fixture
def moving_hall(server) -> RealServer:
    """A hall of the test's own, whose places may change."""
    list_windows(server)
    return server


def list_windows(server: RealServer) -> None:
    """Let there be twelve listed windows, a later number in a later place."""
    lines = [
        f"市医保局,A{nth:03},医保综合{nth},医保,一楼,0000-5550101"
        for nth in range(1, WINDOWS + 1)
    ]
    windows = server.instance / "windows.csv"
    heading = "单位,窗口编号,窗口名称,业务类型,位置,电话"
    windows.write_text("\n".join([heading, *lines]), "utf-8")
    server.flask("import", "windows", str(windows))
    rate(server, {nth: [4] * (nth // 2) + [5] * 8 for nth in range(1, WINDOWS + 1)})


def rate(server: RealServer, levels: dict[int, list[int]], days=range(1, 7)) -> None:
    """Take in the same ratings for each day, so many days ago."""
    path = server.instance / "ratings.csv"
    rows = ["window,time,channel,level"]
    for ago in days:
        moment = utc_now() - timedelta(days=ago, seconds=1)
        for window, given in levels.items():
            for nth, level in enumerate(given):
                at = (moment - timedelta(seconds=nth)).isoformat()
                rows.append(f"A{window:03},{at},tablet,{level}")
    path.write_text("\n".join(rows), "utf-8")
    server.flask("import", "ratings", str(path))


def numbers(page) -> list[str]:
    return page.locator("[data-window]:visible .plate").all_inner_texts()


def all_numbers() -> list[str]:
    return [f"A{nth:03}" for nth in range(1, WINDOWS + 1)]


def test_wall_shows_ten_places_and_turns(hall, visitors):
    page = visitors("wall").page
    page.clock.install()
    stand_still(page)
    page.goto(f"{hall.url}/board")
    assert numbers(page) == all_numbers()[:10]
    page.clock.run_for(TURN)
    assert numbers(page) == all_numbers()[10:]
    page.clock.run_for(TURN)
    assert numbers(page) == all_numbers()[:10]


def test_page_that_somebody_chose_stays(hall, visitors):
    page = visitors("wall").page
    page.clock.install()
    stand_still(page)
    page.goto(f"{hall.url}/board")
    page.locator("[data-turn]").nth(1).click()
    page.clock.run_for(4 * TURN)
    assert numbers(page) == all_numbers()[10:]
    expect(page.locator("[data-turn]").nth(1)).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_desk_and_phone_show_one_list(hall, visitors, size):
    page = visitors(size).page
    page.goto(f"{hall.url}/board")
    assert numbers(page) == all_numbers()


def test_board_can_be_read_without_scripts(hall, browser):
    context = browser.new_context(viewport=SIZES["desk"], java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{hall.url}/board?lang=en")
    assert numbers(page) == all_numbers()
    expect(page.get_by_role("link", name="Load the latest figures")).to_be_visible()
    context.close()


def test_unchanged_board_is_not_sent_again(hall, visitors):
    page = visitors("desk").page
    page.goto(f"{hall.url}/board")
    row = page.locator("[data-window=A001]").element_handle()
    with page.expect_response("**/board/rows*") as answer:
        pass
    assert answer.value.status == 304
    assert row.evaluate("row => row.isConnected")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_row_that_changes_places_slides_unless_asked_not_to(
    moving_hall, browser, motion
):
    context = browser.new_context(viewport=SIZES["wall"], reduced_motion=motion)
    page = context.new_page()
    page.goto(f"{moving_hall.url}/board")
    page.evaluate(
        """() => new MutationObserver((seen) => {
          window.slid ??= [];
          for (const one of seen)
            window.slid.push(one.target.dataset.window ?? one.target.tagName);
        }).observe(document, {
          attributeFilter: ["data-moves", "data-moving"], subtree: true,
        })"""
    )
    rate(moving_hall, {1: [4] * 20}, days=[1])
    expect(page.locator("[data-window]").nth(0)).not_to_have_attribute(
        "data-window", "A001"
    )
    moved = motion == "no-preference"
    expect(page.locator("html[data-moving]")).to_have_count(0)
    slid = set(page.evaluate("() => window.slid ?? []"))
    assert slid == ({"A001", "HTML"} if moved else set())
    context.close()


def test_late_data_is_said_and_taken_back(hall, browser):
    visitor = Visitor(browser, "wall", "en")
    visitor.page.goto(f"{hall.url}/board")
    line = visitor.page.locator("[data-stale]")
    expect(line).to_be_hidden()
    hall.stop()
    expect(line).to_be_visible()
    expect(line).to_contain_text("Waiting for data since ")
    hall.start()
    expect(line).to_be_hidden(timeout=60_000)
    visitor.context.close()


def test_nobody_polls_from_a_hidden_page(hall, visitors):
    visitor = visitors("desk")
    visitor.page.clock.install()
    visitor.page.goto(f"{hall.url}/board")
    visitor.page.evaluate(
        "() => Object.defineProperty(document, 'hidden', {get: () => window.away})"
    )
    visitor.page.evaluate("() => { window.away = true; }")
    visitor.requests.clear()
    visitor.page.clock.run_for(30_000)
    assert visitor.requests == []
    with visitor.page.expect_response("**/board/rows*"):
        visitor.page.evaluate(
            """() => {
              window.away = false;
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
