"""A paired screen's outbox, driven by itself on a page that has none of its own."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.server import RealServer
from tests.waiting import until

_OPEN = """async (settings) => {
  const { openOutbox } = await import("/static/js/tablet/outbox.js");
  window.box = await openOutbox(settings);
  window.told = [];
  for (const name of ["kept", "refused", "unpaired", "outdated"]) {
    box.addEventListener(name, ({ detail }) => told.push([name, detail]));
  }
}"""
RATINGS = "**/tablet/ratings"
NOWHERE = "/nowhere"
"""A page of ours without a script, so that the outbox is alone there."""


@dataclass
class Outbox:
    """A page with an outbox at window A001, and the server it sends to."""

    page: Page
    server: RealServer
    device: str
    window: str

    def open(self, path: str = NOWHERE, sequence: int = 0) -> None:
        """Load a page anew and open the outbox in it."""
        self.page.goto(f"{self.server.url}{path}")
        self.open_here(sequence)

    def open_here(self, sequence: int = 0) -> None:
        """Open the outbox in the page as it is."""
        settings = {
            "address": "/tablet/ratings",
            "device": self.device,
            "window": self.window,
            "sequence": sequence,
        }
        self.page.evaluate(_OPEN, settings)

    def put(self, **parts: object) -> dict[str, Any]:
        """Put an event into the outbox; return it once it is safe."""
        return self.page.evaluate("(parts) => box.put(parts)", parts)

    def rate(self, level: int, **more: object) -> dict[str, Any]:
        """Put a rating into the outbox; return it once it is safe."""
        return self.put(kind="rating", level=level, **more)

    def see(self, words: str) -> Any:
        """Return what a property of the outbox says."""
        return self.page.evaluate(f"() => box.{words}")

    def told(self, name: str) -> list[Any]:
        """Return the details of all events of that name so far."""
        return [
            detail for kind, detail in self.page.evaluate("() => told") if kind == name
        ]

    def until_sent(self) -> None:
        """Return when nothing waits any longer."""
        until(lambda: self.see("waiting") == 0)

    def arrived(self) -> list[tuple[object, ...]]:
        """Return (sequence, level) of this screen's ratings in order of arrival."""
        return self.server.rows(
            "SELECT r.sequence, r.level FROM rating r JOIN device d "
            f"ON d.id = r.device_id WHERE d.code = '{self.device}' ORDER BY r.id"
        )


def paired(server: RealServer, page: Page) -> Outbox:
    """Make the page's browser a new screen of window A001."""
    link = server.pairing_link("A001")
    page.context.request.post(link, headers={"Origin": server.url}, max_redirects=0)
    [(code, window)] = server.rows(
        "SELECT d.code, w.code FROM device d JOIN window w ON w.id = d.window_id "
        "ORDER BY d.id DESC LIMIT 1"
    )
    return Outbox(page, server, str(code), str(window))


def sibling(box: Outbox, context: BrowserContext) -> Outbox:
    """Return the same screen's outbox in another tab; it is not open yet."""
    return Outbox(context.new_page(), box.server, box.device, box.window)
