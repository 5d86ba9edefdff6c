"""The interface held against its own description, by calls made up from it."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from kiosk.extensions import reading
from kiosk.models import Ticket
from tests.engines import ON_SQLITE
from tests.interface import make_system
from tests.routes import every_route
from tests.screens import pair_screen
from tests.tickets import open_visit

pytestmark = [ON_SQLITE, pytest.mark.unmeasured]
EXAMPLES = 12
# What fits the description may still break a rule, such as two names of one window.
BEYOND_IT = {"positive_data_acceptance"}


@pytest.fixture
def described(app, clock):
    """Return the operations of the interface, called with a key that opens all."""
    pair_screen("A001", clock())
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_each_answer_is_as_the_description_says(described, clock, mode):
    load_all_checks()
    checks = [CHECKS.get_one(n) for n in CHECKS.get_all_names() if n not in BEYOND_IT]
    made = make_system()
    headers = {"Authorization": f"Bearer {made.key}"}
    known = open_visit(1, clock(), integration_id=made.id)
    statuses: dict[int, int] = {}

    def check(case) -> None:
        if mode is GenerationMode.POSITIVE:
            lead_to_what_is_there(case, code_of(known))
        # A minute each: none is refused for the number of calls before it.
        clock.forward(minutes=1)
        answer = case.call(headers=headers)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        case.validate_response(answer, checks=checks, headers=headers)

    for operation in described:
        settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(operation.as_strategy(mode))(check))()
    assert statuses.get(429, 0) == 0
    if mode is GenerationMode.POSITIVE:
        assert {200, 201} <= set(statuses)


def lead_to_what_is_there(case, code: str) -> None:
    """Let a call name a window and a ticket that exist, and no odd time or badge."""
    if isinstance(case.body, dict):
        case.body = {"item": case.body.get("item", ""), "window": "A001"}
    if case.path_parameters:
        case.path_parameters["code"] = code


def code_of(ticket_id: int) -> str:
    with reading() as session:
        return session.get_one(Ticket, ticket_id).code


def test_the_description_names_each_address_and_what_it_takes(app, client):
    told = client.get("/api/v1/openapi.json").json
    assert told["openapi"].startswith("3.1.")
    named = {
        (method.upper(), path)
        for path, methods in told["paths"].items()
        for method in methods
    }
    served = {
        (route.method, route.rule.replace("<", "{").replace(">", "}"))
        for route in every_route(app)
        if route.mark.startswith("integration")
    }
    assert named == served
    ticket = told["components"]["schemas"]["NewTicket"]
    assert ticket["additionalProperties"] is False
    assert ticket["properties"]["item"]["maxLength"] == 100
    assert "tickets:write" in json.dumps(told["paths"]["/api/v1/tickets"])
