"""What the templates of the account pages are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from kiosk.domain.policy import Role
from kiosk.queries.own_account import OpenSession
from kiosk.queries.people import AccountLine
from kiosk.web.forms import Form
from kiosk.web.role_words import ROLE_WORDS


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """A form of the account pages, and where its sender goes on to."""

    form: Form
    onward: str = ""


@dataclass(frozen=True, kw_only=True)
class EnrolPage:
    """A second factor on offer; it exists once its first code has come back."""

    form: Form
    onward: str
    secret: str
    ticket: str
    """The secret, signed for this very account."""
    code: Markup
    """The QR code as SVG."""
    asks_password: bool
    enrolled: bool

    @property
    def groups(self) -> list[str]:
        """The secret in groups of four, to be typed by hand."""
        return [self.secret[at : at + 4] for at in range(0, len(self.secret), 4)]


@dataclass(frozen=True, kw_only=True)
class CodesPage:
    """Recovery codes, shown this once."""

    codes: list[str]
    login: str
    onward: str


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """One's own account."""

    account: AccountLine
    sessions: list[OpenSession]
    this_session: int
    address: str
    """E-mail address; "" for none."""
    codes_left: int
    may_remove_factor: bool
    zone: ZoneInfo
    done: str = ""
    """What has just been done, in words; "" for nothing."""

    @property
    def role_words(self) -> Mapping[Role, str]:
        """What each role is called, in English."""
        return ROLE_WORDS
