"""Who may do what: the one table of rights, and the one function that reads it.

Nothing is allowed that is not written here. A right holds for the whole centre, or,
for a manager, in one unit and the units below it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.errors import RuleBroken, sentence


class NotOpen(RuleBroken):
    """A page does not exist, or not for this person; nobody learns which."""

    code = "not_open"
    text = sentence("There is no such page, or it is not open to you.")


class Role(StrEnum):
    """What people are here. Electors vote by code and screens pair: no accounts."""

    ORGANISER = "organiser"
    MANAGER = "manager"
    CLERK = "clerk"
    INSPECTOR = "inspector"
    JUROR = "juror"
    CASE_HANDLER = "case-handler"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"


UNIT_ROLES = frozenset({Role.MANAGER})
"""Roles that hold in a unit and below it; the others hold in the whole centre."""
NO_FACTOR_ROLES = frozenset({Role.VIEWER})
"""Roles that need no second factor unless somebody turns it on."""


class Action(StrEnum):
    """Everything a signed-in person may be allowed to do."""

    START = "start"
    SEE_TODAY = "see-today"
    SEE_WINDOWS = "see-windows"
    EDIT_WINDOWS = "edit-windows"
    """Words of a window: name, location, phone, service guide, promises."""
    PLACE_WINDOWS = "place-windows"
    """Open, import, renumber, move and close windows."""
    SEE_UNITS = "see-units"
    EDIT_UNITS = "edit-units"
    SEE_CLERKS = "see-clerks"
    EDIT_CLERKS = "edit-clerks"
    SEE_SHIFTS = "see-shifts"
    EDIT_SHIFTS = "edit-shifts"
    CONFIRM_SHIFTS = "confirm-shifts"
    """Decide, as the second person, on a correction of a closed day."""
    SEE_CALENDAR = "see-calendar"
    EDIT_CALENDAR = "edit-calendar"
    EDIT_CENTRE = "edit-centre"
    PAIR_TABLETS = "pair-tablets"
    PRINT_POSTERS = "print-posters"
    SEE_ACCOUNTS = "see-accounts"
    EDIT_ACCOUNTS = "edit-accounts"
    SEE_AUDIT = "see-audit"
    SIGN_CHECKPOINTS = "sign-checkpoints"
    BACK_UP = "back-up"
    LEAVE_DEMONSTRATION = "leave-demonstration"
    SEE_OWN = "see-own"
    """A clerk's own aggregates."""
    OPEN_CONTACTS = "open-contacts"
    """See who wants to be called, open a contact with a reason, settle the call."""
    SEE_CASES = "see-cases"
    """Read cases: a manager of their own units, others of the units they are not of."""
    WORK_CASES = "work-cases"
    """Accept, pause, answer and put right."""
    DECIDE_CASES = "decide-cases"
    """From outside the unit: find unfounded, send back, close, grade, rule appeals."""
    EDIT_REPLIES = "edit-replies"
    """The words that replies may begin with."""
    REVIEW_HOLDS = "review-holds"
    """Look at ratings that a rule set aside, and decide with a second person."""
    RUN_CAMPAIGNS = "run-campaigns"
    """Make campaigns, change their rules, post lists, fix results."""
    NOMINATE = "nominate"
    """Put candidates of one's own unit forward, and withdraw them."""
    ANSWER_CAMPAIGNS = "answer-campaigns"
    """As a unit: do its tasks, check itself, object to what inspectors found."""
    INSPECT = "inspect"
    """Go round with a sheet."""
    SCORE = "score"
    """Give points as a juror."""
    RULE_OBJECTIONS = "rule-objections"
    """Admit and decide objections to a posted list, from outside the unit."""
    EDIT_INTEGRATIONS = "edit-integrations"
    """Give systems outside a key, and tell them of bad ratings."""


_EVERYBODY = frozenset({Action.START})
RIGHTS: dict[Role, frozenset[Action]] = {
    # Whoever decides on places and awards does not learn who complained.
    # Nor does whoever runs a selection inspect for it or sit on its jury: a second
    # role can be given, openly.
    Role.ORGANISER: frozenset(Action)
    - {Action.SEE_OWN, Action.OPEN_CONTACTS, Action.INSPECT, Action.SCORE},
    Role.MANAGER: _EVERYBODY
    | {
        Action.SEE_TODAY,
        Action.SEE_WINDOWS,
        Action.EDIT_WINDOWS,
        Action.SEE_UNITS,
        Action.SEE_CLERKS,
        Action.EDIT_CLERKS,
        Action.SEE_SHIFTS,
        Action.EDIT_SHIFTS,
        Action.CONFIRM_SHIFTS,
        Action.SEE_CALENDAR,
        Action.PAIR_TABLETS,
        Action.PRINT_POSTERS,
        Action.SEE_CASES,
        Action.WORK_CASES,
        Action.NOMINATE,
        Action.ANSWER_CAMPAIGNS,
    },
    Role.CLERK: _EVERYBODY | {Action.SEE_OWN},
    Role.INSPECTOR: _EVERYBODY
    | {
        Action.SEE_WINDOWS,
        Action.SEE_SHIFTS,
        Action.SEE_CALENDAR,
        Action.REVIEW_HOLDS,
        Action.INSPECT,
    },
    Role.JUROR: _EVERYBODY | {Action.SEE_WINDOWS, Action.SCORE},
    Role.CASE_HANDLER: _EVERYBODY
    | {
        Action.SEE_WINDOWS,
        Action.SEE_CALENDAR,
        Action.OPEN_CONTACTS,
        Action.SEE_CASES,
        Action.WORK_CASES,
        Action.DECIDE_CASES,
        Action.EDIT_REPLIES,
        Action.REVIEW_HOLDS,
        Action.RULE_OBJECTIONS,
    },
    Role.VIEWER: _EVERYBODY
    | {Action.SEE_TODAY, Action.SEE_WINDOWS, Action.SEE_UNITS, Action.SEE_CALENDAR},
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Action.SEE_WINDOWS,
        Action.PAIR_TABLETS,
        Action.SEE_ACCOUNTS,
        Action.EDIT_ACCOUNTS,
        Action.SIGN_CHECKPOINTS,
        Action.BACK_UP,
        Action.EDIT_INTEGRATIONS,
    },
}


@dataclass(frozen=True)
class Scope:
    """Where a right holds: everywhere, or in these units only."""

    units: frozenset[int] | None = None
    """Keys of units, those below included; None: the whole centre."""

    def holds(self, unit_id: int | None) -> bool:
        """Whether something of a unit, or of none, lies inside."""
        return self.units is None or (unit_id is not None and unit_id in self.units)

    def __or__(self, other: "Scope") -> "Scope":
        """Return where either holds."""
        if self.units is None or other.units is None:
            return Scope()
        return Scope(self.units | other.units)


@dataclass(frozen=True)
class Grant:
    """A role that somebody has, and where."""

    role: Role
    scope: Scope = Scope()


def scope_of(grants: Iterable[Grant], action: Action) -> Scope:
    """Return where somebody with these grants may do something; raise NotOpen."""
    scope: Scope | None = None
    for grant in grants:
        if action in RIGHTS[grant.role]:
            scope = grant.scope if scope is None else scope | grant.scope
    if scope is None:
        raise NotOpen
    return scope
