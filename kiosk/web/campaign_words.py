"""What stands on the public pages of a campaign, in words."""

from datetime import date

from babel.dates import format_date
from flask_babel import gettext

from kiosk.domain.campaign_kinds import AwardKind, GateKind, PartKind, Reading, Tie
from kiosk.domain.campaign_results import Checked, Why
from kiosk.domain.campaign_rules import Gate
from kiosk.domain.errors import sentence
from kiosk.domain.publications import PublicationKind
from kiosk.web.language import language

SHEETS = {
    PublicationKind.NOTICE: sentence("Public notice"),
    PublicationKind.RESULT: sentence("Result"),
    PublicationKind.CANCELLATION: sentence("Cancellation"),
}
AWARDS = {
    AwardKind.WINDOW: sentence("Window"),
    AwardKind.PERSON: sentence("Person"),
    AwardKind.UNIT: sentence("Unit"),
    AwardKind.BRAND: sentence("Service brand"),
    AwardKind.SUGGESTION: sentence("Suggestion"),
}
PARTS = {
    PartKind.RATING: sentence("Public rating"),
    PartKind.INSPECTION: sentence("Inspection"),
    PartKind.JURY: sentence("Jury"),
    PartKind.BALLOT: sentence("Ballot"),
    PartKind.APPRAISAL: sentence("Appraisal"),
    PartKind.KNOWLEDGE: sentence("Knowledge test"),
    PartKind.TASKS: sentence("Tasks"),
}
TIES = {
    Tie.BALLOT: sentence("more votes"),
    Tie.JURY: sentence("more points of the jury"),
    Tie.INSPECTION: sentence("fewer points off"),
    Tie.RATING: sentence("a higher public rating"),
    Tie.EFFECTIVE: sentence("more effective ratings"),
}
READINGS = {
    Reading.TOP2: sentence("very satisfied and satisfied"),
    Reading.TOP3: sentence("very satisfied, satisfied and fairly satisfied"),
    Reading.WEIGHTED: sentence("mean points of the five levels"),
    Reading.FAIR: sentence("adjusted for difficulty"),
    Reading.VERIFIED: sentence("verified ratings only"),
}
_GATES = {
    GateKind.SATISFACTION: sentence(
        "Satisfaction (%(reading)s) of at least %(least)s%%"
    ),
    GateKind.KNOWLEDGE: sentence("At least %(least)s%% in the knowledge test"),
    GateKind.COMPLAINTS: sentence("At most %(most)s complaints upheld"),
    GateKind.TASKS: sentence("At least %(least)s%% of the tasks done in time"),
    GateKind.VETO: sentence("The unit has done every task"),
    GateKind.CLEARANCE: sentence("No office that was asked stands against it"),
}
_WHY = {
    Why.MET: sentence("met"),
    Why.BELOW: sentence("below what is needed"),
    Why.ABOVE: sentence("more than may be"),
    Why.TOO_FEW: sentence("too few ratings"),
    Why.TOO_FEW_DAYS: sentence("too few days with ratings"),
    Why.NO_DATA: sentence("no data"),
    Why.VETOED: sentence("a task was left undone"),
    # Which office, and whether it objects or is silent, is not for the public.
    Why.OBJECTED: sentence("not cleared"),
    Why.SILENT: sentence("not cleared"),
}
_KINDS = {
    GateKind.SATISFACTION: sentence("Satisfaction"),
    GateKind.KNOWLEDGE: PARTS[PartKind.KNOWLEDGE],
    GateKind.COMPLAINTS: sentence("Complaints upheld"),
    GateKind.TASKS: PARTS[PartKind.TASKS],
    GateKind.VETO: PARTS[PartKind.TASKS],
    GateKind.CLEARANCE: sentence("Offices’ opinion"),
}

# As under an official paper: without the day of the week.
_DAY = {"zh": "y年M月d日", "en": "d MMM y"}


def day_words(day: date) -> str:
    """Return a day in full, e.g. 2026年7月16日."""
    name = language()
    return format_date(day, _DAY[name], locale=name)


def gate_words(gate: Gate) -> str:
    """Return a condition in plain words."""
    reading = gettext(READINGS[gate.reading]) if gate.reading else ""
    text = gettext(_GATES[gate.kind])
    said: str = text % {
        "reading": reading, "least": gate.at_least, "most": gate.at_most
    }  # fmt: skip
    more = [gettext("by the lower bound of its interval")] if gate.bound else []
    if gate.minimum:
        more.append(gettext("from %(count)s ratings on", count=gate.minimum))
    if gate.days:
        more.append(gettext("on %(count)s days or more", count=gate.days))
    return str(gettext("; ").join([said, *more]))


def tie_words(tie: str) -> str:
    """Return by what a place was decided; empty where the total alone decided it."""
    return (
        str(gettext("Decided by: %(tie)s", tie=gettext(TIES[Tie(tie)]))) if tie else ""
    )


def failed_words(check: Checked) -> str:
    """Return why a condition was not met, with the number where there is one."""
    kind, why = gettext(_KINDS[check.kind]), gettext(_WHY[check.why])
    if check.value is None:
        return str(gettext("Not met, %(condition)s: %(why)s", condition=kind, why=why))
    number = figure(check.value)
    return str(
        gettext(
            "Not met, %(condition)s: %(number)s, %(why)s",
            condition=kind,
            number=number,
            why=why,
        )
    )


def figure(value: float | None) -> str:
    """Return a number with two decimals; a dash where nothing was entered."""
    return "—" if value is None else f"{value:.2f}"
