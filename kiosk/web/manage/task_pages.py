"""What the pages of tasks are given, the units' and the organiser's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Task
from kiosk.domain.campaign_stages import is_open
from kiosk.domain.errors import sentence
from kiosk.domain.unit_tasks import PERSON_MOST, PROOF_MOST, WORDS_MOST, TaskState
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.unit_tasks import TaskView
from kiosk.web.language import language

STATES = {
    TaskState.OPEN: sentence("open"),
    TaskState.REPORTED: sentence("reported"),
    TaskState.DONE: sentence("done"),
    TaskState.RETURNED: sentence("given back"),
}


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task of one unit, or a line of its self-check list."""

    key: str
    """Of the task in the rules; empty: of the self-check."""
    title: str
    due: date
    view: TaskView | None
    """None: the unit has done nothing about it."""
    today: date

    @property
    def state(self) -> str:
        """Where it stands, and whether it is late."""
        if self.view is None:
            late = self.due < self.today
            return str(gettext("overdue") if late else gettext("open"))
        words = str(gettext(STATES[self.view.state]))
        if self.view.kept is None:
            return words
        looked = gettext("kept") if self.view.kept else gettext("not kept")
        return f"{words} · {looked}"

    @property
    def settled(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.view is not None and self.view.state is TaskState.DONE

    @property
    def reported(self) -> bool:
        """Whether it waits for the organiser."""
        return self.view is not None and self.view.state is TaskState.REPORTED


@dataclass(frozen=True, kw_only=True)
class UnitPart:
    """One unit's tasks and self-check list."""

    unit_id: int
    name: str
    tasks: Sequence[TaskLine]
    checks: Sequence[TaskLine]


@dataclass(frozen=True, kw_only=True)
class TasksPart:
    """One campaign."""

    campaign: CampaignView
    title: str
    open: bool
    units: Sequence[UnitPart]


@dataclass(frozen=True, kw_only=True)
class TasksPage:
    """Everything that units have to do."""

    parts: Sequence[TasksPart]
    today: date
    typed: Mapping[str, str] = field(default_factory=dict)
    """Of a form that was refused."""
    typed_unit: int | None = None
    """Whose form that was."""
    done: bool = False
    refusal: str = ""
    words_most: int = WORDS_MOST
    person_most: int = PERSON_MOST
    proof_most: int = PROOF_MOST

    def typed_at(self, unit_id: int, line: TaskLine, name: str) -> str:
        """Return what stands in a field of a task: typed just now, or kept before."""
        if self.typed_unit == unit_id and self.typed.get("task") == line.key:
            return self.typed.get(name, "")
        return "" if line.view is None else str(getattr(line.view, name))

    def typed_new(self, unit_id: int, name: str) -> str:
        """Return what stands in a field of a unit's new line."""
        new = self.typed_unit == unit_id and "problem" in self.typed
        return self.typed.get(name, "") if new else ""


def tasks_part(
    found: CampaignView,
    units: Sequence[tuple[int, str]],
    views: Sequence[TaskView],
    today: date,
) -> TasksPart:
    """Return a campaign's tasks by unit."""
    going_on = found.posted_at is None
    return TasksPart(
        campaign=found,
        title=found.rules.title.read(language()),
        open=going_on and is_open(found.rules, StageKind.TASKS, today),
        units=[
            _unit(
                found.rules.tasks,
                unit,
                [v for v in views if v.unit_id == unit[0]],
                today,
            )
            for unit in units
        ],
    )


def _unit(
    tasks: Sequence[Task],
    unit: tuple[int, str],
    views: Sequence[TaskView],
    today: date,
) -> UnitPart:
    done = {view.task: view for view in views if view.task}
    return UnitPart(
        unit_id=unit[0],
        name=unit[1],
        tasks=[
            TaskLine(
                key=task.key,
                title=task.title.read(language()),
                due=task.due,
                view=done.get(task.key),
                today=today,
            )
            for task in tasks
        ],
        checks=[
            TaskLine(key="", title=view.problem, due=view.due, view=view, today=today)
            for view in views
            if not view.task
        ],
    )
