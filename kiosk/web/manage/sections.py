"""The parts of the manage area, and which of them somebody is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.policy import Action
from kiosk.web.access import allowed


@dataclass(frozen=True)
class Section:
    """A place in the manage area, and the right that opens it."""

    name: str
    endpoint: str
    title: str
    action: Action | None = None
    """None: open to everybody."""
    what: str = ""
    """What it is for, where the parts stand as a list."""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What its address asks for beside the page."""
    within: bool = False
    """Whether who runs campaigns finds it on each campaign's page instead."""

    @property
    def href(self) -> str:
        """Its address."""
        return url_for(self.endpoint, **self.asked)

    @property
    def words(self) -> str:
        """The title in the language of the request."""
        return str(gettext(self.title))

    @property
    def purpose(self) -> str:
        """What it is for, in the language of the request."""
        return str(gettext(self.what)) if self.what else ""


SECTIONS = (
    Section("today", "manage.today", sentence("Today"), Action.START),
    Section(
        "windows",
        "manage.windows",
        sentence("Windows"),
        Action.SEE_WINDOWS,
        sentence("Units, service guides and QR codes of the windows."),
    ),
    Section(
        "cases",
        "manage.cases",
        sentence("Cases"),
        Action.SEE_CASES,
        sentence("Bad ratings, complaints and suggestions, and what became of them."),
    ),
    Section(
        "campaigns",
        "manage.campaigns",
        sentence("Campaigns"),
        Action.RUN_CAMPAIGNS,
        sentence("Selections from the first notice to the certificate."),
    ),
    Section(
        "nominations",
        "manage.nominations",
        sentence("Nominations"),
        Action.NOMINATE,
        sentence("Put windows, people and units forward for an award."),
        within=True,
    ),
    Section(
        "tasks",
        "manage.unit_tasks",
        sentence("Tasks"),
        Action.ANSWER_CAMPAIGNS,
        sentence("What units do for a selection, and their self-check lists."),
        within=True,
    ),
    Section(
        "findings",
        "manage.findings",
        sentence("Finds"),
        Action.ANSWER_CAMPAIGNS,
        sentence("What inspectors found, and what units hold against it."),
        within=True,
    ),
    Section(
        "patrol",
        "manage.patrol",
        sentence("Inspection"),
        Action.INSPECT,
        sentence("Go round with a sheet."),
    ),
    Section(
        "jury",
        "manage.jury",
        sentence("Jury"),
        Action.SCORE,
        sentence("Give points to candidates."),
    ),
    Section(
        "objections",
        "manage.objections",
        sentence("Objections"),
        Action.RULE_OBJECTIONS,
        sentence("To lists that are posted."),
        within=True,
    ),
    Section(
        "clerks",
        "manage.clerks",
        sentence("Clerks"),
        Action.SEE_CLERKS,
        sentence("Badges, units and sign-on PINs."),
    ),
    Section(
        "shifts",
        "manage.shifts",
        sentence("Shifts"),
        Action.SEE_SHIFTS,
        sentence("Who is on duty at which window, day by day."),
    ),
    Section(
        "mine",
        "manage.mine",
        sentence("My ratings"),
        Action.SEE_OWN,
        sentence("My own ratings, week by week."),
    ),
    Section(
        "calls",
        "manage.calls",
        sentence("Calls"),
        Action.OPEN_CONTACTS,
        sentence("Who wants to be called about a rating, and how the call went."),
    ),
    Section(
        "holds",
        "manage.holds",
        sentence("Holds"),
        Action.REVIEW_HOLDS,
        sentence("Ratings that need a look before they count."),
    ),
    Section(
        "tablets",
        "manage.tablets",
        sentence("Tablets"),
        Action.PAIR_TABLETS,
        sentence("Pair tablets with windows, and withdraw them."),
    ),
    Section(
        "posters",
        "manage.posters",
        sentence("Posters"),
        Action.PRINT_POSTERS,
        sentence("A QR code for each window, ready to print."),
    ),
    Section("settings", "manage.settings", sentence("Settings"), Action.START),
    Section(
        "board",
        "board.page",
        sentence("Leaderboard"),
        None,
        sentence("The page on the large screen of the hall."),
        {"desk": "1"},
    ),
)
SETTINGS = (
    Section(
        "units",
        "manage.units",
        sentence("Units"),
        Action.SEE_UNITS,
        sentence("Departments and offices, as a tree."),
    ),
    Section(
        "centre",
        "manage.centre",
        sentence("Centre"),
        Action.EDIT_CENTRE,
        sentence("Name, time zone, opening hours, local periods."),
    ),
    Section(
        "calendar",
        "manage.calendar",
        sentence("Working days"),
        Action.SEE_CALENDAR,
        sentence("Holidays and weekends worked instead; deadlines count by them."),
    ),
    Section(
        "accounts",
        "manage.accounts",
        sentence("Accounts"),
        Action.SEE_ACCOUNTS,
        sentence("Who may sign in, and what they may do."),
    ),
    Section(
        "replies",
        "manage.replies",
        sentence("Reply templates"),
        Action.EDIT_REPLIES,
        sentence("Words that replies to citizens may begin with, by cause."),
    ),
    Section(
        "audit",
        "manage.audit",
        sentence("Ledger"),
        Action.SEE_AUDIT,
        sentence("Who did what and when, before and after."),
    ),
    Section(
        "checkpoints",
        "manage.checkpoints",
        sentence("Checkpoints"),
        Action.SIGN_CHECKPOINTS,
        sentence("Signed lines that others keep, so that nobody can rewrite the past."),
    ),
    Section(
        "integrations",
        "manage.integrations_list",
        sentence("Other systems"),
        Action.EDIT_INTEGRATIONS,
        sentence("Keys for the queue and the hotline, and news of bad ratings."),
    ),
    Section(
        "mail",
        "manage.mail",
        sentence("Notices by e-mail"),
        Action.EDIT_INTEGRATIONS,
        sentence("Who is told what waits, and what the mail server says."),
    ),
    Section(
        "backup",
        "manage.backups",
        sentence("Backups"),
        Action.BACK_UP,
        sentence("A copy of everything, verified after writing."),
    ),
    Section(
        "erased",
        "manage.erased",
        sentence("What was erased"),
        Action.BACK_UP,
        sentence("Contacts and words whose time is over, and backups that hold them."),
    ),
)


def manage_sections() -> Iterator[Section]:
    """Yield the parts the signed-in person may open."""
    within = allowed(Action.RUN_CAMPAIGNS)
    return (part for part in SECTIONS if _open(part) and not (part.within and within))


def settings_sections() -> list[Section]:
    """Return the parts of the settings the person may open."""
    return [part for part in SETTINGS if _open(part)]


def _open(part: Section) -> bool:
    return part.action is None or allowed(part.action)
