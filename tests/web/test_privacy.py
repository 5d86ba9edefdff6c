"""What a unit can see of one rating: neither its ticket, minute nor receipt."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from kiosk.domain.intake import Origin
from kiosk.domain.receipts import format_receipt
from kiosk.extensions import reading, write
from kiosk.models import Ticket
from kiosk.services.rights import TicketRight
from kiosk.services.visits import Visit, record_visit
from kiosk.web import current
from tests.routes import every_route
from tests.screens import HALL, phone_tap
from tests.tickets import open_visit

CASE = "CANARY-CASE-7731"
ITEM = "养老保险转移金丝雀"
OWN = "canary-secret-of-the-authors-own-phone"
READERS = ["manager_own", "manager_other", "clerk", "viewer", "inspector", "juror"]


@pytest.fixture
def canaries(asked, world, clock) -> list[str]:
    """One rating of the own unit's window, and everything that would tell of it."""
    with asked.app_context():
        return _canaries(world)


def _canaries(world) -> list[str]:
    window = int(str(world.parts["/manage/windows key"]))
    # At a minute in which nothing else happened.
    then = current.now() - timedelta(hours=2, minutes=13)
    ticket = open_visit(window, then, case_number=CASE, item=ITEM)
    tap = phone_tap(window, 1, comment="等了很久［已隐去］", origin=Origin.TICKET)
    visit = Visit(tap=tap, own=OWN, right=TicketRight(ticket), printed_most=50)
    kept = write(lambda connection: record_visit(connection, visit, HALL, then))
    with reading() as session:
        code = session.get_one(Ticket, ticket).code
    shanghai = then + timedelta(hours=8)
    return [
        CASE,
        ITEM,
        OWN,
        code,
        kept.receipt,
        format_receipt(kept.receipt),
        str(tap.event_id),
        f"{shanghai:%H:%M}",
        f"{then:%H:%M}",
        f"{shanghai:%H%M%S}",
    ]


@pytest.mark.parametrize("person", READERS)
def test_no_page_export_or_refusal_tells_of_one_rating(asked, world, canaries, person):
    client, told = world.client(asked, person), []
    for route in every_route(asked, world.parts):
        if route.writes or route.rule.startswith("/r"):
            continue
        answer = client.get(route.address)
        body = answer.get_data()
        told += [
            (route.rule, canary)
            for canary in canaries
            for written in (canary, quote(canary))
            if written.encode() in body
        ]
        answer.close()
    assert told == []


def test_the_search_would_see_it(asked, world, canaries):
    """The receipt's own page names the receipt, so the walk above leaves it out."""
    receipt = canaries[4]
    answer = world.client(asked, "anonymous").get(f"/r/{receipt}")
    assert format_receipt(receipt).encode() in answer.get_data()
