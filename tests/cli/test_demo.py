"""`flask demo`."""

import pytest
from sqlalchemy import select, update

from kiosk.clock import utc_now
from kiosk.extensions import reading, recording, transaction, write
from kiosk.models import Installation, Window
from kiosk.queries.demonstration import demonstration_progress
from kiosk.services import demonstration
from kiosk.services.demonstration import load_demonstration
from kiosk.services.installation import set_up
from tests.builders import make_window
from tests.conftest import NOON


class Enough(Exception):
    """Stops a loading after its first batch."""


def test_interrupted_demonstration_is_finished_and_shown_where(
    app, runner, monkeypatch
):
    monkeypatch.setattr(demonstration, "BATCH", 200)

    def stop(_):
        raise Enough

    with pytest.raises(Enough):
        load_demonstration(write, utc_now(), stop)
    with transaction() as session:
        total = demonstration_progress(session).total
        session.execute(update(Installation).values(demonstration_rows=total - 250))
    result = runner.invoke(args=["demo"])
    assert result.exit_code == 0
    with reading() as session:
        code = session.scalars(select(Window.code).order_by(Window.id)).first()
        assert demonstration_progress(session).complete
    assert result.output.splitlines() == [
        f"Demonstration: {total - 50} of {total}",
        f"Demonstration: {total} of {total}",
        "示范市政务服务中心（演示）",
        "  排行 board        http://127.0.0.1:8000/board",
        f"  手机 phone        http://127.0.0.1:8000/w/{code}",
    ]


def test_real_installation_is_left_alone(runner):
    with recording("test", NOON) as records:
        set_up(records, "市政务局", "市政务大厅", "Asia/Shanghai")
    result = runner.invoke(args=["demo"])
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: This installation is set up as a real one and stays so. "
        "For a demonstration, begin with a new database.\n"
    )


def test_installation_with_windows_is_left_alone(runner):
    with transaction() as session:
        make_window(session, "A001")
    result = runner.invoke(args=["demo"])
    assert result.exit_code == 1
    assert "has windows already" in result.stderr
