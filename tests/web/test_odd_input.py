"""What people and attackers type: nothing fails, and nothing odd is kept."""

import re
import unicodedata

import pytest
from flask import Flask
from sqlalchemy import String, Text

from kiosk.models import Base
from tests.routes import every_route
from tests.waiting import settled
from tests.web.snapshots import Rows, database, differences
from tests.web.typed_forms import every_form

pytestmark = pytest.mark.unmeasured

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""Controls, marks that turn text round, and what nobody sees. A line may end."""
ODD = {
    "unseen": "甲\u202e\u2066乙\u200b\ufeff\x00\x1b[31m\u2029e\u0301",
    "long": "𠮷" * 3000,
    "markup": "<script>alert(1)</script>{{ 7*7 }}'\"; DROP TABLE window; --",
    "lines": "a\r\nSet-Cookie: kiosk_session=x\r\n\r\n<p>",
}
SENSITIVE = re.compile(r"password|again|current|pin|code|csrf|token|secret|key")
LARGE = 300 * 1024
TOKENS = {
    "/invitation/<token>": "opened once, by a button; whoever opens it chooses anew",
    "/r/mine/<secret>": "on the own phone, by a code that a script cannot read",
    "/r/mine/<secret>/again": "the same page's form",
    "/r/mine/<secret>/appeal": "the same page's form",
    "/r/mine/<secret>/second": "the same page's form",
    "/r/mine/<secret>/withdraw": "the same page's form",
    "/r/mine/<secret>/words": "the same page's form",
    "/t/<token>": "for one rating, read off a screen or a slip of paper",
    "/tablet/pair/<token>": "opened once, by a button, within ten minutes",
}
"""Secrets in an address, and why they may be there."""


def texts(rows: Rows) -> list[tuple[str, str, str, int | None]]:
    """Return (table, column, value, most characters) of every kept text."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text):
                most = None if isinstance(column.type, Text) else column.type.length
                found += [
                    (table.name, column.name, row[column.name], most)
                    for row in rows[table.name]
                    if row.get(column.name) is not None
                ]
    return found


def faults(rows: Rows) -> list[str]:
    """Return which kept texts are not clean, not composed, or too long."""
    found = []
    for table, column, value, most in texts(rows):
        if HIDDEN.search(value):
            found.append(f"{table}.{column} has hidden characters")
        if unicodedata.normalize("NFC", value) != value:
            found.append(f"{table}.{column} is not composed")
        if most is not None and len(value) > most:
            found.append(f"{table}.{column} holds {len(value)} of {most}")
    return found


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("person", ["organiser", "anonymous"])
def test_no_form_fails_or_keeps_what_nobody_can_see(
    asked, world, person, kind, tmp_path
):
    before = database()
    assert faults(before) == []
    tried = 0
    for form in every_form(asked, world, world.client(asked, person)):
        for name in sorted(form.typed):
            with settled():
                answer = world.client(asked, person).post(
                    form.action, data=form.data(**{name: ODD[kind]})
                )
            where = f"{form.action}: {name}"
            assert answer.status_code < 500, where
            assert "Set-Cookie: kiosk_session=x" not in str(answer.headers), where
            assert "<script>alert" not in answer.text, where
            after = database()
            assert faults(after) == [], where
            if differences(before, after):
                world.restore(tmp_path / "kiosk.db")
            tried += 1
    assert tried >= {"organiser": 15, "anonymous": 3}[person]


def test_the_check_sees_what_may_not_be_kept():
    row = {"code": "main", "name": "", "time_zone": "Asia/Shanghai"}
    rows = {table.name: [] for table in Base.metadata.sorted_tables}
    wrong = ["a\u200bb", "e\u0301", "厅" * 101]
    rows["centre"] = [row | {"name": name} for name in ["厅\n", *wrong]]
    assert faults(rows) == [
        "centre.name has hidden characters",
        "centre.name is not composed",
        "centre.name holds 101 of 100",
    ]


@pytest.mark.parametrize("person", ["organiser", "device", "anonymous"])
def test_a_large_body_is_refused_everywhere(asked, world, person):
    client = world.client(asked, person)
    statuses = set()
    for route in every_route(asked, world.parts):
        if route.writes:
            sent = {"csrf": "x" * LARGE}
            answer = client.open(route.address, method=route.method, data=sent)
            answer.close()
            assert answer.status_code < 500, route.rule
            statuses.add(answer.status_code)
    assert 413 in statuses


# --- nothing sensitive in addresses -------------------------------------------


def secret_rules(app: Flask) -> set[str]:
    """Return the rules with a part that is named as a secret is."""
    return {
        route.rule
        for route in every_route(app)
        if re.search(r"<[^>]*(token|secret|key_of|password)[^>]*>", route.rule)
    }


def test_secrets_stand_in_the_address_of_one_time_links_alone(app):
    assert secret_rules(app) == set(TOKENS)


@pytest.mark.parametrize("person", ["organiser", "manager_own", "device", "holder"])
def test_no_address_on_a_page_holds_a_secret(asked, world, person):
    client = world.client(asked, person)
    _, secret = world.cookies[person]
    for route in every_route(asked, world.parts):
        if route.writes:
            continue
        answer = client.get(route.address)
        answer.close()
        if answer.mimetype == "text/html":
            assert secret not in answer.text, route.rule
            leading = re.findall(
                r'(?:href|src|action|hx-[a-z]+)="([^"]*)"', answer.text
            )
            assert not [one for one in leading if "csrf=" in one], route.rule
        assert secret not in str(answer.location), route.rule


def test_no_form_puts_a_secret_into_an_address(asked, world):
    for person in ("organiser", "anonymous"):
        client = world.client(asked, person)
        for route in every_route(asked, world.parts):
            answer = client.get(route.address) if not route.writes else None
            if answer is None or answer.mimetype != "text/html":
                continue
            for form in re.findall(
                r'<form[^>]*method="get"[^>]*>.*?</form>', answer.text, re.DOTALL
            ):
                names = re.findall(r'name="([^"]+)"', form)
                # Codes of receipts and of screens to be installed open nothing.
                # That of a ballot stands in the address on its slip as well.
                codes = any(part in form for part in ('="/r', "/install", '/vote"'))
                allowed = {"code"} if codes else set()
                assert not [
                    name
                    for name in names
                    if SENSITIVE.search(name) and name not in allowed
                ], (route.rule, names)


def test_where_a_form_leads_tells_nothing_that_was_typed(asked, world, tmp_path):
    for person in ("organiser", "anonymous"):
        for form in every_form(asked, world, world.client(asked, person)):
            typed = [
                value
                for name, value in form.fields
                if SENSITIVE.search(name) and len(value) > 3
            ]
            with settled():
                answer = world.client(asked, person).post(form.action, data=form.data())
            answer.close()
            led = f"{answer.location} {answer.headers.get('HX-Redirect')}"
            assert not [value for value in typed if value in led], form.action
            world.restore(tmp_path / "kiosk.db")
