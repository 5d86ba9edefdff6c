"""Tasks and self-check lists: reported, confirmed or given back, looked back on."""

import pytest

from kiosk.domain.campaign_stages import OverAlready
from kiosk.domain.nominations import CampaignClosed
from kiosk.domain.policy import NotOpen, Scope
from kiosk.domain.unit_tasks import (
    TaskClosed,
    TaskDay,
    TaskNotReported,
    TaskState,
    TaskUnknown,
    TaskWords,
)
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Campaign
from kiosk.queries.unit_tasks import task_progress, unit_tasks, units_with_tasks
from kiosk.services.unit_tasks import (
    Report,
    SelfCheck,
    add_self_check,
    check_task,
    finish_self_check,
    look_back,
    report_task,
)
from tests.builders import make_window
from tests.campaign_work import flaws, work_rules
from tests.campaigns import the_campaign
from tests.conftest import NOON
from tests.nominations import TODAY, day, open_campaign
from tests.screens import ZONE
from tests.staff import entries, unit_key


@pytest.fixture
def hall(app):
    """A campaign with two tasks, and two units."""
    with transaction() as session:
        make_window(session, "A1", unit="甲")
        make_window(session, "B1", unit="乙")
    return open_campaign(work_rules())


def report(campaign, today=TODAY, unit="甲", **changes):
    values = {"task": "plan", "person": "叶知秋", "proof": "方案已报", "scope": Scope()}
    told = Report(campaign_id=campaign, unit_id=unit_key(unit), **values | changes)
    with recording("test", NOON) as records:
        report_task(records, told, today)


def line(campaign, **changes):
    values = {"problem": "叫号声小", "measure": "更换音箱", "person": "叶知秋"}
    values |= {"due": "2026-07-20", "scope": Scope()}
    told = SelfCheck(campaign_id=campaign, unit_id=unit_key("甲"), **values | changes)
    with recording("test", NOON) as records:
        add_self_check(records, told, TODAY)


def act(service, *values, **named):
    with recording("test", NOON) as records:
        service(records, *values, **named)


def tasks(campaign):
    with reading() as session:
        return unit_tasks(session, campaign)


def progress(today=TODAY):
    with reading() as session:
        found = task_progress(session, the_campaign("small"), ZONE, today)
        names = dict(units_with_tasks(session, today))
    return {names[key]: value for key, value in found.items()}


def test_a_task_is_reported_confirmed_and_looked_back_on(hall):
    report(hall)
    [task] = tasks(hall)
    assert (task.unit_name, task.state) == ("甲", TaskState.REPORTED)
    act(check_task, task.id, "", confirms=True)
    act(look_back, task.id, kept=True)
    [task] = tasks(hall)
    assert (task.state, task.kept) == (TaskState.DONE, True)
    told = entries("unit-task")
    assert len(told) == 3
    # Names and proofs are the unit's; the ledger tells that there is one.
    assert not any("叶知秋" in body or "方案" in body for body in told)
    assert flaws() == []


def test_who_did_nothing_in_time_is_vetoed(hall):
    report(hall)
    assert progress()["甲"].done == 1
    later = progress(day(1))
    assert (later["甲"].vetoed, later["乙"].vetoed) == (False, True)
    assert progress(day(6))["甲"].vetoed


def test_what_was_given_back_counts_from_the_next_report(hall):
    report(hall)
    [task] = tasks(hall)
    act(check_task, task.id, "缺附件", confirms=False)
    assert progress(day(1))["甲"].vetoed
    report(hall, proof="附件已补")
    [task] = tasks(hall)
    assert (task.state, task.remark) == (TaskState.REPORTED, "缺附件")


def test_a_report_is_corrected_until_it_is_confirmed(hall):
    report(hall)
    report(hall, proof="方案第二版")
    [task] = tasks(hall)
    assert (task.proof, task.done_at) == ("方案第二版", NOON)
    act(check_task, task.id, "", confirms=True)
    with pytest.raises(TaskClosed):
        report(hall)


def test_what_is_wrong_with_a_report_is_said(hall):
    for changes, refusal in (
        ({"task": "dance"}, TaskUnknown),
        ({"person": ""}, TaskWords),
        ({"proof": "长" * 1001}, TaskWords),
        ({"scope": Scope(frozenset({unit_key("乙")}))}, NotOpen),
    ):
        with pytest.raises(refusal):
            report(hall, **changes)
    with pytest.raises(OverAlready):
        report(hall, day(3))
    assert tasks(hall) == []


def test_a_unit_that_is_none_reports_nothing(hall):
    told = Report(
        campaign_id=hall, unit_id=99, task="plan", person="甲", proof="乙",
        scope=Scope(),
    )  # fmt: skip
    with recording("test", NOON) as records, pytest.raises(NotOpen):
        report_task(records, told, TODAY)


def test_a_self_check_is_kept_and_cleared(hall):
    line(hall)
    [found] = tasks(hall)
    assert (found.task, found.state) == ("", TaskState.OPEN)
    act(finish_self_check, found.id, "已更换", Scope())
    act(check_task, found.id, "", confirms=True)
    act(look_back, found.id, kept=False)
    [found] = tasks(hall)
    assert (found.state, found.kept, found.done_at) == (TaskState.DONE, False, NOON)
    # It is the unit's own: it neither adds to the tasks nor vetoes.
    assert progress()["甲"].set == 2
    with pytest.raises(TaskClosed):
        act(finish_self_check, found.id, "再报", Scope())


def test_what_is_wrong_with_a_self_check_is_said(hall):
    elsewhere = Scope(frozenset({unit_key("乙")}))
    for changes, refusal in (
        ({"problem": ""}, TaskWords),
        ({"due": "2026-07-15"}, TaskDay),
        ({"scope": elsewhere}, NotOpen),
    ):
        with pytest.raises(refusal):
            line(hall, **changes)
    line(hall)
    [found] = tasks(hall)
    with pytest.raises(NotOpen):
        act(finish_self_check, found.id, "已更换", elsewhere)
    with pytest.raises(TaskNotReported):
        act(check_task, found.id, "", confirms=True)
    with pytest.raises(TaskNotReported):
        act(look_back, found.id, kept=True)


def test_a_task_is_no_self_check_and_nothing_is_nothing(hall):
    report(hall)
    [task] = tasks(hall)
    with pytest.raises(NotOpen):
        act(finish_self_check, task.id, "已报", Scope())
    with pytest.raises(NotOpen):
        act(check_task, 999, "", confirms=True)
    with pytest.raises(TaskWords):
        act(check_task, task.id, " ", confirms=False)


def test_nothing_moves_once_the_list_is_posted(hall):
    report(hall)
    [task] = tasks(hall)
    with transaction() as session:
        session.get(Campaign, hall).posted_at = NOON
    with pytest.raises(CampaignClosed):
        act(check_task, task.id, "", confirms=True)
