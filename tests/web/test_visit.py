"""A visit's own code over HTTP: what it opens, how long, and how often."""

import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from kiosk.domain.intake import Origin
from kiosk.extensions import reading, transaction
from kiosk.extensions.sealing import kept_sealer
from kiosk.models import Comment, LedgerEntry, OwnKey, Rating, Ticket, Window
from kiosk.web import current
from tests.screens import Screen, pair_screen
from tests.tickets import open_visit, rated_level, screen_token, ticket_token
from tests.web.test_phone import comments, form, ratings

USED, OVER, UNKNOWN = "本次办件已有评价", "此二维码仅两分钟内有效", "此链接不完整"


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def ticket(screen, clock) -> int:
    return open_visit(screen.window_id, clock())


def send(client, address: str, level: int = 4, **more: object):
    """Open the page and send its form."""
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, data=form(page) | {"level": str(level)} | more)


# A ticket


def test_a_ticket_is_rated_once_and_its_rating_is_verified(client, screen, ticket):
    address = f"/t/{ticket_token(ticket)}"
    answer = send(client, address)
    assert answer.status_code == 303
    [rating] = ratings()
    assert (rating.verified, rating.origin) == (True, Origin.TICKET)
    assert rated_level(ticket) == 4
    again = client.get(address)
    assert again.status_code == 410
    assert USED in again.text


def test_a_page_that_was_open_when_the_visit_was_rated_keeps_the_words(
    client, screen, ticket, clock
):
    address = f"/t/{ticket_token(ticket)}"
    page = client.get(address)
    screen.rate(5, clock())
    assert rated_level(ticket) == 5
    sent = form(page) | {"level": "2", "comment": "请改进", "reason": ["211"]}
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert USED in answer.text
    assert form(answer)["comment"] == "请改进"
    assert len(ratings()) == 1
    # Sent once more it rates the window, without the visit.
    action = BeautifulSoup(answer.text, "html5lib").find("form")["action"]
    assert action == f"/w/{window_code(screen)}"
    assert client.post(action, data=form(answer) | {"level": "2"}).status_code == 303
    assert [(r.level, r.verified) for r in ratings()] == [(5, True), (2, False)]


def test_a_tap_after_the_phone_is_kept_without_the_visit(client, screen, ticket, clock):
    send(client, f"/t/{ticket_token(ticket)}", 2)
    screen.rate(5, clock())
    assert [(r.level, r.verified) for r in ratings()] == [(2, True), (5, False)]
    assert rated_level(ticket) == 2


@pytest.mark.parametrize(("hours", "status"), [(120, 200), (121, 410)])
def test_a_ticket_is_good_until_its_time(client, ticket, clock, hours, status):
    clock.forward(hours=hours)
    assert client.get(f"/t/{ticket_token(ticket)}").status_code == status


def test_a_cancelled_visit_says_so(client, ticket, clock):
    with transaction() as session:
        session.get_one(Ticket, ticket).cancelled_at = clock()
    answer = client.get(f"/t/{ticket_token(ticket)}")
    assert answer.status_code == 410
    assert "本次办件已取消" in answer.text


# The code on the screen


@pytest.mark.parametrize(("seconds", "status"), [(119, 200), (120, 200), (121, 410)])
def test_a_rotating_code_opens_for_two_minutes(client, screen, clock, seconds, status):
    token = screen_token(screen.window_id, clock())
    start = clock().timestamp() % 30
    clock.forward(seconds=seconds - start)
    answer = client.get(f"/t/{token}")
    assert answer.status_code == status
    assert (OVER in answer.text) == (status == 410)


@pytest.mark.parametrize(("slots", "status"), [(1, 200), (2, 410)])
def test_two_of_our_clocks_may_differ_by_half_a_minute(
    client, screen, clock, slots, status
):
    clock.forward(seconds=-(clock().timestamp() % 30))
    token = screen_token(screen.window_id, clock(), slots=slots)
    assert client.get(f"/t/{token}").status_code == status


@pytest.mark.parametrize(("seconds", "kept"), [(899, True), (901, False)])
def test_its_page_may_be_sent_for_a_quarter_of_an_hour(
    client, screen, clock, seconds, kept
):
    address = f"/t/{screen_token(screen.window_id, clock())}"
    sent = form(client.get(address)) | {"level": "3", "comment": "一般"}
    clock.forward(seconds=seconds)
    answer = client.post(address, data=sent)
    assert answer.status_code == (303 if kept else 409)
    assert len(ratings()) == kept
    if not kept:
        assert OVER in answer.text
        assert form(answer)["comment"] == "一般"


def test_a_rotating_code_is_used_once_and_its_neighbours_too(client, screen, clock):
    for nonce in range(3):
        address = f"/t/{screen_token(screen.window_id, clock(), nonce)}"
        first, second = client.get(address), client.get(address)
        assert (
            client.post(address, data=form(first) | {"level": "5"}).status_code == 303
        )
        late = client.post(address, data=form(second) | {"level": "5"})
        assert late.status_code == 409
        assert "此二维码已用于评价" in late.text
    assert [r.origin for r in ratings()] == [Origin.ROTATING] * 3


def test_a_rotating_code_takes_the_visit_of_its_minutes(client, screen, ticket, clock):
    for verified in (True, False):
        nonce = 0 if verified else 1
        send(client, f"/t/{screen_token(screen.window_id, clock(), nonce)}")
        assert ratings()[-1].verified is verified
    assert rated_level(ticket) == 4


# Addresses that are none of ours


def test_one_changed_sign_opens_nothing(client, screen, ticket, clock):
    for token in (ticket_token(ticket), screen_token(screen.window_id, clock())):
        for place, sign in enumerate(token):
            other = "3" if sign != "3" else "4"
            broken = token[:place] + other + token[place + 1 :]
            answer = client.get(f"/t/{broken}")
            assert answer.status_code == 404
            assert UNKNOWN in answer.text


@pytest.mark.parametrize(
    "token", ["v", "s", "x" * 26, "好" * 20, "v2345678923aaaaaaaaaa"]
)
def test_what_is_no_code_opens_nothing(client, screen, token):
    assert client.get(f"/t/{token}").status_code == 404
    assert client.post(f"/t/{token}", data={"level": "5"}).status_code == 404


def test_a_form_of_one_code_is_not_taken_for_another(client, screen, clock):
    with transaction() as session:
        centre = session.get_one(Window, screen.window_id).centre_id
    assert centre
    other = pair_screen("B002", clock()).window_id
    sent = form(client.get(f"/t/{screen_token(other, clock())}")) | {"level": "5"}
    for address in (
        f"/t/{screen_token(screen.window_id, clock())}",
        f"/w/{window_code(screen)}",
    ):
        assert client.post(address, data=sent).status_code in {409, 422}
    assert ratings() == []


def test_opening_writes_nothing_and_sets_no_cookie(client, screen, ticket, clock):
    before = counts()
    for token in (ticket_token(ticket), screen_token(screen.window_id, clock())):
        page = client.get(f"/t/{token}")
        assert "Set-Cookie" not in page.headers
    assert counts() == before


# What the form brings


def test_reasons_of_the_other_side_are_left_out(client, screen):
    address = f"/w/{window_code(screen)}"
    sent = form(client.get(address)) | {
        "level": "1",
        "reason": ["111", "211", "x", "999"],
    }
    assert client.post(address, data=sent).status_code == 303
    with reading() as session:
        bodies = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "reasons")
        ).all()
    assert len(bodies) == 1
    assert '"reasons":[211]' in bodies[0]


def test_hidden_numbers_are_sealed_and_nowhere_else(client, screen):
    address = f"/w/{window_code(screen)}"
    words = "请回电13800000001，谢谢"
    sent = form(client.get(address)) | {"level": "1", "comment": words, "wish": "3"}
    client.post(address, data=sent)
    assert comments() == ["请回电［已隐去］，谢谢"]
    with reading() as session:
        comment = session.scalars(select(Comment)).one()
        event = session.scalars(select(Rating.event_id)).one()
    sealer = kept_sealer(current.settings().instance)
    assert sealer.open_words(comment.sealed, event) == words
    assert comment.kind == 3


def test_words_without_a_number_are_not_sealed(client, screen):
    send(client, f"/w/{window_code(screen)}", comment="很好")
    with reading() as session:
        assert session.scalars(select(Comment.sealed)).one() is None


def test_without_a_key_the_rating_is_kept_and_the_number_forgotten(client, screen):
    address = f"/w/{window_code(screen)}"
    (current.settings().instance / "contact_key").write_text("broken")
    answer = send(client, address, comment="13800000001")
    assert answer.status_code == 303
    with reading() as session:
        assert session.scalars(select(Comment.sealed)).one() is None
    assert comments() == ["［已隐去］"]


def test_the_author_comes_to_a_page_of_their_own_and_takes_the_words_back(
    client, screen
):
    answer = send(client, f"/w/{window_code(screen)}", comment="请改进")
    own = answer.headers["Location"]
    page = client.get(own)
    assert "您的声音已存证" in page.text
    assert re.search(r"第 [\d,]+ 条", page.text)
    back = client.post(f"{own}/words")
    assert back.status_code == 303
    assert "您的留言已删除" in client.get(back.headers["Location"]).text
    assert comments() == []
    assert client.post("/r/mine/nobody-has-this-secret/words").status_code == 200


def test_large_type_stays_up_to_the_own_page(client, screen):
    address = f"/w/{window_code(screen)}?view=elder"
    page = client.get(address)
    parsed = BeautifulSoup(page.text, "html5lib")
    assert parsed.html["data-view"] == "elder"
    action = parsed.find("form")["action"]
    answer = client.post(action, data=form(page) | {"level": "5"})
    assert "view=elder" in answer.headers["Location"]
    assert 'data-view="elder"' in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize("words", ["😀👍🏽", "\u0301" * 400, "好\x00吧", "\ud800"])
def test_strange_words_are_kept_or_cleaned(client, screen, words):
    address = f"/w/{window_code(screen)}"
    sent = form(client.get(address)) | {"level": "4"}
    raw = words.encode("utf-8", "surrogatepass")
    answer = client.post(address, data=sent | {"comment": raw})
    assert answer.status_code == 303
    assert len(ratings()) == 1


def test_two_levels_count_as_the_first(client, screen):
    address = f"/w/{window_code(screen)}"
    sent = form(client.get(address)) | {"level": ["2", "5"]}
    client.post(address, data=sent)
    assert [rating.level for rating in ratings()] == [2]


def test_more_than_a_form_holds_is_refused_in_words(client, screen):
    address = f"/w/{window_code(screen)}"
    sent = form(client.get(address)) | {"level": "2", "comment": "慢" * 3000}
    answer = client.post(address, data=sent)
    assert answer.status_code == 413
    assert ratings() == []


def window_code(screen: Screen) -> str:
    with reading() as session:
        return session.get_one(Window, screen.window_id).code


def counts() -> list[int]:
    """Return how many rows a rating could have left."""
    with reading() as session:
        return [
            len(session.scalars(select(model)).all())
            for model in (Rating, Comment, OwnKey, LedgerEntry)
        ]
