"""All pages that can be reached by address alone pass the free checks, in both
languages, for everybody and for the organiser; and the checks see what is wrong.
"""

import pytest
from flask.testing import FlaskClient

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.models import Window
from kiosk.services.devices import make_pairing_link
from kiosk.services.installation import set_up
from kiosk.web.access import DEVICE_COOKIE
from tests.engines import ON_SQLITE
from tests.pages import Page, complaints
from tests.people import sign_in_as
from tests.routes import every_route
from tests.screens import Screen, keep, pair_screen, phone_tap

pytestmark = pytest.mark.unmeasured

LANGUAGES = {"zh": "zh-CN", "en": "en"}


@pytest.fixture
def screen(app, clock) -> Screen:
    """A hall that is set up, with one window, one screen and one rating."""
    with recording("test", clock()) as records:
        set_up(records, "市政务局", "政务服务中心", "Asia/Shanghai")
    screen = pair_screen("A001", clock())
    screen.rate(5, clock())
    return screen


@pytest.fixture
def people(app, client, screen, clock) -> dict[str, FlaskClient]:
    tablet = app.test_client()
    tablet.set_cookie(DEVICE_COOKIE, screen.secret)
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    return {"visitor": client, "organiser": organiser, "screen": tablet}


@pytest.fixture
def values(screen, clock) -> dict[str, object]:
    """A value for every part of an address."""
    with transaction() as session:
        code = session.get_one(Window, screen.window_id).code
        token = make_pairing_link(session, screen.window_id, clock())
    receipt = keep(phone_tap(screen.window_id, 4), clock()).receipt
    return {"code": code, "/r/ code": receipt, "token": token, "screen": 1}


def is_page(answer) -> bool:
    """Whether this is a whole page, not a fragment, a file or a way elsewhere."""
    whole = answer.mimetype == "text/html" and "<html" in answer.text
    return whole and not 300 <= answer.status_code < 400


def addresses(app, values) -> list[str]:
    """Return every address that answers to GET, with its parts filled in."""
    routes = every_route(app, values)
    return sorted({route.address for route in routes if route.method == "GET"})


@ON_SQLITE
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", ["visitor", "organiser", "screen"])
def test_every_page_passes_the_free_checks(app, people, values, person, language):
    seen = []
    for address in addresses(app, values):
        answer = people[person].get(address, query_string={"lang": language})
        assert answer.status_code < 500, address
        if not is_page(answer):
            continue
        page = Page(answer)
        assert page.soup.html["lang"] == LANGUAGES[language], address
        seen.append(address)
    assert len(seen) >= 5


@ON_SQLITE
@pytest.mark.parametrize("person", ["visitor", "organiser"])
def test_links_of_a_page_lead_to_pages(app, people, values, person):
    """One step from every page: nothing answers 404, and the language goes along."""
    client = people[person]
    asked = set()
    for address in addresses(app, values):
        answer = client.get(address, query_string={"lang": "en"})
        whole = is_page(answer)
        answer.close()
        if not whole or answer.status_code != 200:
            continue
        asked |= {str(a["href"]) for a in Page(answer).soup.select("a[href^='/']")}
    for link in sorted(asked):
        answer = client.get(link)
        # A long file is made while it is sent, and one at a time.
        answer.close()
        assert answer.status_code in {200, 302, 303, 403}, link
    inside = [link for link in asked if "lang=" not in link and "/static/" not in link]
    assert inside == []


GOOD = (
    '<!doctype html><html lang="en"><head><title>Here · Kiosk</title></head><body>'
    "<main><h1>Here</h1>{}</main></body></html>"
)
SEND = '<button type="submit">Send</button>'


def test_a_plain_page_is_right():
    assert complaints(GOOD.format("")) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<h1>Again</h1>", "2 h1"),
        ("<main></main>", "2 main"),
        ('<p id="a"></p><p id="a"></p>', "the id a 2 times"),
        ('<p aria-describedby="b"></p>', "aria-describedby names b, which is nowhere"),
        ('<input name="n">', "no label for n"),
        ('<label for="i"></label><input id="i" name="n">', "no label for n"),
        ('<a href="/x"></a>', "a a without words"),
        ('<button type="button"></button>', "a button without words"),
        ("<button>Go</button>", "a button without a type: Go"),
        (f'<form method="post">{SEND}</form>', "a form without an action of ours"),
        (f'<form action="/x">{SEND}</form>', "a form without a method"),
        ('<form action="/x" method="post"></form>', "a form that nobody can send"),
        ("<style>a{}</style>", "a style element"),
        ("<script>go()</script>", "a script with a body"),
        ('<p style="x:y">a</p>', "an inline style"),
        ('<p onclick="x">a</p>', "an inline onclick"),
        (
            '<a href="https://example.org">a</a>',
            "an address elsewhere: https://example.org",
        ),
        ('<a href="//example.org">a</a>', "an address elsewhere: //example.org"),
        ('<img src="/x.png">', "a picture without words: /x.png"),
        ('<svg viewBox="0 0 1 1"></svg>', "a drawing that is neither hidden nor named"),
    ],
)
def test_the_checks_see_what_is_wrong(body, complaint):
    assert complaints(GOOD.format(body)) == [complaint]


def test_the_checks_see_broken_html_and_an_empty_frame():
    assert complaints("<p>") == [
        "HTML at (1, 3): expected-doctype-but-got-start-tag",
        "0 h1",
        "a title that does not begin with what the page is",
        "no language",
        "0 main",
    ]
    assert complaints(GOOD.format("<b><i></b></i>"))[0].startswith("HTML at ")
