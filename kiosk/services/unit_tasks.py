"""Tasks and self-check lists of units: reported, confirmed or given back, looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import check_open
from kiosk.domain.policy import NotOpen, Scope
from kiosk.domain.unit_tasks import (
    PERSON_MOST,
    PROOF_MOST,
    TaskClosed,
    TaskNotReported,
    TaskState,
    TaskUnknown,
    parse_task_day,
    parse_task_words,
)
from kiosk.models import ORGANISATION, Unit, UnitTask
from kiosk.services.candidate_locks import running_campaign
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a unit says it did, as it was typed."""

    campaign_id: int
    unit_id: int
    task: str
    """Key of the task in the rules."""
    person: str
    """Who answers for it."""
    proof: str
    """What shows that it is done."""
    scope: Scope
    """Units that the writer answers for."""


@dataclass(frozen=True, kw_only=True)
class SelfCheck:
    """A line of a unit's self-check list, as it was typed."""

    campaign_id: int
    unit_id: int
    problem: str
    measure: str
    person: str
    due: str
    scope: Scope


def report_task(records: Book, report: Report, today: date) -> None:
    """Report a task of the rules as done, or report it once more.

    The day of the first report is kept unless the organiser gave it back: what was
    late stays late. Raises NotOpen, CampaignClosed, NotOpenYet, OverAlready,
    NoSuchStage, TaskUnknown, TaskWords, TaskClosed.
    """
    session = records.session
    if not report.scope.holds(report.unit_id):
        raise NotOpen
    running = running_campaign(session, report.campaign_id)
    due = {task.key: task.due for task in running.rules.tasks}
    if report.task not in due:
        raise TaskUnknown
    check_open(running.rules, StageKind.TASKS, today)
    told = _told(report.person, report.proof)
    there = session.scalar(
        select(UnitTask).where(
            UnitTask.campaign_id == report.campaign_id,
            UnitTask.unit_id == report.unit_id,
            UnitTask.task == report.task,
        )
    )
    if there is not None:
        _report_again(records, there, told)
        return
    if session.get(Unit, report.unit_id) is None:
        raise NotOpen
    row: dict[str, object] = {"campaign_id": report.campaign_id}
    row |= {"unit_id": report.unit_id}
    row |= {"task": report.task, "due": due[report.task], "entered_at": records.now}
    row |= {"done_at": records.now, "state": int(TaskState.REPORTED)}
    records.add(UnitTask, ORGANISATION, [row | told])


def add_self_check(records: Book, line: SelfCheck, today: date) -> None:
    """Add a line to a unit's self-check list.

    Raises NotOpen, CampaignClosed, NotOpenYet, OverAlready, NoSuchStage, TaskWords,
    TaskDay.
    """
    known = records.session.get(Unit, line.unit_id) is not None
    if not known or not line.scope.holds(line.unit_id):
        raise NotOpen
    running = running_campaign(records.session, line.campaign_id)
    check_open(running.rules, StageKind.TASKS, today)
    row = {
        "campaign_id": line.campaign_id,
        "unit_id": line.unit_id,
        "problem": parse_task_words(line.problem),
        "measure": parse_task_words(line.measure),
        "person": parse_task_words(line.person, PERSON_MOST),
        "due": parse_task_day(line.due, today, running.rules.last_day),
        "entered_at": records.now,
        "state": int(TaskState.OPEN),
    }
    records.add(UnitTask, ORGANISATION, [row])


def finish_self_check(records: Book, key: int, proof: str, scope: Scope) -> None:
    """Report a line of a self-check list as cleared.

    Raises NotOpen, CampaignClosed, TaskWords, TaskClosed.
    """
    found = _locked(records.session, key, scope)
    if found.task:
        raise NotOpen
    _report_again(records, found, _told(found.person, proof))


def check_task(records: Book, key: int, remark: str, *, confirms: bool) -> None:
    """Confirm what a unit reported, or give it back with a remark.

    Raises NotOpen, CampaignClosed, TaskNotReported, TaskWords.
    """
    found = _locked(records.session, key, Scope())
    if found.state != int(TaskState.REPORTED):
        raise TaskNotReported
    row: dict[str, object] = {"checked_at": records.now}
    if confirms:
        row |= {"state": int(TaskState.DONE), "remark": ""}
    else:
        row |= {"state": int(TaskState.RETURNED), "remark": parse_task_words(remark)}
    records.change(UnitTask, ORGANISATION, key, row)


def look_back(records: Book, key: int, *, kept: bool) -> None:
    """Write down whether what was done was kept.

    Raises NotOpen, CampaignClosed, TaskNotReported.
    """
    found = _locked(records.session, key, Scope())
    if found.state != int(TaskState.DONE):
        raise TaskNotReported
    row = {"kept": kept, "looked_back_at": records.now}
    records.change(UnitTask, ORGANISATION, key, row)


def _told(person: str, proof: str) -> dict[str, object]:
    return {
        "person": parse_task_words(person, PERSON_MOST),
        "proof": parse_task_words(proof, PROOF_MOST),
    }


def _report_again(records: Book, there: UnitTask, told: Mapping[str, object]) -> None:
    if there.state == int(TaskState.DONE):
        raise TaskClosed
    row = {**told, "state": int(TaskState.REPORTED)}
    if there.done_at is None or there.state == int(TaskState.RETURNED):
        row["done_at"] = records.now
    records.change(UnitTask, ORGANISATION, there.id, row)


def _locked(session: Session, key: int, scope: Scope) -> UnitTask:
    """Return a task of the scope's units, locked while its campaign runs.

    Raises NotOpen, CampaignClosed.
    """
    found = session.execute(
        select(UnitTask.campaign_id, UnitTask.unit_id).where(UnitTask.id == key)
    ).first()
    if found is None or not scope.holds(found.unit_id):
        raise NotOpen
    running_campaign(session, found.campaign_id)
    return session.get_one(UnitTask, key, populate_existing=True)
