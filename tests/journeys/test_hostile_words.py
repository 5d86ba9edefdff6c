"""Two hundred hostile strings in every field of text, on every page, in Chromium."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.domain.policy import Role
from kiosk.extensions import db, reading
from kiosk.extensions.cases import CaseSweep
from kiosk.models import Base, Rating, Window
from tests.hostile import (
    ELSEWHERE,
    FILLED,
    HOSTILE,
    NO_WORDS,
    fill,
    words_of,
)
from tests.routes import every_route
from tests.server import RealServer

pytestmark = pytest.mark.journey

EACH_TWENTIETH = slice(None, None, 20)
"""Of pages about one thing; its lists show all two hundred, and so does a window."""
STRANGE = """() => [
  globalThis.hit === undefined ? [] : ["executed"],
  [...document.querySelectorAll("*")].flatMap((one) =>
    one.getAttributeNames()
      .filter((name) => /^on/.test(name) || (/^(data-)?hx-/.test(name)
        && /evil|hit/.test(one.getAttribute(name))))
      .map((name) => `${one.tagName} ${name}`)),
  [...document.querySelectorAll("script:not([src]), iframe, object, embed, base")]
    .map((one) => one.tagName),
  [...document.querySelectorAll("[href^='javascript:' i], [action*='evil']")]
    .map((one) => one.outerHTML),
].flat()"""
KEYS = {
    "/manage/windows/": "window",
    "/manage/clerks/": "clerk",
    "/manage/units/": "unit",
    "/manage/accounts/invitations/": "invitation",
    "/manage/accounts/": "account",
    "/manage/shifts/proposals/": "proposal",
    "/manage/shifts/": "shift",
    "/manage/tablets/": "screen",
    "/manage/holds/": "hold",
    "/manage/integrations/": "integration",
    "/manage/cases/": "case",
    "/manage/appeals/": "appeal",
    "/manage/replies/": "reply",
    "/manage/campaigns/": "campaign",
    "/campaigns/": "campaign",
}
HANDLERS = "/manage/calls"
"""What only case handlers see; they have a test of their own."""
FILES = (
    "export",
    "file",
    ".csv",
    ".pdf",
    ".svg",
    ".png",
    ".jsonl",
    ".js",
    ".pem",
    ".xlsx",
    ".docx",
    ".toml",
)


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Iterator[tuple[RealServer, dict[str, list[object]]]]:
    """A server whose every word is hostile, and the values its addresses take."""
    folder = tmp_path_factory.mktemp("hostile") / "instance"
    with RealServer(folder, KIOSK_HTMX="local") as server:
        server.sign_in()
        app = create_app(load_settings(server.environment))
        with app.app_context():
            values: dict[str, list[object]] = dict(fill(utc_now()))
            # What asks for a call is a case, and is opened there.
            CaseSweep(app).look(utc_now())
            with reading() as session:
                windows = session.query(Window).order_by(Window.id)
                values["code"] = [window.code for window in windows]
                values["receipt"] = [session.query(Rating).first().receipt]
            values["routes"] = every_route(app)
            db.engine.dispose()
        yield server, values


def addresses(values: dict[str, list[object]]) -> list[str]:
    """Return every page, with the strings it can show."""
    found = []
    for route in values["routes"]:
        if route.method != "GET" or any(end in route.rule for end in FILES):
            continue
        if route.rule.startswith(HANDLERS):
            continue
        named = sorted(part for part in KEYS if route.rule.startswith(f"{part}<"))
        if route.rule.startswith("/w/<code>"):
            keys = values["code"]
        elif named:
            keys = values[KEYS[named[-1]]]
        else:
            found.append(route.address)
            continue
        text = "<code>" in route.rule or "<slug>" in route.rule
        nothing = "none" if text else "99999"
        found += [
            # Of a campaign the first sheet and the first candidate.
            route.address.replace(nothing, str(key), 1).replace("99999", "1")
            for key in keys[EACH_TWENTIETH]
        ]
    return found


def test_the_strings_are_two_hundred_and_every_field_has_them():
    assert len(set(HOSTILE)) == 200
    for table in Base.metadata.tables:
        known = FILLED.get(table, set()) | NO_WORDS.get(table, set())
        assert (table, words_of(table)) == (table, known)


def test_nothing_of_it_ever_runs(hall, visitors):
    server, values = hall
    visitor = visitors("desk")
    visitor.sign_in(server)
    page = visitor.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    seen, waiting = 0, addresses(values)
    assert len(waiting) > 200
    while waiting:
        path = waiting.pop()
        page.goto(f"{server.url}{path}", wait_until="load")
        assert (path, page.evaluate(STRANGE)) == (path, [])
        seen += "evil" in page.content() or "hit=1" in page.content()
        following = page.locator("a[rel=next][href*='page=']")
        if following.count():
            parts = urlsplit(following.get_attribute("href"))
            waiting.append(f"{parts.path}?{parts.query}")
    assert dialogs == []
    assert [one for one in visitor.requests if ELSEWHERE in one] == []
    # Or the strings were never shown, and nothing was tried.
    assert seen > 150


def test_nothing_of_it_runs_for_a_case_handler_who_opens_contacts(hall, visitors):
    server, values = hall
    visitor = visitors("desk")
    visitor.sign_in(server, Role.CASE_HANDLER)
    page = visitor.page
    for nth in (1, 2, 3, 4):
        page.goto(f"{server.url}{HANDLERS}?page={nth}")
        assert page.evaluate(STRANGE) == []
    for key in values["call"][EACH_TWENTIETH]:
        page.goto(f"{server.url}{HANDLERS}/{key}")
        page.locator("#opening").fill("<img src=x onerror=hit=1>")
        page.locator("form:has(#opening) button").click()
        page.locator("section[aria-labelledby=people] dl.facts").wait_for()
        assert "hit=1" in page.content() or ELSEWHERE in page.content()
        assert page.evaluate(STRANGE) == []
    assert [one for one in visitor.requests if ELSEWHERE in one] == []
