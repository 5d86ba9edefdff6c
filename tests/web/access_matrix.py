"""The table of who may call what, and how an answer is read.

`tests/web/access_matrix.csv` has a line for each method and rule. A cell says what
somebody gets who asks with nothing typed in:

- `open`: the view itself answered, be it that something was wrong in the form;
- `sign-in`: 303 to the sign-in page, 204 with HX-Redirect for a fragment, 401 for a
  write; taps say the same to whoever is no paired screen, and the interface to
  whoever sends no key;
- `nothing`: a harmless act on what is not theirs; the answer is that for an object
  that does not exist, and nothing is changed;
- `closed`: 404, byte for byte the page of an address that does not exist;
- `refused`: 403, the set-up to whoever does not hold its link.

`python -m tests.web.access_matrix` writes the table anew: lines of routes that are
gone go, new routes get the line that their mark and `policy.RIGHTS` propose, and a
line that is there stays as somebody has looked at it.
"""

import csv
import tempfile
from pathlib import Path

from werkzeug.test import TestResponse

from kiosk.app import create_app
from kiosk.domain.policy import RIGHTS, Action
from tests.conftest import make_settings
from tests.routes import Route, every_route
from tests.web.access_world import PEOPLE, ROLES

TABLE = Path(__file__).with_suffix(".csv")
HEADINGS = ("method", "rule", *PEOPLE)
WORDS = {"open", "sign-in", "nothing", "closed", "refused"}
NOBODYS = {"/manage/nominations/<slug>/<award>"}
"""Rules that name something of the organisation, which each unit takes part in."""
_UNSIGNED = {"anonymous", "device", "holder"}

Key = tuple[str, str]


def read_table() -> dict[Key, dict[str, str]]:
    """Return the cells of each method and rule by person."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (line["method"], line["rule"]): {name: line[name] for name in PEOPLE}
            for line in csv.DictReader(file)
        }


def write_table(table: dict[Key, dict[str, str]]) -> None:
    """Write the lines in the order of their rules."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS, lineterminator="\n")
        writer.writeheader()
        for method, rule in sorted(table, key=lambda key: key[::-1]):
            writer.writerow({"method": method, "rule": rule} | table[(method, rule)])


def proposed(route: Route) -> dict[str, str]:
    """Return the line that a route's mark and the table of rights propose."""
    return {person: _cell(route, person) for person in PEOPLE}


def what(answer: TestResponse) -> str:
    """Return the word for an answer."""
    led = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
    if answer.status_code == 401 or led.startswith("/sign-in?next="):
        return "sign-in"
    return {403: "refused", 404: "closed"}.get(answer.status_code, "open")


def _cell(route: Route, person: str) -> str:
    kind, _, action = route.mark.partition(":")
    if kind == "holder":
        return "open" if person in {"holder", "organiser"} else "refused"
    if kind == "public" or (kind == "device" and not route.writes):
        return "open"
    # What a screen or a key opens, no signed-in person does.
    if kind in {"device", "integration"} or person in _UNSIGNED:
        is_device = kind == "device" and person == "device"
        return "open" if is_device else "sign-in"
    named = "<" in route.rule
    if kind == "signed-in":
        # What is one's own is the viewer's, where an address names it.
        return "closed" if named and person != "viewer" else "open"
    # What an address names belongs to the unit of the other manager.
    units = named and route.rule not in NOBODYS
    elsewhere = units and person == "manager_other"
    lacking = Action(action) not in RIGHTS[ROLES[person]]
    return "closed" if elsewhere or lacking else "open"


def _renew() -> None:
    known = read_table() if TABLE.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        routes = every_route(create_app(make_settings(Path(folder))))
    table = {}
    for route in routes:
        key = (route.method, route.rule)
        table[key] = known.get(key) or proposed(route)
        if key not in known:
            print("new:", *key, *table[key].values())
    for key in sorted(set(known) - set(table)):
        print("gone:", *key)
    write_table(table)


if __name__ == "__main__":
    _renew()
