"""How far the demonstration has come, told to every worker."""

from datetime import timedelta

from sqlalchemy import update

from kiosk.domain.demonstration import demonstration
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Installation
from kiosk.queries.demonstration import DemonstrationProgress, demonstration_progress
from kiosk.services.installation import begin_demonstration, set_up
from tests.conftest import NOON
from tests.screens import ZONE


def progress() -> DemonstrationProgress | None:
    with reading() as session:
        return demonstration_progress(session)


def test_nothing_is_told_before_set_up_and_of_a_real_installation(app):
    assert progress() is None
    with recording("test", NOON) as records:
        set_up(records, "市政务局", "市政务大厅", "Asia/Shanghai")
    assert progress() is None


def test_total_is_that_of_the_moment_it_was_begun(app, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    clock.forward(hours=5)
    total = demonstration(NOON, ZONE).total
    assert progress() == DemonstrationProgress(0, total)
    assert demonstration(NOON + timedelta(hours=5), ZONE).total > total


def test_it_is_complete_at_the_last_rating(app):
    with transaction() as session:
        begin_demonstration(session, NOON)
    total = progress().total
    for rows, complete in ((total - 1, False), (total, True), (total + 1, True)):
        with transaction() as session:
            session.execute(update(Installation).values(demonstration_rows=rows))
        assert progress().complete is complete
