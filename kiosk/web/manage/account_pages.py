"""What the templates about accounts are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup

from kiosk.domain.accounts import NAME_MOST
from kiosk.domain.errors import sentence
from kiosk.domain.policy import Role
from kiosk.queries.people import AccountLine, Choice, InvitationLine, RoleLine
from kiosk.web.forms import Form
from kiosk.web.manage.lists import Paged
from kiosk.web.role_words import ROLE_WORDS

STATES = {
    "no-factor": sentence("Without second factor"),
    "never": sentence("Never signed in"),
    "off": sentence("Switched off"),
}


def role_words(held: RoleLine | InvitationLine) -> str:
    """Return a role and its unit in the language of the request."""
    if held.role is None:
        return str(gettext("New password"))
    words = str(gettext(ROLE_WORDS[held.role]))
    return f"{words} · {held.unit}" if held.unit else words


def as_choices(found: Sequence[Choice]) -> list[tuple[int, str]]:
    """Return pairs of value and words, as the components take them."""
    return [(one.id, one.name) for one in found]


@dataclass(frozen=True, kw_only=True)
class AccountsPage:
    """Everybody who can sign in, and the invitations that wait."""

    accounts: Paged[AccountLine]
    invitations: Sequence[InvitationLine]
    zone: ZoneInfo
    may_edit: bool

    @property
    def roles(self) -> list[tuple[str, str]]:
        """Roles to choose from, with their names."""
        return [(str(role), str(gettext(words))) for role, words in ROLE_WORDS.items()]

    @property
    def states(self) -> list[tuple[str, str]]:
        """States to choose from, with their names."""
        return [(state, str(gettext(words))) for state, words in STATES.items()]

    def words(self, held: RoleLine | InvitationLine) -> str:
        """Return a role and its unit in words."""
        return role_words(held)


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One account, and what somebody may do with it."""

    account: AccountLine
    sessions: int
    form: Form
    roles: Sequence[tuple[str, str]]
    unit_choices: Sequence[tuple[int, str]]
    zone: ZoneInfo
    may_touch: bool
    """Whether the reader may change it at all."""
    may_look: bool
    """Whether the reader may look with its eyes; in a demonstration only."""
    refusal: str = ""
    done: str = ""
    name_most: int = NAME_MOST

    @property
    def factor_optional(self) -> bool:
        """Whether its second factor can be left out."""
        return all(held.role is Role.VIEWER for held in self.account.roles)

    def words(self, held: RoleLine) -> str:
        """Return a role and its unit in words."""
        return role_words(held)


@dataclass(frozen=True, kw_only=True)
class InvitePage:
    """Somebody to be invited."""

    form: Form
    roles: Sequence[tuple[str, str]]
    unit_choices: Sequence[tuple[int, str]]
    clerks: Sequence[Choice]
    name_most: int = NAME_MOST

    @property
    def clerk_choices(self) -> list[tuple[int, str]]:
        """Clerks without an account, to choose from."""
        return as_choices(self.clerks)


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """A fresh link for one person, shown once."""

    name: str
    heading: str
    link: str
    code: Markup
    """The link as an SVG element."""
    expires_at: datetime
    base: str
    reaches: bool
    """Whether other devices can open the link."""


@dataclass(frozen=True, kw_only=True)
class ConfirmPage:
    """Something that is asked once more before it is done."""

    heading: str
    words: str
    press: str
    action: str
    """Address that the button posts to."""
    back: str
    """Address of the page it was asked on."""
