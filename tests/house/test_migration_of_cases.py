"""The tables of cases come to a hall that has ratings, and go without touching them."""

from datetime import datetime
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from kiosk.domain.cases import Second
from kiosk.domain.policy import Role
from kiosk.extensions import core_transaction, db, migrate, transaction
from kiosk.models import (
    CaseAppeal,
    CaseContact,
    CaseInbox,
    CaseOpening,
    CaseText,
    MailMessage,
    ReplyTemplate,
)
from tests.builders import make_window
from tests.case_acts import DONE, Acts
from tests.people import make_account
from tests.screens import keep, phone_tap
from tests.staff import unit_key

TABLES = {
    "case",
    "case_appeal",
    "case_contact",
    "case_inbox",
    "case_opening",
    "case_rating",
    "case_text",
    "mail_message",
    "reply_template",
}


@pytest.fixture
def config(app) -> Config:
    return migrate.get_config()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def ratings() -> list[tuple[object, ...]]:
    with core_transaction() as connection:
        query = text("SELECT id, level, day FROM rating ORDER BY id")
        return [tuple(row) for row in connection.execute(query)]


def fill(window_id: int, now: datetime) -> None:
    """Put a row into each of the tables."""
    who = make_account("handler", Role.CASE_HANDLER, now)
    acts = Acts(lambda: now, unit_key())
    key, [first, second] = acts.about_ratings(window_id, 1, 2)
    acts.rate(key, Second.CONTENT, first)
    acts.answered(DONE)
    by = {"case_id": key, "account_id": who}
    with transaction() as session:
        voice = CaseText(
            case_id=key, kind="appeal", words="不同意", salt=b"s", written_at=now
        )
        session.add(voice)
        session.flush()
        session.add_all(
            [
                CaseInbox(rating_id=second),
                CaseContact(case_id=key, key_hash=b"k" * 32),
                CaseOpening(**by, opened_at=now, reason="首次回访"),
                CaseAppeal(case_id=key, side="citizen", text_id=voice.id, filed_at=now),
                ReplyTemplate(centre_id=1, name="致歉", words="对不起"),
                MailMessage(
                    message_id=uuid4(),
                    account_id=who,
                    about="due 2026-07-16",
                    subject="有事项到期",
                    body="请登录查看。",
                    created_at=now,
                ),
            ]
        )


def test_down_with_data_and_up_again_leaves_the_ratings(config, clock):
    with transaction() as session:
        window = make_window(session, "A001").id
    keep(phone_tap(window, 5, comment="很好"), clock())
    fill(window, clock())
    before = ratings()
    assert len(before) == 3
    command.downgrade(config, "0004")
    assert not tables() & TABLES
    assert ratings() == before
    command.upgrade(config, "head")
    assert tables() >= TABLES
    assert ratings() == before
    with core_transaction() as connection:
        for name in sorted(TABLES):
            assert connection.scalar(text(f'SELECT count(*) FROM "{name}"')) == 0
    command.check(config)


def test_what_the_database_adds_by_itself_is_what_a_new_case_has(config, clock):
    """Defaults of the server, for rows that a release before or after writes."""
    with transaction() as session:
        make_window(session, "A001")
    key = Acts(clock, unit_key()).opened()
    with core_transaction() as connection:
        row = connection.execute(
            text(
                "SELECT cause, verified, half, state, raised, answer, call_tries, "
                'call_outcome, grade, closed_by FROM "case" WHERE id = :key'
            ),
            {"key": key},
        ).one()
    assert tuple(row) == (0, False, 0, 0, 0, "", 0, "", 0, "")
