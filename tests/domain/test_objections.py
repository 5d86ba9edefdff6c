"""Objections: when they are taken, what they need, and who may decide."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.objections import (
    Conflict,
    ObjectionEmpty,
    ObjectionLong,
    ObjectionsClosed,
    RulingMissing,
    check_handler,
    check_taken,
    parse_objection,
    parse_objector,
    parse_ruling,
)

END = datetime(2026, 8, 13, 10, tzinfo=UTC)


def test_an_objection_is_taken_to_the_last_second():
    check_taken(END, END, final=False)
    for now, until, final in (
        (END + timedelta(seconds=1), END, False),
        (END, None, False),
        (END, END, True),
    ):
        with pytest.raises(ObjectionsClosed):
            check_taken(now, until, final=final)


def test_words_are_needed_a_name_is_not():
    assert parse_objection(" 材料不实 ") == "材料不实"
    assert parse_objector("", " 0000-5550199 ") == ("", "0000-5550199")
    for typed in ("", " ", "长" * 1001):
        with pytest.raises(ObjectionEmpty):
            parse_objection(typed)
    for name, contact in (("长" * 61, ""), ("", "1" * 101)):
        with pytest.raises(ObjectionLong):
            parse_objector(name, contact)


def test_a_ruling_has_its_reason():
    assert parse_ruling("经查不属实") == "经查不属实"
    for typed in ("", "长" * 1001):
        with pytest.raises(RulingMissing):
            parse_ruling(typed)


def test_nobody_decides_about_the_own_unit():
    check_handler([1], [2, 3])
    check_handler([], [1])
    with pytest.raises(Conflict):
        check_handler([1], [1, 2])
