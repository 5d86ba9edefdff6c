"""The figures of cases, recomputed from the ledger, equal those that are shown."""

from dataclasses import fields
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text, update

from kiosk.domain.board import Period
from kiosk.domain.case_figures import case_figures, figures_by_unit
from kiosk.domain.cases import CallOutcome, CaseState, Second
from kiosk.domain.intake import Channel
from kiosk.extensions import reading, transaction, write
from kiosk.models import Case, Window
from kiosk.queries.case_figures import Seen, case_facts
from kiosk.services import demonstration as loading
from kiosk.services.demonstration_cases import tell_cases
from kiosk.services.past_ratings import record_history
from tests.case_acts import Acts
from tests.case_ledger import facts_from_entries
from tests.case_sources import SEALER, SLOW, open_all, said, ticked
from tests.conftest import NOON
from tests.ledger_story import told, verified
from tests.screens import HALL, Screen, pair_screen, past_tap

CENTRE = 1
SPOKEN = 20
PERIODS = [
    Period(
        NOON.date().replace(month=month, day=1),
        NOON.date().replace(month=month, day=30),
    )
    for month in (5, 6, 7)
] + [Period(NOON.date() - timedelta(days=200), NOON.date())]


def shown(period: Period) -> list[object]:
    with reading() as session:
        return list(case_facts(session, CENTRE, period, Seen()))


def same_figures(period: Period) -> None:
    """Assert that entries and rows give the same figures, of all and of each unit."""
    recomputed, page = facts_from_entries(period), shown(period)
    assert case_figures(recomputed, NOON) == case_figures(page, NOON)
    assert figures_by_unit(recomputed, NOON) == figures_by_unit(page, NOON)


@pytest.fixture
def months(app) -> None:
    """Some months of the demonstration's cases, in every state."""
    write(partial(loading._stage, now=NOON))
    with reading() as session:
        windows = [key for (key,) in session.query(Window.id).order_by(Window.id)]
    taps = [
        past_tap(
            windows[nth % 7],
            1 + nth % 2,
            NOON - timedelta(days=1 + 3 * nth, minutes=nth),
            comment="讲得太快，没有听明白。",
            channel=Channel.PHONE,
        )
        for nth in range(SPOKEN)
    ]
    write(lambda connection: record_history(connection, taps, HALL, NOON, "system"))
    write(partial(tell_cases, now=NOON, sealer=SEALER))


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period.first}")
def test_figures_from_the_ledger_equal_the_page(months, period):
    assert shown(period)
    same_figures(period)


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def test_so_do_those_of_the_real_inbox(screen, clock):
    """Words, reasons that join, an answer that is called about, one that reopens."""
    said(screen.window_id, clock())
    for _ in range(3):
        ticked(screen, clock.forward(minutes=1), SLOW)
    open_all(clock())
    acts = Acts(clock, unit_id=1)
    for key in (1, 2):
        acts.accept(key)
        acts.answer(key)
    acts.call(1, CallOutcome.NOT_CONTENT)
    acts.rate(2, Second.FAIRLY, 2)
    period = PERIODS[-1]
    with_joined = case_figures(facts_from_entries(period), NOON)
    assert sum(each.ratings for each in with_joined.by_source.values()) == 4
    same_figures(period)
    assert told(verified()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"state": int(CaseState.CLOSED)},
        {"late": False},
        {"second": 3},
        {"raised": 0},
        {"cause": 4},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_figure_that_was_touched_past_the_ledger_is_found(months, changes):
    """Every row is held against its last entry, so no figure can be made up."""
    found = 0
    with transaction() as session:
        name, value = next(iter(changes.items()))
        column = getattr(Case, name)
        done = session.execute(
            update(Case).where(column.is_distinct_from(value)).values(changes)
        )
        found = done.rowcount
    assert found
    assert [code for code, _ in told(verified())] == ["record_differs"]


def test_a_case_that_was_struck_out_past_the_ledger_is_found(screen, clock):
    acts = Acts(clock, unit_id=1)
    acts.opened()
    with transaction() as session:
        session.execute(text('DELETE FROM "case"'))
    assert [code for code, _ in told(verified())] == ["record_gone"]


def test_every_part_of_a_fact_is_recomputed(months):
    """Or a part that is never anything but its default would prove nothing."""
    facts = facts_from_entries(PERIODS[-1])
    for field in fields(facts[0]):
        values = {getattr(fact, field.name) for fact in facts}
        few = {"appeals_decided", "appeals_upheld"}
        assert (field.name, len(values) > 1) == (field.name, field.name not in few)
