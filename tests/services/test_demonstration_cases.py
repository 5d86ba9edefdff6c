"""Cases of the demonstration: in every state, by the real services, once."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from kiosk.domain.cases import CaseState, Source
from kiosk.domain.demonstration_cases import CAUSES, TOLD
from kiosk.domain.demonstration_errors import InstallationReal
from kiosk.domain.intake import Origin
from kiosk.domain.reply_words import SUGGESTED
from kiosk.extensions import reading, recording, transaction, write
from kiosk.models import CaseAppeal, Contact, Installation, ReplyTemplate, Window
from kiosk.services import demonstration as loading
from kiosk.services.demonstration_cases import tell_cases
from kiosk.services.past_ratings import record_history
from kiosk.services.replies import take_suggested
from tests.case_sources import SEALER, cases
from tests.conftest import NOON
from tests.ledger_story import told, verified
from tests.screens import HALL, past_tap

WORDS = [*CAUSES, "别的话。"]
SPOKEN = 22
"""Bad comments of ten weeks; the newest is of yesterday."""


@pytest.fixture
def stage(app) -> None:
    """A demonstration with its windows and people, and a few of its ratings."""
    write(partial(loading._stage, now=NOON))
    with reading() as session:
        windows = list(session.scalars(select(Window.id).order_by(Window.id)))
    taps = [
        past_tap(
            windows[nth % 5],
            1 + nth % 2,
            NOON - timedelta(days=1 + 3 * nth, minutes=nth),
            comment=WORDS[nth % len(WORDS)],
        )
        for nth in range(SPOKEN)
    ]
    taps += [
        past_tap(
            windows[0],
            1,
            NOON - timedelta(days=7, minutes=nth),
            origin=Origin.TABLET,
        )
        for nth in range(4)
    ]
    write(lambda connection: record_history(connection, taps, HALL, NOON, "system"))


def tell() -> int:
    return write(partial(tell_cases, now=NOON, sealer=SEALER))


def test_there_are_cases_in_every_state_and_of_every_sort(stage):
    assert tell() == SPOKEN + len(TOLD) + 1
    rows = [case.row for case in cases()]
    assert {row.state for row in rows} == set(CaseState)
    sources = Counter(row.source for row in rows)
    assert sources == {
        Source.RATING: SPOKEN,
        Source.COMPLAINT: 2,
        Source.SUGGESTION: 1,
        Source.JOINED: 1,
    }
    assert {row.answer for row in rows} == {"", "rectified", "explained", "unfounded"}
    assert {row.closed_by for row in rows} == {"", "citizen", "outside", "clock"}
    assert {row.second for row in rows} == {None, 2, 3}
    assert max(row.raised for row in rows) == 2
    assert any(row.paused_at and not row.late for row in rows)
    assert any(row.reopened_at for row in rows)
    assert any(row.looked_back_at for row in rows)
    assert [row.grade for row in rows if row.source == Source.SUGGESTION] == [3]
    assert len({row.received_on.month for row in rows}) > 2


def test_somebody_waits_for_a_call_and_an_appeal_for_its_ruling(stage):
    tell()
    with reading() as session:
        assert session.scalars(select(CaseAppeal.state)).all() == [0]
        assert session.scalars(select(Contact.rating_id)).all()
    waits = [
        case.row
        for case in cases()
        if case.row.state == CaseState.ANSWERED
        and case.row.answer == "rectified"
        and case.row.called_at is None
    ]
    assert waits


def test_nothing_lies_behind_the_end_and_the_ledger_holds(stage):
    tell()
    for case in cases():
        moments = (case.row.received_at, case.row.answered_at, case.row.closed_at)
        assert all(moment is None or moment <= NOON for moment in moments)
    assert told(verified()) == []


def test_once_there_are_cases_nothing_is_added(stage):
    many = tell()
    assert tell() == 0
    assert len(cases()) == many
    with reading() as session:
        assert len(session.scalars(select(ReplyTemplate.id)).all()) == len(SUGGESTED)


def test_a_hall_without_ratings_has_only_what_was_told_at_the_desk(app):
    write(partial(loading._stage, now=NOON))
    assert tell() == len(TOLD)


def test_answers_may_begin_with_the_suggested_words_or_with_those_there_are(app):
    write(partial(loading._stage, now=NOON))
    with recording("test", NOON) as records:
        take_suggested(records, HALL.centre_id)
    assert tell() == len(TOLD)
    with reading() as session:
        assert len(session.scalars(select(ReplyTemplate.id)).all()) == len(SUGGESTED)


def test_a_real_installation_gets_none(app):
    with pytest.raises(InstallationReal):
        tell()
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=False))
    assert cases() == []
