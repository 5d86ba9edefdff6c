"""A case on its citizen's phone: how far it is, the answer, and what they say to it."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy import text as sql

from kiosk.domain.case_appeals import AppealState
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState, Road, Second, Source
from kiosk.domain.receipts import format_receipt
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseAppeal, CaseContact, CaseRating, OwnKey, Rating
from kiosk.services.case_texts import erase_texts
from kiosk.services.cases import held_case
from tests.case_acts import (
    CENTRE,
    DONE,
    EXPLAINED,
    PROMISE,
    Acts,
    case_row,
    seconds,
    stands,
    texts,
)
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.screens import Screen, keep, pair_screen, phone_tap
from tests.staff import unit_key

pytestmark = ON_SQLITE

SECRET, SLIP = "the-own-secret-of-li-0001", "the-own-secret-of-me-0001"
HERE, THERE = f"/r/mine/{SECRET}", f"/r/mine/{SLIP}"
KB = 1024


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def acts(screen, clock) -> Acts:
    return Acts(clock, unit_key())


@pytest.fixture
def case(acts, screen) -> int:
    """A rating whose case waits to be accepted."""
    return opened(acts, screen)


def opened(acts: Acts, screen: Screen, **more: object) -> int:
    tap = phone_tap(screen.window_id, 2, comment="等了很久")
    event = keep(tap, acts.now()).event_id
    key = acts.opened(**{"source": Source.RATING, "road": Road.PHONE} | more)
    with transaction() as session:
        rating = session.scalars(select(Rating.id).where(Rating.event_id == event))
        own = rating.one()
        session.add(OwnKey(rating_id=own, key_hash=token_hash(SECRET)))
        session.add(CaseRating(rating_id=own, case_id=key))
    return key


def answered(acts: Acts, key: int, reply=EXPLAINED) -> None:
    acts.accept(key)
    acts.answer(key, reply)


def look(client, path: str = HERE, **more: str) -> Page:
    asked = "&".join(
        f"{name}={value}" for name, value in ({"lang": "en"} | more).items()
    )
    return Page(client.get(f"{path}?{asked}"))


def text(page: Page) -> str:
    return " ".join(page.soup.get_text(" ").split())


def steps(page: Page) -> list[str]:
    """Return how far each of the five steps is."""
    found = [item["class"][1].removeprefix("c-step--") for item in page.soup("li")]
    assert len(found) == 5
    return found


def send(client, part: str, path: str = HERE, **typed: str):
    headers = {"Accept-Language": "en"}
    return client.post(f"{path}/{part}", data=typed, headers=headers)


def forms(page: Page) -> list[str]:
    return [
        form["action"].split("?")[0].rsplit("/", 1)[1] for form in page.soup("form")
    ]


def test_a_case_that_waits_tells_number_day_and_hour_and_nothing_of_the_window(
    client, case
):
    page = look(client)
    assert page.texts(".c-step")[:2] == ["Accept", "Check"]
    assert steps(page) == ["now", "next", "next", "next", "next"]
    assert page.texts(".c-facts div") == [
        f"Case{case_row(case).number}",
        "Accepted by17 Jul, 17:30",
        "Answer by23 Jul, 17:30",
    ]
    for told in ("A001", "市人社局", "12:00", "等了很久", "issatisfied"):
        assert told not in page.answer.text
    assert "Nobody may treat you worse" in text(page)
    assert forms(page) == ["words", SECRET]


@pytest.mark.parametrize(
    ("acts_done", "marks"),
    [
        (("accept",), ["done", "now", "next", "next", "next"]),
        (("accept", "doubt"), ["done", "now", "next", "next", "next"]),
        (("accept", "answer"), ["done", "done", "done", "now", "next"]),
        (("accept", "answer", "close"), ["done"] * 5),
        (("accept", "answer", "reopen"), ["done", "now", "next", "next", "next"]),
    ],
)
def test_the_steps_go_with_the_case(client, acts, case, acts_done, marks):
    for act in acts_done:
        getattr(acts, act)(case)
    page = look(client)
    assert steps(page) == marks
    # What its unit asks those outside is not told before it is decided.
    assert "查无此事" not in page.answer.text
    assert "nfounded" not in page.answer.text


def test_a_pause_tells_why_and_promises_no_hour(client, acts, case):
    acts.accept(case)
    acts.pause(case, "等系统升级\n<b>周五</b>")
    page = look(client)
    assert page.one(".c-words").get_text() == "等系统升级\n<b>周五</b>"
    assert "On hold since 16 Jul" in text(page)
    assert "Answer by" not in text(page)
    acts.resume(case)
    assert "等系统升级" not in look(client).answer.text


@pytest.mark.parametrize(("minute", "late"), [(29, False), (30, True)])
def test_what_is_late_is_called_so_from_the_hour_on(
    client, acts, case, clock, minute, late
):
    clock.now = datetime(2026, 7, 17, 9, minute, tzinfo=UTC)
    assert ("This is late" in text(look(client))) is late
    acts.accept(case)
    assert "This is late" not in text(look(client))
    clock.now = datetime(2026, 7, 23, 9, minute, tzinfo=UTC)
    assert ("It goes up" in text(look(client))) is late
    with recording("system", clock()) as records:
        records.change(Case, CENTRE, case, {"raised": 1})
    assert ("It has gone up" in text(look(client))) is late


def test_reply_and_measure_stand_there_at_once_and_stay_text(client, acts, case):
    reply = "您好：\n第二行 <script>hit=1</script>"
    answered(acts, case, DONE.__class__(**vars(PROMISE) | {"words": reply}))
    page = look(client)
    assert page.texts("#reply ~ .c-words") == [
        " ".join(reply.split()),
        "加开一个窗口。",
    ]
    assert page.soup.select(".c-words")[0].get_text() == reply
    assert "<script>hit" not in page.answer.text
    assert "Put right by" in text(page)
    acts.rectify(case)
    acts.look_back(case)
    page = look(client)
    assert "Put right 16 Jul" in text(page)
    assert page.texts("#reply ~ .c-words")[1:] == [
        "已加开。",
        "加开一个窗口。",
        "未再发生",
    ]


def test_words_that_were_erased_leave_a_line(client, acts, case):
    answered(acts, case)
    with recording("system", acts.now()) as records:
        row = held_case(records.session, (CENTRE, case))
        erase_texts(records, row, [TextKind.REPLY], "two years")
    assert look(client).texts("#reply ~ .c-words") == ["These words have been erased."]


def test_content_completes_it_and_asks_nothing_more(client, acts, case):
    answered(acts, case)
    page = look(client)
    assert page.texts("#second ~ form button") == [
        "Content",
        "Fairly content",
        "Not content",
    ]
    assert "by 30 Jul, 17:30" in text(page)
    answer = send(client, "second", second="3")
    assert (answer.status_code, answer.location) == (303, f"{HERE}?done=second")
    page = look(client, done="second")
    assert (stands(case), seconds(case)) == (CaseState.CLOSED, [Second.CONTENT])
    assert "Completed as you said." in text(page)
    assert "your view has been noted" in text(page)
    # Nobody is called about what is over, and a mind may still change.
    assert forms(page) == ["again", "appeal", "words"]


def test_who_is_not_content_gets_a_new_answer_and_both_are_shown(client, acts, case):
    answered(acts, case)
    send(client, "second", second="1")
    page = look(client)
    assert "looked at again since 16 Jul" in text(page)
    assert page.one("#reply").get_text() == "The answer so far"
    assert "second" not in forms(page)
    acts.answer(case, DONE)
    page = look(client)
    assert page.texts("#reply ~ .c-words")[:2] == ["我们会改。", EXPLAINED.words]
    assert forms(page)[:2] == ["second", "appeal"]
    assert "opens it again" not in text(page)


def test_not_settled_keeps_the_words_without_their_numbers(client, acts, case):
    answered(acts, case)
    answer = send(client, "again", again="还在等，打13900005678")
    assert answer.location == f"{HERE}?done=again"
    assert texts(case)[-1] == (TextKind.VOICE, "还在等，打［已隐去］")
    assert "It is being looked at again" in text(look(client, done="again"))
    # The same form once more, as an impatient thumb sends it.
    assert send(client, "again", again="还在等，打13900005678").status_code == 303
    assert len(texts(case)) == 2


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("second", {"second": "4"}, "choose how content you are"),
        ("second", {}, "choose how content you are"),
        ("again", {"again": "长" * 2001}, "2001 characters"),
        ("appeal", {"appeal": "长" * 2001}, "2001 characters"),
        ("appeal", {"appeal": " "}, "at least a few words"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client, acts, case, part, typed, said
):
    answered(acts, case)
    answer = send(client, part, **typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert said in text(page)
    assert page.soup.select(f".error-summary a[href='#{part}']")
    if part != "second":
        field = page.one(f"#{part}")
        assert field.get_text() == typed[part]
        assert (
            part == "appeal" or field.find_parent("details").has_attr("open")
        ) is True
    assert (stands(case), len(texts(case))) == (CaseState.ANSWERED, 1)


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("second", {"second": "3"}),
        ("again", {"again": "早了"}),
        ("appeal", {"appeal": "早了"}),
    ],
)
def test_nothing_can_be_said_before_the_answer(client, acts, case, part, typed):
    acts.accept(case)
    answer = send(client, part, **typed)
    assert 400 <= answer.status_code < 500
    assert (stands(case), texts(case), seconds(case)) == (
        CaseState.CHECKING,
        [],
        [None],
    )
    assert part == "second" or "早了" in answer.text


def test_a_second_reopening_is_refused_with_its_words_kept(client, acts, case):
    answered(acts, case)
    send(client, "again")
    acts.answer(case)
    answer = send(client, "again", again="又错了")
    assert 400 <= answer.status_code < 500
    assert Page(answer).one("#again").get_text() == "又错了"
    assert "reopened once already" in text(Page(answer))
    assert stands(case) == CaseState.ANSWERED


@pytest.mark.parametrize(
    ("side", "state", "said"),
    [
        ("citizen", AppealState.UPHELD, "found that the answer was not enough"),
        ("citizen", AppealState.REJECTED, "found that the answer stands"),
        ("clerk", AppealState.UPHELD, "looked at the answer once more and changed it"),
    ],
)
def test_an_appeal_tells_how_it_ended_and_why(client, acts, case, side, state, said):
    answered(acts, case)
    assert send(client, "appeal", appeal="不同意").location == f"{HERE}?done=appeal"
    page = look(client)
    assert page.texts("#review ~ p") == [
        "Two people outside the unit look at the answer."
    ]
    assert "appeal" not in forms(page)
    assert "不同意" not in page.answer.text
    assert 400 <= send(client, "appeal", appeal="再来").status_code < 500
    with recording("account:1", acts.now()) as records:
        key = records.session.scalars(select(CaseAppeal.id)).one()
        ruled = {"state": int(state), "reason": "已复核", "side": side}
        records.change(CaseAppeal, CENTRE, key, ruled)
    told = look(client).texts("#review ~ p")
    assert (said in told[0], told[1]) == (True, "已复核")


def test_a_suggestion_shows_its_grade_and_the_thanks(client, acts, screen):
    key = opened(acts, screen, source=Source.SUGGESTION)
    answered(acts, key)
    acts.grade(key, 3, "谢谢您的金点子")
    page = look(client)
    assert "Your idea Excellent idea" in text(page)
    assert page.texts("#reply ~ .c-words")[0] == "谢谢您的金点子"
    assert page.texts(".c-thanks") != []


def test_a_joined_case_says_that_others_said_the_same_and_not_what(
    client, acts, screen
):
    key = opened(acts, screen, source=Source.JOINED)
    answered(acts, key)
    page = look(client)
    assert "all get this answer together" in text(page)
    send(client, "second", second="3")
    assert stands(key) == CaseState.ANSWERED
    assert "Your view Content" in text(look(client))


def test_words_and_number_are_taken_back_while_the_case_is_open(client, acts, case):
    filled = {"phone": "13900005678", "name": "李女士", "consent": "yes"}
    client.post(HERE, data=filled)
    assert client.post(f"{HERE}/words").location == f"{HERE}?done=words"
    assert "Your words have been erased. The case goes on." in text(
        look(client, done="words")
    )
    client.post(f"{HERE}/withdraw")
    assert forms(look(client)) == [SECRET]
    assert stands(case) == CaseState.WAITING


def test_a_complaint_of_the_desk_has_its_own_page_without_a_rating(client, acts):
    key = acts.opened()
    with transaction() as session:
        digest = token_hash(SLIP)
        session.add(CaseContact(case_id=key, key_hash=digest, sealed=b"sealed"))
    page = look(client, THERE)
    assert page.texts(".slip-code") == [case_row(key).number]
    assert "Receipt" not in text(page)
    assert forms(page) == ["withdraw"]
    # There is no rating that a number could be left for.
    filled = {"phone": "13900005678", "consent": "yes"}
    assert client.post(THERE, data=filled).location == THERE
    assert client.post(f"{THERE}/withdraw").location == f"{THERE}?done=withdrawn"
    page = look(client, THERE, done="withdrawn")
    assert "Your number has been erased." in text(page)
    assert forms(page) == []
    answered(acts, key)
    send(client, "second", THERE, second="2")
    assert (stands(key), case_row(key).second) == (CaseState.CLOSED, Second.FAIRLY)


@pytest.mark.parametrize("part", ["second", "again", "appeal"])
def test_a_form_without_a_case_or_a_rating_does_nothing(client, screen, clock, part):
    typed = {"second": "3", "again": "x", "appeal": "x"}
    answer = send(client, part, "/r/mine/a-secret-that-nobody-has", **typed)
    assert (answer.status_code, "looks again" in answer.text) == (200, True)
    assert send(client, part, "/r/mine/none", **typed).status_code == 404
    screen.rate(1, clock(), own=SECRET)
    assert send(client, part, HERE, **typed).location == HERE
    assert client.post(f"{HERE}/{part}", data=typed, origin=False).status_code == 403
    with reading() as session:
        assert session.scalars(select(Case.id)).all() == []


def test_storage_that_is_away_keeps_what_was_typed(client, acts, case):
    answered(acts, case)
    with transaction() as session:
        broken = "BEGIN INSERT INTO gone VALUES (1); END"
        session.execute(sql(f"CREATE TRIGGER away BEFORE INSERT ON case_text {broken}"))
    for part in ("again", "appeal"):
        answer = send(client, part, **{part: "还在等"})
        page = Page(answer)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert page.one(f"#{part}").get_text() == "还在等"
        assert "could not be saved just now" in text(page)
    assert stands(case) == CaseState.ANSWERED


def test_large_type_and_both_languages_stay_with_every_form(client, acts, case):
    answered(acts, case)
    page = look(client, view="elder")
    assert page.soup.html["data-view"] == "elder"
    assert all("view=elder" in form["action"] for form in page.soup("form"))
    where = client.post(f"{HERE}/second?view=elder", data={"second": "2"}).location
    assert where == f"{HERE}?view=elder&done=second"
    assert "谢谢，您的评价已收到" in client.get(f"{HERE}?lang=zh").text


def test_the_page_and_its_style_stay_small(client, acts, case):
    answered(acts, case, PROMISE)
    page = client.get(f"{HERE}?lang=zh")
    links = [link["href"] for link in BeautifulSoup(page.text, "html5lib")("link")]
    style = next(link for link in links if "phone-case" in link)
    assert len(page.data) <= 20 * KB
    with client.get(style) as answer:
        assert len(answer.data) <= 4 * KB


def test_the_public_receipt_tells_a_word_and_a_day_and_not_the_reply(
    client, acts, case, clock
):
    with reading() as session:
        code = format_receipt(session.scalars(select(Rating.receipt)).one())
    page = look(client, f"/r/{code}")
    assert "Progress Waits to be accepted Since Thu 16 Jul 2026" in text(page)
    acts.accept(case)
    acts.doubt(case)
    assert "Progress Being checked" in text(look(client, f"/r/{code}"))
    clock.forward(days=1)
    acts.agree(case, "经查没有此事")
    page = look(client, f"/r/{code}")
    assert "Progress Answered Since Fri 17 Jul 2026" in text(page)
    for told in ("经查没有此事", "A001", case_row(case).number, "nfounded"):
        assert told not in page.answer.text


def test_a_receipt_without_a_case_is_as_before(client, screen, clock):
    screen.rate(5, clock(), own=SECRET)
    with reading() as session:
        code = format_receipt(session.scalars(select(Rating.receipt)).one())
    assert "Progress" not in text(look(client, f"/r/{code}"))
    page = look(client)
    assert page.soup.select("#progress, #shield") == []
    assert "phone-case" not in page.answer.text


def test_an_answer_is_called_by_its_word_unless_a_day_says_it(client, acts, case):
    answered(acts, case)
    assert "Answered16 Jul · Explained" in look(client).texts(".c-facts div")
    acts.reopen(case)
    acts.answer(case, PROMISE)
    facts = look(client).texts(".c-facts div")
    assert facts[1:] == ["Answered16 Jul", "Put right by6 Aug"]
