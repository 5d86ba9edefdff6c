"""What roles are called, and what each may do in a few words."""

from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.policy import Role

ROLE_WORDS = {
    Role.ORGANISER: sentence("Organiser"),
    Role.MANAGER: sentence("Manager of a unit"),
    Role.CLERK: sentence("Clerk"),
    Role.INSPECTOR: sentence("Inspector"),
    Role.JUROR: sentence("Juror"),
    Role.CASE_HANDLER: sentence("Case handler"),
    Role.VIEWER: sentence("Viewer"),
    Role.ADMINISTRATOR: sentence("System administrator"),
}
ROLE_MEANINGS = {
    Role.ORGANISER: sentence("Runs the hall: everything, and who may do what."),
    Role.MANAGER: sentence("Sees and looks after one unit and the units below it."),
    Role.CLERK: sentence("Sees the own ratings, in groups of five and more."),
    Role.INSPECTOR: sentence("Looks at windows, shifts and working days."),
    Role.JUROR: sentence("Looks at windows; scores in a campaign."),
    Role.CASE_HANDLER: sentence("Answers bad ratings of all units."),
    Role.VIEWER: sentence("Only looks: the day, windows and units."),
    Role.ADMINISTRATOR: sentence(
        "Looks after accounts, tablets and backups; sees no ratings."
    ),
}


def role_choices() -> list[tuple[str, str]]:
    """Return each role with its name and meaning in the language of the request."""
    return [
        (str(role), f"{gettext(ROLE_WORDS[role])} · {gettext(ROLE_MEANINGS[role])}")
        for role in Role
    ]
