"""The month's report on cases: page, workbook and document, and who sees what."""

import io
from datetime import timedelta
from urllib.parse import quote

import openpyxl
import pytest
from bs4 import BeautifulSoup
from docx import Document

from kiosk.domain.case_figures import case_figures
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Answer, CaseState, Source
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case
from kiosk.services.case_texts import write_text
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.people import sign_in_as
from tests.reports import DUE, answered, case_row, put_cases, told_facts, unit_id
from tests.statements import statements

pytestmark = ON_SQLITE
JUNE = "/manage/cases/report?month=2026-06&lang=en"
DAY = timedelta(days=1)
LATE = DUE + 6 * DAY


@pytest.fixture
def units(app, hall, clock):
    """Two units with a window each."""
    with transaction() as session:
        make_window(session, "A001", unit="市人社局")
        make_window(session, "B001", unit="市医保局")
    return unit_id("市人社局"), unit_id("市医保局")


@pytest.fixture
def month(units, clock):
    """June as worked out in the tests below; the clock stands in July."""
    first, second = units
    rows = [
        # Answered a moment before the close of business of its last day, and rated.
        case_row(first, 1, **answered(LATE - timedelta(seconds=1), second=3)),
        # Answered at that very close: late. The citizen has not said anything.
        case_row(first, 2, **answered(LATE, late=True)),
        # Promised and put right in time; closed by the clock, so not rated.
        case_row(
            first,
            3,
            cause=2,
            **answered(
                LATE - DAY,
                Answer.RECTIFIED,
                rectified_at=LATE,
                look_back_on=None,
                closed_by="clock",
            )
            | {"state": int(CaseState.CLOSED)},
        ),
        # Its clock stands still: neither a success nor a failure.
        case_row(
            first,
            4,
            state=int(CaseState.CHECKING),
            accepted_at=DUE - DAY,
            paused_at=DUE,
        ),
        # Reopened, and waiting for an answer that is due in August.
        case_row(
            first,
            5,
            source=str(Source.COMPLAINT),
            state=int(CaseState.CHECKING),
            accepted_at=DUE - DAY,
            reopened_at=clock(),
            answer_due=clock() + DAY,
        ),
        # Of the other unit, which never touched it.
        case_row(second, 6, late=True),
    ]
    return put_cases(rows, clock())


def page(client, url=JUNE):
    answer = client.get(url)
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def table(client, caption, url=JUNE):
    """Return a table of the page: the cells of each row by its first one."""
    [found] = [
        each
        for each in page(client, url).select("table")
        if each.caption.text == caption
    ]
    rows = [[cell.text for cell in row.select("th,td")] for row in found.select("tr")]
    return {row[0]: row[1:] for row in rows[1:]}


def test_a_month_worked_out_by_hand(organiser, month):
    figures = table(organiser, "How cases were handled")
    assert {words: row[0] for words, row in figures.items()} == {
        "Accepted in time": "83.3 % (5/6)",
        "Answered in time": "50.0 % (2/4)",
        "Put right, of what was promised": "100.0 % (1/1)",
        "Put right in time, of what was promised": "100.0 % (1/1)",
        "Called back, of those who left a contact": "–",
        "Answers that were rated": "33.3 % (1/3)",
        "Content or fairly content, of those who rated the answer": "100.0 % (1/1)",
        "Opened again, of the answered": "25.0 % (1/4)",
        "Ever overdue": "33.3 % (2/6)",
        "Appeals upheld, of the decided": "–",
        "Response: ratings of people served": "–",
        "Satisfied or better, of the ratings": "–",
        "Fairly satisfied or better, of the ratings": "–",
    }


def test_a_month_stands_beside_the_one_before(organiser, units, clock):
    first = units[0]
    may = {"received_on": DUE.date() - 31 * DAY}
    rows = [
        case_row(first, number, **answered(LATE - number * DAY)) for number in (1, 2, 3)
    ]
    rows.append(case_row(first, 4, **answered(LATE)))
    rows.append(case_row(first, 5, **answered(LATE - DAY), **may))
    rows.append(case_row(first, 6, **answered(LATE), **may))
    put_cases(rows, clock())
    row = table(organiser, "How cases were handled")["Answered in time"]
    assert row == ["75.0 % (3/4)", "50.0 % (1/2)", "+25.0"]
    sources = table(organiser, "Where cases came from")
    assert sources["Bad rating"] == ["4", "0", "2"]
    assert sources["Together"] == ["4", "0", "2"]


def test_the_figures_are_those_that_the_ledger_tells(organiser, month, clock):
    told = told_facts()
    with reading() as session:
        assert len(told) == session.query(Case).count() == 6
    figures = case_figures(told, clock())
    shown = table(organiser, "How cases were handled")
    for words, rate in (
        ("Accepted in time", figures.accepted),
        ("Answered in time", figures.answered),
        ("Put right, of what was promised", figures.rectified),
        ("Put right in time, of what was promised", figures.rectified_in_time),
        ("Answers that were rated", figures.second.rate),
        ("Opened again, of the answered", figures.reopened),
        ("Ever overdue", figures.raised),
    ):
        assert shown[words][0].endswith(f"({rate.part}/{rate.whole})"), words
    seconds = table(organiser, "What citizens made of the answers")
    assert [row[0] for row in seconds.values()] == [
        str(count)
        for count in (
            figures.second.content,
            figures.second.fairly,
            figures.second.not_content,
            figures.second.unrated,
        )
    ]


def test_a_manager_sees_the_own_unit_only(app, month, units, clock):
    manager = sign_in_as(app, Role.MANAGER, clock(), units[0])
    handled = table(manager, "By unit: handled in time")
    assert list(handled) == ["市人社局"]
    assert handled["市人社局"][0] == "5"
    assert table(manager, "How cases were handled")["Ever overdue"][0] == "20.0 % (1/5)"
    assert "市医保局" not in page(manager).text


def test_handlers_see_all_units(app, month, clock):
    handler = sign_in_as(app, Role.CASE_HANDLER, clock())
    assert list(table(handler, "By unit: handled in time")) == ["市人社局", "市医保局"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.VIEWER, Role.JUROR, Role.INSPECTOR])
@pytest.mark.parametrize("ending", ["", ".xlsx", ".docx"])
def test_others_find_no_report(app, month, clock, role, ending):
    client = sign_in_as(app, role, clock())
    assert client.get(f"/manage/cases/report{ending}").status_code == 404


@pytest.mark.parametrize("month", ["2026-08", "2026-13", "July", "1999-01", "%00"])
def test_a_month_that_is_none_or_to_come_has_no_page(organiser, month):
    assert organiser.get(f"/manage/cases/report?month={month}").status_code == 404


def test_without_a_month_it_is_the_last_one_that_is_over(organiser):
    assert "June 2026" in page(organiser, "/manage/cases/report?lang=en").h1.text
    running = page(organiser, "/manage/cases/report?month=2026-07&lang=en")
    assert "The month is not over" in running.text
    assert "2026年6月" in page(organiser, "/manage/cases/report?lang=zh").h1.text


def test_examples_are_the_writers_and_never_a_citizens(organiser, month, clock):
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, month[0])
        write_text(records, case, TextKind.VOICE, "我姓赵，排了两小时", None)
        write_text(records, case, TextKind.FINDING, "系统故障", None)
        write_text(records, case, TextKind.EXAMPLE, "办事人久等后未获解释", None)
    said = page(organiser).text
    assert "办事人久等后未获解释" in said
    assert "赵" not in said
    assert "系统故障" not in said


def test_the_page_costs_the_same_however_many_cases(organiser, units, clock):
    def cost() -> int:
        with statements() as said:
            page(organiser)
        return len(said)

    page(organiser)
    few = cost()
    put_cases(
        [case_row(units[number % 2], number + 1) for number in range(60)], clock()
    )
    assert cost() == few


def test_the_workbook_has_the_figures_as_numbers(organiser, month):
    answer = organiser.get("/manage/cases/report.xlsx?month=2026-06&lang=zh")
    name = quote("差评办理月报（2026年6月）.xlsx")
    assert f"filename*=UTF-8''{name}" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[6]][1:4] == [2, 4, 50]
    assert sheet.page_setup.paperSize == 9
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_document_says_what_the_page_says(organiser, month):
    url = "/manage/cases/report.docx?month=2026-06&lang=en"
    document = Document(io.BytesIO(organiser.get(url).data))
    told = page(organiser)
    assert document.paragraphs[0].text == told.h1.text
    on_page = [
        [[cell.text for cell in row.select("th,td")] for row in each.select("tr")]
        for each in told.select("table")
    ]
    in_file = [
        [[cell.text for cell in row.cells] for row in each.rows]
        for each in document.tables
        if len(each.rows) > 1
    ]
    assert in_file == on_page


@pytest.mark.parametrize(("day", "there"), [(1, True), (7, True), (8, False)])
def test_the_start_page_points_at_last_months_report(
    organiser, month, clock, day, there
):
    clock.now = clock.now.replace(day=day)
    said = page(organiser, "/manage?lang=en").text
    assert ("The report on cases of June 2026 is ready." in said) is there


def test_a_month_without_cases_is_no_duty(organiser, clock):
    clock.now = clock.now.replace(day=1)
    assert "Monthly report" not in page(organiser, "/manage?lang=en").text
