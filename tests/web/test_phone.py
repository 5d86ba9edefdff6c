"""The window's page for a phone over HTTP: rate, comment, receipt."""

import re
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from kiosk.domain.intake import COMMENT_MOST
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import reading, transaction
from kiosk.models import Comment, Rating
from tests.builders import make_window

TRAPS = ["<script>alert(1)</script>", '<b hx-get="/x" hx-trigger="load">x</b>']


@pytest.fixture
def code(app) -> str:
    with transaction() as session:
        return make_window(session, "A001").code


def form(page) -> dict[str, str]:
    """Return what the page's form would send as it stands."""
    parsed = BeautifulSoup(page.text, "html5lib").find("form")
    return {
        "token": parsed.find("input", {"name": "token"})["value"],
        "comment": parsed.find("textarea").text.removeprefix("\n"),
    }


def ratings() -> list[Rating]:
    with reading() as session:
        return list(session.scalars(select(Rating).order_by(Rating.id)))


def comments() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Comment.words)))


def test_page_names_the_window_and_sets_no_cookie(client, code):
    page = client.get(f"/w/{code}")
    assert page.status_code == 200
    assert "A001" in page.text
    assert "Set-Cookie" not in page.headers


def test_page_of_an_unknown_window_says_so(client, code):
    page = client.get("/w/nosuch")
    assert page.status_code == 404
    assert "该窗口不存在或已停用" in page.text


def test_rating_leads_to_a_receipt_without_level_or_window(client, code, clock):
    sent = form(client.get(f"/w/{code}")) | {"level": "2", "comment": "等太久了"}
    answer = client.post(f"/w/{code}", data=sent)
    assert answer.status_code == 303
    receipt = client.get(answer.headers["Location"])
    assert receipt.status_code == 200
    shown = BeautifulSoup(receipt.text, "html5lib").find("main").text
    assert "2026年7月16日" in shown
    for secret in ("A001", "社保综合", "不满意", "等太久", "12:00", "下午"):
        assert secret not in shown
    (rating,) = ratings()
    assert (rating.level, rating.channel, rating.device_id) == (2, 1, None)
    assert comments() == ["等太久了"]


def test_form_sent_twice_is_one_rating_with_one_receipt(client, code, clock):
    sent = form(client.get(f"/w/{code}")) | {"level": "4"}
    first = client.post(f"/w/{code}", data=sent)
    clock.forward(minutes=5)
    again = client.post(f"/w/{code}", data=sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(ratings()) == 1


def test_form_changed_and_sent_again_is_a_conflict_that_shows_the_receipt(client, code):
    sent = form(client.get(f"/w/{code}")) | {"level": "4"}
    first = client.post(f"/w/{code}", data=sent)
    again = client.post(f"/w/{code}", data=sent | {"level": "1"})
    assert again.status_code == 409
    assert first.headers["Location"] != again.headers.get("Location")
    assert format_receipt(ratings()[0].receipt) in again.text
    assert [rating.level for rating in ratings()] == [4]


@pytest.mark.parametrize("level", ["0", "6", "5; drop", "", None, "５"])
def test_level_that_is_none_of_the_five_keeps_what_was_typed(client, code, level):
    sent = form(client.get(f"/w/{code}")) | {"comment": "很耐心"}
    if level is not None:
        sent["level"] = level
    answer = client.post(f"/w/{code}", data=sent)
    assert answer.status_code == 422
    assert "请在五个评价等级中选择一项" in answer.text
    assert form(answer) == {"token": sent["token"], "comment": "很耐心"}
    assert ratings() == []


@pytest.mark.parametrize(
    ("length", "status"), [(COMMENT_MOST, 303), (COMMENT_MOST + 1, 422), (700, 422)]
)
def test_comment_of_any_length_is_kept_or_given_back(client, code, length, status):
    words = "慢" * length
    sent = form(client.get(f"/w/{code}")) | {"level": "1", "comment": words}
    answer = client.post(f"/w/{code}", data=sent)
    assert answer.status_code == status
    if status == 422:
        assert form(answer)["comment"] == words
        assert f"{length} 字" in answer.text
        assert ratings() == []
    else:
        assert comments() == [words]


def test_comment_loses_invisible_characters_and_nothing_else(client, code):
    words = "好\u202e评\u200b，谢\x00谢\u2066！\r\n第二行"
    sent = form(client.get(f"/w/{code}")) | {"level": "5", "comment": words}
    client.post(f"/w/{code}", data=sent)
    assert comments() == ["好评，谢谢！\n第二行"]


@pytest.mark.parametrize("trap", TRAPS)
def test_comment_given_back_is_text_never_markup(client, code, trap):
    sent = form(client.get(f"/w/{code}")) | {"comment": trap, "level": "9"}
    answer = client.post(f"/w/{code}", data=sent)
    assert form(answer)["comment"] == trap
    parsed = BeautifulSoup(answer.text, "html5lib")
    assert parsed.find("main").find("script") is None
    assert parsed.find(attrs={"hx-get": True}) is None


@pytest.mark.parametrize("trap", TRAPS)
def test_window_names_are_text_never_markup(client, app, trap):
    with transaction() as session:
        window = make_window(session, "T1", unit=trap)
        window.name = trap
        code = window.code
    parsed = BeautifulSoup(client.get(f"/w/{code}").text, "html5lib")
    assert parsed.find(class_="p-name").text == trap
    assert parsed.find(class_="p-unit").text == trap


def test_token_of_another_window_is_not_taken(client, code):
    with transaction() as session:
        other = make_window(session, "B002").code
    sent = form(client.get(f"/w/{other}")) | {"level": "5"}
    answer = client.post(f"/w/{code}", data=sent)
    assert answer.status_code == 422
    assert ratings() == []
    renewed = form(answer) | {"level": "5"}
    assert client.post(f"/w/{code}", data=renewed).status_code == 303


@pytest.mark.parametrize("token", ["", "forged", "a.b.c"])
def test_forged_token_gets_a_fresh_form_with_everything_kept(client, code, token):
    sent = {"token": token, "level": "3", "comment": "一般"}
    answer = client.post(f"/w/{code}", data=sent)
    assert answer.status_code == 422
    assert form(answer)["comment"] == "一般"
    checked = BeautifulSoup(answer.text, "html5lib").find("input", checked=True)
    assert checked["value"] == "3"
    assert ratings() == []


@pytest.mark.parametrize(("minutes", "status"), [(120, 303), (120.1, 422)])
def test_form_may_stay_open_for_two_hours(client, code, clock, minutes, status):
    sent = form(client.get(f"/w/{code}")) | {"level": "3"}
    clock.forward(minutes=minutes)
    answer = client.post(f"/w/{code}", data=sent)
    assert answer.status_code == status
    if status == 422:
        assert "页面打开时间过长" in answer.text
        again = form(answer) | {"level": "3"}
        assert client.post(f"/w/{code}", data=again).status_code == 303


def test_form_whose_answer_was_lost_is_no_second_rating_hours_later(
    client, code, clock
):
    sent = form(client.get(f"/w/{code}")) | {"level": "3"}
    first = client.post(f"/w/{code}", data=sent)
    clock.forward(hours=3)
    again = client.post(f"/w/{code}", data=sent)
    assert (again.status_code, again.headers["Location"]) == (
        303,
        first.headers["Location"],
    )
    assert len(ratings()) == 1


def test_rating_is_of_the_moment_received(client, code, clock):
    sent = form(client.get(f"/w/{code}")) | {"level": "3"}
    received = clock.forward(minutes=7)
    client.post(f"/w/{code}", data=sent)
    (rating,) = ratings()
    assert rating.tapped_at == rating.received_at == received


def test_two_pages_are_two_ratings(client, code):
    for _ in range(2):
        sent = form(client.get(f"/w/{code}")) | {"level": "5"}
        assert client.post(f"/w/{code}", data=sent).status_code == 303
    assert len({rating.event_id for rating in ratings()}) == 2


def test_english_stays_english_up_to_the_receipt(client, code):
    page = client.get(f"/w/{code}?lang=en")
    parsed = BeautifulSoup(page.text, "html5lib")
    assert parsed.html["lang"] == "en"
    action = parsed.find("form")["action"]
    sent = form(page) | {"level": "5"}
    answer = client.post(action, data=sent)
    receipt = client.get(answer.headers["Location"])
    assert "Thank you, your rating was received" in receipt.text
    other = BeautifulSoup(receipt.text, "html5lib").find("a", hreflang="zh-CN")
    assert "谢谢，您的评价已收到" in client.get(other["href"]).text


def test_page_asks_no_script_and_no_other_host_for_anything(client, code):
    page = client.get(f"/w/{code}").text
    assert "<script" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_receipt_is_found_however_it_is_typed(client, code):
    sent = form(client.get(f"/w/{code}")) | {"level": "5"}
    client.post(f"/w/{code}", data=sent)
    shown = format_receipt(ratings()[0].receipt)
    address = f"/r/{shown}"
    typed = f" {shown.lower().replace('-', ' ')} "
    found = client.get("/r", query_string={"code": typed})
    assert (found.status_code, found.headers["Location"]) == (303, address)


@pytest.mark.parametrize("typed", ["", "7K2M", "<script>", "0000-0000-00000"])
def test_receipt_that_does_not_exist_gives_the_form_again(client, code, typed):
    answer = client.get("/r", query_string={"code": typed})
    assert answer.status_code == 404
    field = BeautifulSoup(answer.text, "html5lib").find("input", id="code")
    assert field["value"] == typed


def test_receipt_with_a_right_check_but_unknown_is_not_found(client, code):
    unknown = receipt_code(UUID(int=12345))
    assert client.get(f"/r/{unknown}").status_code == 404
