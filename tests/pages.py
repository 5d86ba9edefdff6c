"""Pages as people get them: fetched by endpoint, parsed, and given the free checks."""

import re
from collections import Counter
from collections.abc import Iterator

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.config import HTMX_CDN_URL

_NAMELESS = {"hidden", "submit", "button", "image", "reset"}
_HANDLER = re.compile(r"on[a-z]+")
_ADDRESSES = ("href", "src", "action", "formaction", "poster")
_BROKEN_ENTITY = {"named-entity-without-semicolon"}


class Page:
    """One answer in HTML. A whole page is checked as soon as it is looked at."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.soup = BeautifulSoup(answer.text, "html5lib")
        found = complaints(answer.text)
        assert found == [], f"{answer.request.url}: {found}"

    @property
    def title(self) -> str:
        return self.soup.title.get_text(strip=True) if self.soup.title else ""

    @property
    def heading(self) -> str:
        return words(self.one("h1"))

    def one(self, selector: str) -> Tag:
        """Return the only element that a selector finds."""
        [found] = self.soup.select(selector)
        return found

    def texts(self, selector: str) -> list[str]:
        """Return the words of each element that a selector finds."""
        return [words(element) for element in self.soup.select(selector)]

    def links(self) -> list[str]:
        """Return where the page leads, links and forms alike."""
        found = [str(a["href"]) for a in self.soup.select("a[href]")]
        return found + [str(form["action"]) for form in self.soup.select("form")]


def get(
    client: FlaskClient, endpoint: str, *, status: int = 200, **values: object
) -> Page:
    """Fetch a page by its endpoint; `_headers` are those of the request."""
    headers = values.pop("_headers", None)
    answer = client.get(
        address(client.application, endpoint, **values), headers=headers
    )
    assert answer.status_code == status, answer.text[:2000]
    return Page(answer)


def address(app: Flask, endpoint: str, **values: object) -> str:
    with app.test_request_context():
        return url_for(endpoint, **values)


def words(element: Tag) -> str:
    return " ".join(element.get_text().split())


def complaints(html: str) -> list[str]:
    """Return what is wrong with a page, one sentence each."""
    soup = BeautifulSoup(html, "html5lib")
    checks = (_syntax, _frame, _names, _forms, _inline, _pictures)
    return [line for check in checks for line in check(html, soup)]


def _syntax(html: str, _soup: BeautifulSoup) -> Iterator[str]:
    parser = html5lib.HTMLParser()
    parser.parse(html)
    yield from (f"HTML at {place}: {code}" for place, code, _ in parser.errors)


def _frame(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    headings = soup.find_all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    elif not words(headings[0]):
        yield "an empty h1"
    first = soup.title.get_text().partition("·")[0] if soup.title else ""
    if not first.strip():
        yield "a title that does not begin with what the page is"
    if not (soup.html and soup.html.get("lang")):
        yield "no language"
    if len(soup.find_all("main")) != 1:
        yield f"{len(soup.find_all('main'))} main"


def _names(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    ids = Counter(str(element["id"]) for element in soup.find_all(id=True))
    yield from (
        f"the id {name} {count} times" for name, count in ids.items() if count > 1
    )
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for element in soup.find_all(attrs={attribute: True}):
            missing = [name for name in _listed(element[attribute]) if name not in ids]
            yield from (
                f"{attribute} names {name}, which is nowhere" for name in missing
            )
    for field in soup.find_all(["input", "select", "textarea"]):
        if str(field.get("type", "")) not in _NAMELESS and not _is_named(field, soup):
            yield f"no label for {field.get('name')}"
    for pressed in soup.find_all(["button", "a"]):
        if not words(pressed) and not _is_named(pressed, soup):
            yield f"a {pressed.name} without words"


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else str(value).split()


def _is_named(field: Tag, soup: BeautifulSoup) -> bool:
    labels = soup.find_all("label", attrs={"for": field.get("id") or "-"})
    if any(words(label) for label in labels):
        return True
    around = field.find_parent("label")
    if around is not None and words(around):
        return True
    return bool(field.get("aria-label") or field.get("aria-labelledby"))


def _forms(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.find_all("form"):
        if not str(form.get("action") or "").startswith("/"):
            yield "a form without an action of ours"
        if str(form.get("method", "")).lower() not in {"get", "post"}:
            yield "a form without a method"
        if not form.find(["button", "input"], attrs={"type": "submit"}):
            yield "a form that nobody can send"
    for button in soup.find_all("button"):
        if not button.get("type"):
            yield f"a button without a type: {words(button)}"


def _inline(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    if soup.find("style"):
        yield "a style element"
    if any(script.decode_contents().strip() for script in soup.find_all("script")):
        yield "a script with a body"
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            if name == "style" or _HANDLER.fullmatch(name):
                yield f"an inline {name}"
            if name in _ADDRESSES and not _is_ours(str(value)):
                yield f"an address elsewhere: {value}"


def _is_ours(value: str) -> bool:
    if value == HTMX_CDN_URL:
        return True
    return value.startswith(("/", "#", "tel:", "?")) and not value.startswith("//")


def _pictures(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    for picture in soup.find_all("img"):
        if picture.get("alt") is None:
            yield f"a picture without words: {picture.get('src')}"
    for drawing in soup.find_all("svg"):
        if not (
            drawing.get("aria-hidden")
            or drawing.get("aria-label")
            or drawing.get("role")
        ):
            yield "a drawing that is neither hidden nor named"
