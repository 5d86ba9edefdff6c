"""Tasks on the page: a unit reports, the organiser confirms or gives back."""

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.queries.unit_tasks import unit_tasks
from tests.builders import make_window
from tests.campaign_work import work_rules
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import open_campaign
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import unit_key

pytestmark = ON_SQLITE


@pytest.fixture
def campaign(app, hall):
    """A campaign with two tasks, and a unit of a manager."""
    with transaction() as session:
        make_window(session, "A7", unit="甲")
    return open_campaign(work_rules())


@pytest.fixture
def manager(app, campaign):
    return sign_in_as(app, Role.MANAGER, NOON, unit_key("甲"))


def unit_page(client, **values):
    return get(client, "manage.unit_tasks", lang="en", **values)


def all_page(client, **values):
    return get(client, "manage.campaign_tasks", slug="small", lang="en", **values)


def post(client, act, **form):
    return client.post(f"/manage/{act}?lang=en", data=form)


def tasks(campaign):
    with reading() as session:
        return unit_tasks(session, campaign)


def report(client, unit="甲", **typed):
    form = {"task": "plan", "person": "叶知秋", "proof": "方案已报"} | typed
    return post(client, f"tasks/small/{unit_key(unit)}/report", **form)


def test_a_manager_sees_the_own_unit_only(manager):
    page = unit_page(manager)
    assert page.texts("h3") == ["甲"]
    assert page.texts(".n-name") == ["Hand in a plan", "Hand in a report"]


def test_a_task_goes_from_the_unit_to_the_organiser_and_back(
    app, manager, organiser, campaign
):
    assert report(manager).status_code == 303
    [task] = tasks(campaign)
    where = f"campaigns/small/tasks/{task.id}"
    refused = post(organiser, f"{where}/check", remark="")
    assert refused.status_code == 422
    assert post(organiser, f"{where}/check", remark="缺附件").status_code == 303
    assert "given back · 缺附件" in unit_page(manager).texts(".t-dim")[0]
    assert report(manager, proof="附件已补").status_code == 303
    assert post(organiser, f"{where}/check", confirm="1").status_code == 303
    assert post(organiser, f"{where}/look-back", kept="1").status_code == 303
    page = all_page(organiser, done="1")
    assert any("done · kept" in line for line in page.texts(".t-dim"))
    late = report(manager)
    assert late.status_code == 409
    assert "confirmed already" in Page(late).one(".warning").get_text()


def test_what_is_wrong_keeps_what_was_typed(manager):
    answer = report(manager, person="叶知秋", proof="")
    assert answer.status_code == 422
    page = Page(answer)
    assert "叶知秋" in [each.get("value") for each in page.soup.select("input")]


def test_a_problem_of_ones_own_is_added_and_cleared(manager, organiser, campaign):
    form = {"problem": "叫号声小", "measure": "更换音箱", "person": "叶知秋"}
    where = f"tasks/small/{unit_key('甲')}/self-check"
    assert post(manager, where, **form, due="soon").status_code == 422
    assert post(manager, where, **form, due="2026-07-20").status_code == 303
    [line] = tasks(campaign)
    done = f"tasks/{line.id}/done"
    assert post(manager, done, proof="").status_code == 422
    assert post(manager, done, proof="已更换").status_code == 303
    assert "叫号声小" in unit_page(manager, done="1").texts(".n-name")
    assert "self-check" in all_page(organiser).soup.get_text()
    # Nobody has confirmed it, so there is nothing to look back on.
    asked = post(organiser, f"campaigns/small/tasks/{line.id}/look-back")
    assert asked.status_code == 409


def test_another_unit_is_not_there(manager, campaign):
    with transaction() as session:
        make_window(session, "B7", unit="乙")
    assert report(manager, "乙").status_code == 404


def test_without_tasks_the_page_says_so(app, hall, organiser):
    assert "No campaign sets tasks." in unit_page(organiser).soup.get_text()
