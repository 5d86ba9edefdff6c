"""The organiser's pages: who may see them, what they show, and what they refuse."""

import html
import io
import re
from hashlib import sha256

import pytest
from sqlalchemy import func, select, update

from kiosk.config import HTMX_CDN_URL
from kiosk.domain.policy import Role
from kiosk.domain.sheets import BYTES_MOST
from kiosk.extensions import reading, transaction
from kiosk.models import Centre, Device, PairingLink, Window
from kiosk.services.qr import svg
from tests.builders import make_device, make_window
from tests.conftest import NOON
from tests.pages import Page
from tests.people import sign_in_as
from tests.screens import keep, phone_tap
from tests.statements import statements

PAGES = [
    "/manage",
    "/manage/today",
    "/manage/windows",
    "/manage/windows/template.csv",
    "/manage/windows/import",
    "/manage/windows/new",
    "/manage/tablets",
    "/manage/tablets/1/withdraw",
    "/manage/posters",
    "/manage/posters.pdf",
    "/manage/leave",
]
WRITES = [
    "/manage/windows/import",
    "/manage/windows/new",
    "/manage/tablets",
    "/manage/tablets/1/withdraw",
    "/manage/leave",
]
MARKUP = '<script>alert(1)</script><i hx-get="/steal">'
ROW = {
    "unit": "市人社局",
    "number": "A001",
    "name": "社保综合",
    "service_type": "社保",
    "location": "一楼",
    "phone": "0000-5550101",
}
CSV = (
    "单位,窗口编号,窗口名称,业务类型\n市人社局,A001,社保综合,社保\n,A002,社保卡,社保\n"
)


@pytest.fixture
def window(app, organiser) -> Window:
    with transaction() as session:
        return make_window(session, "A001")


def rate(window: Window, times: int, now) -> None:
    for _ in range(times):
        keep(phone_tap(window.id, 5), now)


def upload(client, data: bytes, name: str = "windows.csv"):
    """Send a file as a browser does; the test client leaves large ones open."""
    edge = b"----edge"
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    body = b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (edge, head.encode(), data, edge)
    return client.post(
        "/manage/windows/import?lang=en",
        data=body,
        content_type=f"multipart/form-data; boundary={edge.decode()}",
    )


def numbers() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Window.number).order_by(Window.number)))


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def text_of(answer) -> str:
    """What a person reads: without tags, blanks run together."""
    plain = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(plain).split())


# --- who may ------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_strangers_see_nothing_of_any_page(app, window, path):
    stranger = app.test_client()
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=/manage")
    for secret in ("A001", window.name, "市人社局", window.code, "市政务服务局"):
        assert secret not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/manage",
        "/manage/windows",
        "/manage/windows/import",
        "/manage/windows/new",
        "/manage/tablets",
        "/manage/posters",
    ],
)
def test_organiser_gets_each_page_under_one_heading(organiser, window, path):
    page = organiser.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("path", WRITES)
def test_strangers_change_nothing(app, window, clock, path):
    with transaction() as session:
        make_device(session, window, clock())
    links = count(PairingLink)
    stranger = app.test_client()
    stranger.set_cookie("kiosk_organiser", "made up")
    answer = stranger.post(path, data={"window": str(window.id)} | ROW)
    assert answer.status_code == 401
    assert (numbers(), count(PairingLink)) == (["A001"], links)
    with reading() as session:
        assert session.scalar(select(Device.revoked_at)) is None


@pytest.mark.parametrize("path", WRITES)
def test_writes_from_foreign_pages_are_refused(organiser, window, path):
    answer = organiser.post(
        path,
        data={"window": str(window.id)} | ROW,
        origin=False,
        headers={"Origin": "http://evil.example"},
    )
    assert answer.status_code == 403
    assert (numbers(), count(PairingLink)) == (["A001"], 0)


def test_screen_of_a_window_is_no_organiser(app, window, clock):
    with transaction() as session:
        secret = make_device(session, window, clock())
    screen = app.test_client()
    screen.set_cookie("kiosk_device", secret)
    screen.set_cookie("kiosk_organiser", secret)
    screen.set_cookie("kiosk_session", secret)
    assert screen.get("/manage").status_code == 303


@pytest.mark.parametrize("path", ["/manage", "/manage/today", "/manage/posters.pdf"])
def test_pages_that_only_show_take_no_writes(organiser, window, path):
    assert organiser.post(path).status_code == 405


def test_pages_name_the_one_cdn_address_they_may_load_from(organiser, window):
    policy = organiser.get("/manage").headers["Content-Security-Policy"]
    assert f"script-src 'self' {HTMX_CDN_URL};" in policy


# --- the day ------------------------------------------------------------------


def test_empty_hall_is_led_to_its_set_up(holder):
    answer = holder.get("/manage")
    assert (answer.status_code, answer.location) == (302, "/setup")


def test_hall_with_windows_is_shown_before_its_set_up_is_finished(app, clock):
    with transaction() as session:
        make_window(session, "A001")
    page = sign_in_as(app, Role.ORGANISER, clock()).get("/manage")
    assert page.status_code == 200
    assert 'href="/setup"' in page.text
    assert "A001" in page.text


def test_new_hall_is_told_to_begin_with_windows(organiser):
    page = organiser.get("/manage?lang=en")
    assert "Begin here" in page.text
    assert 'id="figures"' not in page.text
    assert "boot.js" not in page.text


@pytest.mark.parametrize(("given", "shown"), [(4, None), (5, "5"), (6, "6")])
def test_counts_below_five_are_hidden_from_row_and_sum(
    organiser, window, clock, given, shown
):
    with transaction() as session:
        other = make_window(session, "A002")
    rate(window, given, clock())
    rate(other, 7, clock())
    answer = organiser.get("/manage/today?lang=en")
    rows = re.findall(r'<td class="t-num[^"]*">([^<]+)</td>', answer.text)
    assert rows == [shown or "fewer than 5", "7"]
    total = re.search(r'class="sum-big">([\d,]+)<', answer.text).group(1)
    assert int(total) == 7 + (given if shown else 0)


def test_ratings_of_another_day_do_not_count_as_today(app, window, clock):
    rate(window, 9, clock())
    organiser = sign_in_as(app, Role.ORGANISER, clock.forward(days=1))
    assert "fewer than 5" in text_of(organiser.get("/manage/today?lang=en"))


def test_figures_are_part_of_the_page_and_renew_themselves(organiser, window):
    page = organiser.get("/manage").text
    fragment = organiser.get("/manage/today").text
    assert fragment in page
    assert 'hx-get="/manage/today" hx-trigger="every 20s"' in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize(("seconds", "silent"), [(89, False), (90, True)])
def test_screen_is_called_silent_after_a_minute_and_a_half(
    organiser, window, clock, seconds, silent
):
    with transaction() as session:
        make_device(session, window, clock())
    clock.forward(seconds=seconds)
    for path, part in (("/manage", "#figures"), ("/manage/tablets", "#tablets")):
        said = Page(organiser.get(f"{path}?lang=en")).one(f"{part} tbody").text
        assert ("Not responding" in said) is silent
        assert ("Working" in said) is not silent


def test_one_living_screen_of_two_is_enough(app, window, clock):
    with transaction() as session:
        make_device(session, window, clock())
    organiser = sign_in_as(app, Role.ORGANISER, clock.forward(hours=1))
    with transaction() as session:
        make_device(session, window, clock())
    page = Page(organiser.get("/manage?lang=en"))
    assert "Not responding" not in page.one("#figures").text
    # The window is served; that one of its two screens is dead is still to be told.
    assert "Tablets: Not responding 1" in page.texts(".task-name")
    assert "Tablets 1 / 1" in page.texts(".task-name")


@pytest.mark.parametrize("path", ["/manage", "/manage/windows", "/manage/tablets"])
def test_names_with_markup_are_shown_as_text(organiser, window, clock, path):
    with transaction() as session:
        make_device(session, window, clock())
        session.execute(update(Window).values(name=MARKUP, location=MARKUP))
        session.execute(update(Centre).values(name=MARKUP))
    page = organiser.get(path).text
    assert "<script>alert" not in page
    assert "<i hx-get" not in page
    assert html.escape(MARKUP, quote=False)[:20] in page


@pytest.mark.parametrize("path", ["/manage", "/manage/windows", "/manage/tablets"])
def test_lists_cost_the_same_for_one_window_and_for_three(organiser, clock, path):
    prices = []
    for number in range(3):
        with transaction() as session:
            made = make_window(session, f"A{number:03}", unit=f"局{number}")
            make_device(session, made, clock())
        rate(made, 6, clock())
        with statements() as seen:
            assert organiser.get(path).status_code == 200
        prices.append(len(seen))
    assert prices == [prices[0]] * 3
    assert prices[0] <= 21


# --- windows ------------------------------------------------------------------


def test_windows_stand_by_number_with_their_unit_and_all_their_links(organiser, window):
    with transaction() as session:
        make_window(session, "A002", unit="市医保局")
        make_window(session, "A003")
    answer = organiser.get("/manage/windows?lang=en")
    said = text_of(answer)
    assert "Windows: 3" in said
    rows = re.findall(r"(A00\d) \S+ (市.+?局) · ", said)
    assert rows == [("A001", "市人社局"), ("A002", "市医保局"), ("A003", "市人社局")]
    for link in (
        f"/w/{window.code}?lang=en",
        f"/manage/windows/{window.id}?lang=en#code",
        f"/manage/tablets?window={window.id}&amp;lang=en",
    ):
        assert f'href="{link}"' in answer.text
    # Both pictures are on the window's own page; one quiet link a row leads there.
    assert "qr.svg" not in answer.text
    own = organiser.get(f"/manage/windows/{window.id}?lang=en").text
    for picture in ("svg", "png"):
        assert f'href="/w/{window.code}/qr.{picture}?lang=en"' in own


def test_empty_template_has_the_headings_that_are_read(organiser):
    answer = organiser.get("/manage/windows/template.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    row = "市人社局,A001,社保综合,社保,一楼,0000-5550101\r\n"
    assert upload(organiser, answer.data + row.encode()).status_code == 200
    assert numbers() == ["A001"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_list_is_taken_and_counted_and_again_changes_nothing(organiser, encoding):
    first = text_of(upload(organiser, CSV.encode(encoding)))
    assert "New windows 2 Changed windows 0 Windows as they were 0" in first
    again = text_of(upload(organiser, CSV.encode(encoding)))
    assert "New windows 0 Changed windows 0 Windows as they were 2" in again
    assert numbers() == ["A001", "A002"]


def test_wrong_lines_are_named_and_nothing_is_taken(organiser):
    bad = CSV + ",A002,重号,社保\n市民政局,,无号,民政\n"
    answer = upload(organiser, bad.encode(), f"{MARKUP}.csv")
    assert answer.status_code == 422
    rows = re.findall(r'class="t-line">(\d+)</th><td>([^<]+)</td>', answer.text)
    assert rows == [
        ("4", "Lines 3 and 4 have the same number A002."),
        ("5", "窗口编号 is empty. Please fill it in."),
    ]
    assert "<script>alert" not in answer.text
    assert numbers() == []


def test_only_two_hundred_wrong_lines_are_listed(organiser):
    lines = "".join(f"局,,名{n},类\n" for n in range(203))
    answer = upload(organiser, ("单位,窗口编号,窗口名称,业务类型\n" + lines).encode())
    assert answer.text.count('scope="row"') == 200
    assert "and 3 more" in answer.text


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", "windows.csv is empty."),
        (b"%PDF-1.7", "windows.csv cannot be read as a table."),
        ("甲,乙\n1,2\n".encode(), "No row with headings was found"),
        ("单位,窗口编号,窗口名称\n".encode(), "There is no window below"),
    ],
)
def test_file_that_is_no_list_is_refused_beside_the_field(organiser, data, refusal):
    answer = upload(organiser, data)
    assert answer.status_code == 422
    beside = re.search(r'id="file-error">([^<]+)<', answer.text).group(1)
    assert beside.startswith(refusal)


def test_form_without_a_file_asks_for_one(organiser):
    for data in ({}, {"file": (io.BytesIO(b""), "")}):
        answer = organiser.post("/manage/windows/import?lang=en", data=data)
        assert answer.status_code == 422
        assert "Please choose a file." in answer.text


@pytest.mark.parametrize("more", [1, 200_000])
def test_file_of_more_than_ten_megabytes_is_refused(organiser, more):
    filling = b",,,\n" * ((BYTES_MOST + more) // 4)
    data = CSV.encode() + filling
    assert len(data) > BYTES_MOST
    answer = upload(organiser, data)
    assert answer.status_code == 422
    assert "is larger than 10 MB" in answer.text
    assert numbers() == []


def test_file_of_exactly_ten_megabytes_is_looked_at(organiser):
    head = CSV.encode()
    blank = b" " * 9_999 + b"\n"
    data = (head + blank * (BYTES_MOST // len(blank) + 1))[:BYTES_MOST]
    assert upload(organiser, data).status_code == 200
    assert numbers() == ["A001", "A002"]


def test_one_window_is_added_by_hand_and_pointed_out(organiser):
    answer = organiser.post("/manage/windows/new?lang=en", data=ROW)
    assert answer.status_code == 303
    page = organiser.get(answer.location)
    assert "Window A001 社保综合 is open." in page.text
    assert numbers() == ["A001"]


def test_note_of_an_added_window_cannot_be_made_up(organiser, window):
    assert "is open." not in organiser.get("/manage/windows?added=Z9&lang=en").text


def test_same_window_again_is_not_opened_twice(organiser):
    for _ in range(2):
        assert organiser.post("/manage/windows/new", data=ROW).status_code == 303
    assert numbers() == ["A001"]


def test_number_of_another_window_is_refused_beside_it(organiser):
    organiser.post("/manage/windows/new", data=ROW)
    other = ROW | {"name": "别的窗口"}
    answer = organiser.post("/manage/windows/new?lang=en", data=other)
    assert answer.status_code == 422
    beside = re.findall(r'id="(\w+)-error">([^<]+)<', answer.text)
    assert beside == [("number", "There is another open window with the number A001.")]
    assert 'value="别的窗口"' in answer.text


def test_each_wrong_field_of_a_window_is_named_beside_it(organiser):
    wrong = {"unit": " ", "number": "9" * 21, "name": "=1+1", "service_type": ""}
    answer = organiser.post("/manage/windows/new?lang=en", data=ROW | wrong)
    beside = dict(re.findall(r'id="(\w+)-error">([^<]+)<', answer.text))
    assert beside == {
        "unit": "Unit is empty. Please fill it in.",
        "number": "Window number is too long: at most 20 characters fit.",
        "name": "Window name holds a formula. "
        "Please paste its result there as a value.",
        "service_type": "Service type is empty. It decides which windows are compared "
        "with each other; please fill it in.",
    }
    assert answer.status_code == 422
    assert numbers() == []


def test_place_and_phone_of_a_window_may_stay_empty(organiser):
    bare = ROW | {"location": "", "phone": ""}
    assert organiser.post("/manage/windows/new", data=bare).status_code == 303


def test_form_offers_the_units_and_types_there_are(organiser, window):
    page = organiser.get("/manage/windows/new").text
    assert '<option value="市人社局">' in page
    assert '<option value="社保">' in page


# --- screens ------------------------------------------------------------------


def test_pairing_link_makes_another_browser_the_screen(app, organiser, window, clock):
    page = organiser.post("/manage/tablets?lang=en", data={"window": str(window.id)})
    assert page.status_code == 200
    assert "Valid until 12:10, once." in page.text
    link = re.search(r'class="code">([^<]+)<', page.text).group(1)
    assert link.startswith("http://localhost/tablet/pair/")
    tablet = app.test_client()
    assert tablet.post(link).status_code == 303
    assert tablet.post(link).status_code == 410
    with reading() as session:
        assert session.scalars(select(Device.window_id)).all() == [window.id]
    assert "A001" in organiser.get("/manage/tablets").text


def test_pairing_link_dies_after_ten_minutes(app, organiser, window, clock):
    page = organiser.post("/manage/tablets", data={"window": str(window.id)})
    link = re.search(r'class="code">([^<]+)<', page.text).group(1)
    clock.forward(minutes=10)
    assert app.test_client().post(link).status_code == 410


def test_code_on_the_pairing_page_holds_its_link(organiser, window):
    page = organiser.post("/manage/tablets", data={"window": str(window.id)}).text
    link = re.search(r'class="code">([^<]+)<', page).group(1)
    assert svg(link) in page


@pytest.mark.parametrize("typed", ["0", "-1", "1e3", "9" * 40, "A001", "１"])
def test_pairing_with_a_window_that_is_not_there_is_refused(organiser, window, typed):
    answer = organiser.post("/manage/tablets", data={"window": typed})
    assert answer.status_code == 404
    assert count(PairingLink) == 0


def test_pairing_asks_for_a_window(organiser, window):
    answer = organiser.post("/manage/tablets?lang=en", data={})
    assert answer.status_code == 422
    assert 'id="window-error">Please choose the window' in answer.text


def test_list_proposes_the_window_it_was_opened_for(organiser, window):
    page = organiser.get(f"/manage/tablets?window={window.id}").text
    assert f'<option value="{window.id}" selected>' in page


def test_withdrawal_asks_first_and_can_be_pressed_twice(organiser, window, clock):
    with transaction() as session:
        make_device(session, window, clock())
    with reading() as session:
        screen = session.scalar(select(Device.id))
    path = f"/manage/tablets/{screen}/withdraw"
    assert organiser.get(path).status_code == 200
    with reading() as session:
        assert session.scalar(select(Device.revoked_at)) is None
    for _ in range(2):
        answer = organiser.post(path)
        assert (answer.status_code, answer.location) == (303, "/manage/tablets")
        clock.forward(minutes=10)
    with reading() as session:
        assert session.scalar(select(Device.revoked_at)) == NOON
    assert organiser.get(path).status_code == 404


def test_screens_that_do_not_exist_cannot_be_withdrawn(organiser, window):
    path = f"/manage/tablets/{10**30}/withdraw"
    assert organiser.get(path).status_code == 404
    assert organiser.post(path).status_code == 303


# --- language -----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/manage", "/manage/windows", "/manage/posters"])
def test_language_link_keeps_the_page_and_links_keep_the_language(
    organiser, window, path
):
    assert f'href="{path}?lang=en"' in organiser.get(path).text
    english = organiser.get(f"{path}?lang=en").text
    assert f'href="{path}?lang=zh"' in english
    assert 'href="/manage/tablets?lang=en"' in english


@pytest.mark.parametrize("page", ["windows", "units", "calendar", "clerks", "shifts"])
def test_a_file_has_room_also_when_the_token_comes_in_its_form(organiser, page):
    """Browsers send the token among the fields: looking for it reads the file too."""
    secret = organiser.get_cookie("kiosk_session").value
    token = sha256(f"form token of {secret}".encode()).hexdigest()
    file = (io.BytesIO(b"one,line,of,words\n" * 20_000), "list.csv")
    answer = organiser.post(
        f"/manage/{page}/import", data={"csrf": token, "file": file}, token=False
    )
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5_000])
def test_a_forged_key_of_a_window_closes_nothing(organiser, key):
    upload(organiser, CSV.encode())
    answer = organiser.post("/manage/windows/import/close", data={"window": key})
    assert answer.status_code == 200
    assert numbers() != []
