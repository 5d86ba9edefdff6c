"""Limits on the phone's form: a hall behind one address passes, a script does not."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kiosk.domain.intake import RatingState
from kiosk.domain.limits import ADDRESS_HARD, ADDRESS_SOFT, minute_of
from kiosk.extensions import reading, transaction
from kiosk.models import AddressMinute, Base, Hold
from kiosk.web.phone.sender import address_mark
from tests.builders import make_window
from tests.web.test_phone import form, ratings

HERE = "127.0.0.1"


@pytest.fixture
def code(app) -> str:
    with transaction() as session:
        return make_window(session, "A001").code


def already_sent(now, n: int) -> None:
    """Let this address have sent so many forms in this minute."""
    with transaction() as session:
        mark = address_mark(HERE, now.date())
        session.add(AddressMinute(address=mark, minute=minute_of(now), n=n))


def test_up_to_sixty_a_minute_are_taken_at_once(client, code, clock):
    already_sent(clock(), ADDRESS_SOFT - 1)
    sent = form(client.get(f"/w/{code}")) | {"level": "5"}
    assert client.post(f"/w/{code}", data=sent).status_code == 303


def test_whoever_comes_next_waits_five_seconds_and_loses_nothing(client, code, clock):
    already_sent(clock(), ADDRESS_SOFT)
    sent = form(client.get(f"/w/{code}")) | {"level": "2", "comment": "等了很久"}
    busy = client.post(f"/w/{code}", data=sent)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
    assert "当前网络评价人数较多" in busy.text
    assert ratings() == []
    again = form(busy) | {"level": "2"}
    assert again["comment"] == "等了很久"
    clock.forward(seconds=4)
    assert client.post(f"/w/{code}", data=again).status_code == 429
    clock.forward(seconds=1)
    assert client.post(f"/w/{code}", data=again).status_code == 303
    assert [rating.level for rating in ratings()] == [2]


def test_above_the_hard_limit_a_minute_must_pass(client, code, clock):
    clock.forward(seconds=-(clock().timestamp() % 60))
    already_sent(clock(), ADDRESS_HARD)
    sent = form(client.get(f"/w/{code}")) | {"level": "2", "comment": "等了很久"}
    busy = client.post(f"/w/{code}", data=sent)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "60")
    assert "当前网络的评价过于集中" in busy.text
    clock.forward(seconds=60)
    answer = client.post(f"/w/{code}", data=form(busy) | {"level": "2"})
    assert answer.status_code == 303


def test_addresses_are_told_apart_and_kept_by_a_key_of_the_day(client, code, clock):
    today, tomorrow = clock().date(), clock().date() + timedelta(days=1)
    marks = {address_mark(HERE, today), address_mark("10.0.0.9", today)}
    assert len(marks | {address_mark(HERE, tomorrow)}) == 3
    already_sent(clock(), ADDRESS_HARD)
    sent = form(client.get(f"/w/{code}")) | {"level": "5"}
    other = {"REMOTE_ADDR": "10.0.0.9"}
    answer = client.post(f"/w/{code}", data=sent, environ_overrides=other)
    assert answer.status_code == 303


def test_posts_without_a_nonce_write_nothing(client, code):
    before = everything()
    for nth in range(50):
        answer = client.post(
            f"/w/{code}", data={"token": f"forged{nth}", "level": "5", "wish": "1"}
        )
        assert answer.status_code == 422
    assert everything() == before


def test_a_farmed_nonce_counts_three_times_a_phone_and_the_rest_is_held(client, code):
    for _ in range(6):
        sent = form(client.get(f"/w/{code}")) | {"level": "5"}
        assert client.post(f"/w/{code}", data=sent).status_code == 303
    assert [r.state for r in ratings()] == [RatingState.COUNTED] * 3 + [
        RatingState.HELD
    ] * 3
    with reading() as session:
        assert session.scalars(select(Hold.rule)).all() == ["S8"]


def test_many_phones_behind_one_address_are_never_stopped(app, clock):
    with transaction() as session:
        codes = [make_window(session, f"A{nth:03}").code for nth in range(5)]
    for nth in range(30):
        phone = app.test_client()
        address = f"/w/{codes[nth % len(codes)]}"
        sent = form(phone.get(address)) | {"level": str(1 + nth % 5)}
        same = {"Sec-Fetch-Site": "same-origin"}
        assert phone.post(address, data=sent, headers=same).status_code == 303
    assert {rating.state for rating in ratings()} == {RatingState.COUNTED}


def everything() -> dict[str, int]:
    """Return how many rows each table has."""
    with reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
