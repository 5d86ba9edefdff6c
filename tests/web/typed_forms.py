"""Every form that the pages hold, filled in as somebody might."""

from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from tests.routes import every_route
from tests.web.access_world import World

TYPED = {
    "number": "C009",
    "badge": "C009",
    "login": "new-login",
    "name": "李四",
    "password": "correct horse battery staple",
    "again": "correct horse battery staple",
    "current": "wrong",
    "code": "123456",
    "pin": "482915",
    "phone": "0000-5550109",
    "reason": "记错了",
    "year": "2027",
    "time_zone": "Asia/Shanghai",
    "comment": "很好",
}
"""What is typed into a field of that name; others get a plain word."""
_BY_TYPE = {
    "date": "2026-07-20",
    "time": "09:00",
    "datetime-local": "2026-07-20T09:00",
    "month": "2026-07",
    "number": "3",
}


@dataclass(frozen=True)
class TypedForm:
    """Where a form is sent, and its fields with what was typed and chosen."""

    page: str
    action: str
    fields: tuple[tuple[str, str], ...]
    names: frozenset[str]
    """Names of all its fields, also of those that send nothing now."""
    typed: frozenset[str]
    """Names of those into which somebody types text."""

    def data(self, **instead: str) -> dict[str, list[str]]:
        """Return what the browser sends; `instead` are further or other fields."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        return sent | {name: [value] for name, value in instead.items()}


def every_form(app: Flask, world: World, client: FlaskClient) -> list[TypedForm]:
    """Return each form that writes, of all pages open to a browser, once."""
    found: dict[str, TypedForm] = {}
    for route in every_route(app, world.parts):
        if route.writes:
            continue
        answer = client.get(route.address)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            answer.close()
            continue
        for form in forms_of(route.address, answer.text):
            found.setdefault(form.action, form)
    return list(found.values())


def forms_of(page: str, html: str) -> Iterator[TypedForm]:
    """Yield the filled-in forms of a page that write and take no file."""
    for form in BeautifulSoup(html, "html5lib").select("form[method=post i]"):
        if form.select_one("input[type=file]"):
            continue
        fields = form.select("[name]")
        yield TypedForm(
            page=page,
            action=str(form["action"]),
            fields=tuple(_sent(fields)),
            names=frozenset(str(field["name"]) for field in fields),
            typed=frozenset(str(field["name"]) for field in fields if _is_text(field)),
        )


def _sent(fields: list[Tag]) -> Iterator[tuple[str, str]]:
    chosen = {str(field["name"]) for field in fields if field.has_attr("checked")}
    pressed = False
    for field in fields:
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if kind == "radio" and name not in chosen:
            chosen.add(name)
            yield name, str(field["value"])
        elif kind in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                yield name, str(field.get("value", "on"))
        elif kind == "submit":
            if not pressed:
                yield name, str(field.get("value", ""))
            pressed = True
        else:
            yield name, _filled(field, name, kind)


def _filled(field: Tag, name: str, kind: str) -> str:
    if field.name == "select":
        options = [str(option.get("value", "")) for option in field.select("option")]
        picked = [
            str(option.get("value", "")) for option in field.select("option[selected]")
        ]
        return (picked + [value for value in options if value] + [""])[0]
    given = (
        field.get_text() if field.name == "textarea" else str(field.get("value", ""))
    )
    return given or TYPED.get(name) or _BY_TYPE.get(kind) or "文字"


def _is_text(field: Tag) -> bool:
    kind = str(field.get("type", "text"))
    return field.name == "textarea" or (
        field.name == "input" and kind in {"text", "search", "tel"}
    )
