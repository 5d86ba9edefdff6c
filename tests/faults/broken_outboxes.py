"""Broken outboxes, so that the checks of the real one are known to see what they must.

Each is the outbox that is served, with one line of it replaced. A line that is no
longer there makes the twin fail by itself, not pass unnoticed.
"""

from typing import NamedTuple

from playwright.sync_api import BrowserContext, Route

from kiosk.config import ROOT

_SCRIPTS = ROOT / "static" / "js" / "tablet"


class Breach(NamedTuple):
    """A script, lines of it, and what stands there instead."""

    script: str
    lines: dict[str, str]


BREACHES = {
    "removes before it sends": Breach(
        "sender.js",
        {
            "const { status, slow, body } = await post(": (
                "await this.#box.settle(batch, []);\n"
                "    const { status, slow, body } = await post("
            )
        },
    ),
    "takes any 200 for an acknowledgement": Breach(
        "sender.js",
        {
            "const { kept, refused } = sorted(batch, body?.results);": (
                "const { kept, refused } = status === 200"
                " ? { kept: batch, refused: [] } : sorted(batch, []);"
            ),
            "await answer.json() }": "await answer.json().catch(() => ({})) }",
            "heard(body.now);": "heard(body?.now);",
            "detail: body.now": "detail: body?.now",
        },
    ),
    "takes any JSON refusal for its own": Breach(
        "sender.js",
        {
            "if (answer.status !== 200) return { status: answer.status };": "",
            "const said = about.get(entry.event.id);": (
                "const said = about.get(entry.event.id)"
                ' ?? { error: "refused", message: "" };'
            ),
        },
    ),
    "makes the id when it sends": Breach(
        "sender.js",
        {
            "const batch = await this.#box.take(this.#most, this.#without);": (
                "const batch = (await this.#box.take(this.#most, this.#without))"
                ".map((entry) => ({ ...entry, event: { ...entry.event, id: "
                "crypto.randomUUID() } }));"
            )
        },
    ),
    "sends the newest first": Breach(
        "sender.js",
        {
            "const batch = await this.#box.take(this.#most, this.#without);": (
                "const batch = (await this.#box.take(9999, this.#without))"
                ".reverse().slice(0, this.#most);"
            )
        },
    ),
    "stops at what is refused": Breach(
        "sender.js",
        {
            "if (said === undefined) continue;": (
                "if (said?.receipt === undefined) break;"
            )
        },
    ),
    "thanks before it has written": Breach(
        "outbox.js",
        {
            "const event = await this.#store.add(device, reached(), make);": (
                "const event = make(reached() + 1);\n"
                "      setTimeout(() => this.#store.add(device, 0, () => event)"
                ".then(() => this.#wrote()), 200);"
            )
        },
    ),
}


def broken_script(promise: str) -> str:
    """Return the script of a breach as the broken screen gets it."""
    script, lines = BREACHES[promise]
    text = (_SCRIPTS / script).read_text("utf-8")
    for line, instead in lines.items():
        found = text.count(line)
        if found != 1:
            raise LookupError(f"{script} has {line!r} {found} times: mend the twin")
        text = text.replace(line, instead)
    return text


def break_outbox(context: BrowserContext, promise: str) -> None:
    """Give the pages of a browser profile an outbox that breaks a promise."""
    body = broken_script(promise)
    name = BREACHES[promise].script

    def serve(route: Route) -> None:
        route.fulfill(body=body, content_type="text/javascript")

    context.route(f"**/js/tablet/{name}*", serve)
