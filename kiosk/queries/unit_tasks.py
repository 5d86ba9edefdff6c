"""Tasks of units in a campaign, as units and the organiser see them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.unit_tasks import TaskFact, TaskProgress, TaskState, all_progress
from kiosk.models import Unit, UnitTask
from kiosk.queries.campaigns import CampaignView


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A task of a unit, or a line of its self-check."""

    id: int
    unit_id: int
    unit_name: str
    task: str
    """Key in the rules; empty: the unit's own self-check."""
    problem: str
    measure: str
    person: str
    due: date
    proof: str
    done_at: datetime | None
    state: TaskState
    remark: str
    checked_at: datetime | None
    kept: bool | None
    looked_back_at: datetime | None
    case_id: int | None


_COLUMNS = (
    UnitTask.id,
    UnitTask.unit_id,
    Unit.name.label("unit_name"),
    UnitTask.task,
    UnitTask.problem,
    UnitTask.measure,
    UnitTask.person,
    UnitTask.due,
    UnitTask.proof,
    UnitTask.done_at,
    UnitTask.state,
    UnitTask.remark,
    UnitTask.checked_at,
    UnitTask.kept,
    UnitTask.looked_back_at,
    UnitTask.case_id,
)


def unit_tasks(reader: Connection | Session, campaign_id: int) -> list[TaskView]:
    """Return what units did, by unit and day; nothing of units that did nothing."""
    rows = reader.execute(
        select(*_COLUMNS)
        .join(Unit, Unit.id == UnitTask.unit_id)
        .where(UnitTask.campaign_id == campaign_id)
        .order_by(Unit.name, UnitTask.due, UnitTask.id)
    ).mappings()
    return [TaskView(**{**row, "state": TaskState(row["state"])}) for row in rows]


def task_progress(
    reader: Connection | Session, campaign: CampaignView, zone: ZoneInfo, today: date
) -> dict[int, TaskProgress]:
    """Return how every unit stands with the tasks of a campaign, in two statements."""
    units = [key for key, _ in units_with_tasks(reader, today)]
    due = {task.key: task.due for task in campaign.rules.tasks}
    done: dict[int, dict[str, TaskFact]] = defaultdict(dict)
    for each in unit_tasks(reader, campaign.id):
        if each.task:
            at = each.done_at
            done[each.unit_id][each.task] = TaskFact(
                # An amended day holds for everybody, also for who was done before.
                due=due.get(each.task, each.due),
                done_on=None if at is None else at.astimezone(zone).date(),
                state=each.state,
            )
    return all_progress(due, done, units, today)


def units_with_tasks(
    reader: Connection | Session, today: date
) -> list[tuple[int, str]]:
    """Return the units that tasks are set for: all there are, by name."""
    found = reader.execute(
        select(Unit.id, Unit.name)
        .where(or_(Unit.ended_on.is_(None), Unit.ended_on > today))
        .order_by(Unit.name, Unit.id)
    ).tuples()
    return [(key, name) for key, name in found]
