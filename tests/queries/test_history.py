"""Windows by number: those that closed first, then the open one."""

from datetime import date

from kiosk.domain.history import NumberedWindow
from kiosk.extensions import reading, transaction
from kiosk.models import Centre
from kiosk.queries.history import numbered_windows
from tests.builders import make_window


def test_windows_of_a_number_stand_in_the_order_of_closing(app):
    with transaction() as session:
        first, second, third, other = (
            make_window(session, number) for number in ("A1", "x", "y", "B1")
        )
        first.closed_on, second.closed_on = date(2026, 5, 2), date(2026, 5, 1)
        session.flush()
        second.number = third.number = "A1"
        elsewhere = Centre(code="east", name="东厅", time_zone="Asia/Shanghai")
        session.add(elsewhere)
        session.flush()
        make_window(session, "C1").centre_id = elsewhere.id
        ids = [first.id, second.id, third.id, other.id]
    with reading() as session:
        assert numbered_windows(session, 1) == {
            "A1": [
                NumberedWindow(ids[1], date(2026, 5, 1)),
                NumberedWindow(ids[0], date(2026, 5, 2)),
                NumberedWindow(ids[2], None),
            ],
            "B1": [NumberedWindow(ids[3], None)],
        }
