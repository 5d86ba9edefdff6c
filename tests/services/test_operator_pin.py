"""The operator's PIN is made for each centre, set by hand, and never in the ledger."""

import pytest
from sqlalchemy import select, text

from kiosk.domain.operator_pin import (
    OperatorPinInvalid,
    OperatorPinTooPlain,
    parse_operator_pin,
)
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Centre
from kiosk.queries.operator_pin import operator_pin
from kiosk.services.operator_pin import (
    ensure_operator_pins,
    renew_operator_pin,
    set_operator_pin,
)
from tests.staff import entries

CENTRE = 1


def pin() -> str:
    with reading() as session:
        return operator_pin(session, CENTRE)


@pytest.fixture
def act(app, clock):
    def do(service, *values):
        with recording("account:9", clock()) as records:
            return service(records, CENTRE, *values)

    return do


def test_a_new_centre_has_a_random_pin_already(app):
    assert parse_operator_pin(pin()) == pin()


def test_a_pin_is_set_once_and_setting_it_again_changes_nothing(act):
    assert act(set_operator_pin, " ４８２９１５ ") is True
    assert pin() == "482915"
    assert act(set_operator_pin, "482915") is False


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("12", OperatorPinInvalid), ("111111", OperatorPinTooPlain)],
)
def test_a_pin_that_is_refused_changes_nothing(act, typed, refusal):
    before = pin()
    with pytest.raises(refusal):
        act(set_operator_pin, typed)
    assert pin() == before


def test_the_ledger_tells_who_changed_it_and_never_what_it_is(act):
    act(set_operator_pin, "482915")
    bodies = entries("centre")
    assert '"by":"account:9"' in bodies[-1]
    assert "a new operator's PIN" in bodies[-1]
    assert [body for body in bodies if "operator_pin" in body or "482915" in body] == []


def test_a_random_pin_is_returned_and_holds(act):
    assert act(renew_operator_pin) == pin()


def test_centres_without_one_get_one_each_and_others_keep_theirs(app, clock):
    before = pin()
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO centre (id, code, name, time_zone) VALUES "
                "(7, 'x', 'x', 'Asia/Shanghai'), (8, 'y', 'y', 'Asia/Shanghai')"
            )
        )
        assert ensure_operator_pins(session, clock()) == 2
    with transaction() as session:
        assert ensure_operator_pins(session, clock()) == 0
        pins = session.scalars(select(Centre.operator_pin).order_by(Centre.id)).all()
    assert pins[0] == before
    assert [parse_operator_pin(one) for one in pins] == list(pins)


def test_of_a_centre_that_does_not_exist_there_is_none(app):
    with reading() as session:
        assert operator_pin(session, 99) == ""
