"""What an installation may change, as one frozen value."""

from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

HTMX_VERSION = "2.0.3"
HTMX_CDN_URL = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
# The hash of the very file that the PyPI package brings; a test compares both.
HTMX_INTEGRITY = (
    "sha384-0895/pl2MU10Hqc6jd4RvrthNlDiE9U1tWmX7WRESftEDRosgxNsQG/Ze9YMRzHq"
)


class SettingsError(ValueError):
    """A setting is unknown or has a value the application cannot run with."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may change. Values are checked, never guessed."""

    instance: Path
    """Folder of the run-time files: database, secret, lock. Created when missing."""
    database_url: str
    """SQLAlchemy address; `sqlite:///…` or `postgresql+psycopg://…`."""
    storage_wait_seconds: float = 5.0
    """Longest wait for a database that others hold; 0.1 to 30. Then it is a 503."""
    secret_key: str
    """Signs forms and links. Made once and kept in `instance/secret_key`."""
    public_url: str = ""
    """What QR codes lead to, e.g. `http://10.0.0.5:8000`; empty: as requested."""
    htmx: str = "cdn"
    """`cdn`: signed-in and public pages try the CDN first; `local`: never."""
    htmx_cdn_url: str = HTMX_CDN_URL
    """Exact address of htmx at the CDN; its content must match the known hash."""
    default_language: str = "zh"
    """`zh` or `en`: for those who state no preference."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-*; 0 to 5."""
    trusted_hosts: str = ""
    """Names this server answers to, with commas between; empty: any.

    Without a port a name holds for every port.
    """
    idle_minutes: int = 30
    """A session ends after so many minutes without a click; 5 to 480."""
    session_hours: int = 12
    """And after so many hours in any case; 1 to 24."""
    backup_upload_mb: int = 2048
    """Largest backup that the page of restoring takes; 1 to 102,400 MB."""
    ticket_hours: int = 120
    """How long after a service its own code can be used; 1 to 720 hours."""
    printed_per_day: int = 50
    """Ratings by printed code that count at one window in a day; 1 to 10,000.

    More are kept and looked at first.
    """
    hold_deciders: int = 2
    """People who decide about held ratings; 1 only in an office of three.

    The public page of the ledger says which.
    """
    webhook_hosts: str = ""
    """Hosts that may be told of bad ratings, with commas between; empty: none.

    With the port where that is not 443, or 80 for plain http.
    """
    webhook_minutes: int = 60
    """Messages leave together, so many minutes apart; 15 to 1,440."""
    bare_cases_from: int = 5
    """Bad ratings without a word at one window in a week that become one case.

    2 to 100; fewer stay figures.
    """
    look_back_days: int = 20
    """Working days after which a measure is looked at again; 5 to 120."""
    second_days: int = 10
    """Working days a citizen has to rate an answer; 3 to 60. Then the case closes."""
    smtp_host: str = ""
    """Mail server for notices of what is due; empty: none are sent."""
    smtp_port: int = 587
    """1 to 65,535."""
    smtp_security: str = "starttls"
    """`starttls`, `tls` from the first byte, or `none` inside one machine."""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    """Address the notices come from."""
    secure_cookies: bool = False
    """True when every visitor comes by https; cookies then refuse plain http."""

    @property
    def hosts(self) -> frozenset[str]:
        """Names in `trusted_hosts`, in lower case; empty: any name is ours."""
        return _names_in(self.trusted_hosts)

    @property
    def told_hosts(self) -> frozenset[str]:
        """Names in `webhook_hosts`, in lower case; empty: nobody is told anything."""
        return _names_in(self.webhook_hosts)

    @property
    def sqlite(self) -> bool:
        """Whether the database is SQLite: one server process, many threads."""
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path | None:
        """File of the SQLite database, or None on PostgreSQL."""
        if not self.sqlite:
            return None
        # A relative path is one in the instance folder, as the engine takes it.
        name = self.database_url.removeprefix("sqlite:///").partition("?")[0]
        return self.instance / name


def _names_in(text: str) -> frozenset[str]:
    names = (name.strip().lower() for name in text.split(","))
    return frozenset(name for name in names if name)
