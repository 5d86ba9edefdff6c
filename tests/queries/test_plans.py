"""The look-ups of a tap go through an index: their cost does not grow with the hall."""

import pytest
from sqlalchemy import text

from kiosk.extensions import db, reading
from tests.engines import ON_POSTGRESQL, ON_SQLITE
from tests.screens import pair_screen
from tests.statements import statements

UNINDEXED = ("SCAN rating", "SCAN device", "SCAN tally", "USE TEMP B-TREE")


def statements_of_a_correction(clock) -> list[str]:
    screen = pair_screen("A001", clock())
    first = screen.rate(5, clock())
    with statements() as said:
        screen.rate(1, clock.forward(seconds=9), revises=str(first))
    return said


@ON_SQLITE
def test_no_statement_of_a_tap_reads_a_whole_table(app, clock):
    said = statements_of_a_correction(clock)
    assert len(said) > 8
    for statement in said:
        places = statement.count("?")
        with db.engine.connect() as connection:
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", (None,) * places
            ).all()
        steps = [row[-1] for row in plan]
        assert [step for step in steps if step.startswith(UNINDEXED)] == [], statement


@ON_SQLITE
def test_a_correction_is_found_by_its_own_index(app, clock):
    [look_up, *_] = [
        statement
        for statement in statements_of_a_correction(clock)
        if "rating.revises = " in statement
    ]
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {look_up}", (None,) * look_up.count("?")
        ).all()
    assert "ix_rating_revises" in plan[0][-1]


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("event_id = '00000000-0000-4000-8000-000000000000'", "uq_rating_event_id"),
        ("revises = '00000000-0000-4000-8000-000000000000'", "ix_rating_revises"),
        ("receipt = '2222222222222'", "ix_rating_receipt"),
    ],
)
def test_postgresql_has_an_index_for_each_look_up(app, condition, index):
    with reading() as session:
        # The table is empty; a real one is large enough to need no such word.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.scalars(
            text(f"EXPLAIN SELECT id FROM rating WHERE {condition}")
        ).all()
    assert index in "\n".join(plan)
