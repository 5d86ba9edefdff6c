"""Settings: one frozen value, read and checked once when the application starts.

Every setting is an environment variable `KIOSK_<NAME>` or a key `<name>` of
`instance/config.toml`; the environment wins. `docs/settings.md` lists them all.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

HTMX_VERSION = "2.0.3"
HTMX_CDN_URL = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
# The hash of the very file that the PyPI package brings; a test compares both.
HTMX_INTEGRITY = (
    "sha384-0895/pl2MU10Hqc6jd4RvrthNlDiE9U1tWmX7WRESftEDRosgxNsQG/Ze9YMRzHq"
)
_HOST = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_SECRET_LEAST = 16
_LEAST_WAIT, _MOST_WAIT = 0.1, 30.0
_RANGES = {
    "idle_minutes": (5, 480),
    "session_hours": (1, 24),
    "backup_upload_mb": (1, 100 * 1024),
    "ticket_hours": (1, 30 * 24),
    "printed_per_day": (1, 10_000),
    "hold_deciders": (1, 2),
    "trusted_proxies": (0, 5),
    "webhook_minutes": (15, 24 * 60),
}


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


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment and `instance/config.toml` into checked settings.

    Raises SettingsError with a sentence that names the setting and the remedy.
    """
    env = os.environ if environ is None else environ
    instance = Path(env.get("KIOSK_INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    given = _file_values(instance / "config.toml") | _environment_values(env)
    given.setdefault("database_url", f"sqlite:///{instance / 'kiosk.db'}")
    if "secret_key" not in given:
        given["secret_key"] = _kept_secret(instance / "secret_key")
    values: dict[str, Any] = {
        name: _convert(name, value) for name, value in given.items()
    }
    settings = Settings(instance=instance, **values)
    _check(settings)
    return settings


def _names() -> dict[str, Any]:
    return {field.name: field.type for field in fields(Settings)} | {"instance": Path}


def _file_values(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise SettingsError(f"{path} is not valid TOML: {broken}") from broken
    unknown = sorted(set(values) - set(_names()) | ({"instance"} & set(values)))
    if unknown:
        raise SettingsError(f"{path} has unknown settings: {', '.join(unknown)}")
    return values


def _environment_values(env: Mapping[str, str]) -> dict[str, Any]:
    known = {f"KIOSK_{name.upper()}": name for name in _names()}
    return {
        known[key]: value
        for key, value in env.items()
        if key in known and value and key != "KIOSK_INSTANCE"
    }


def _convert(name: str, value: object) -> object:
    kind = _names()[name]
    text = str(value).strip()
    if kind is bool:
        words = {"true": True, "1": True, "yes": True}
        words |= {"false": False, "0": False, "no": False}
        if text.lower() not in words:
            raise SettingsError(f"{name} must be true or false, not {text!r}")
        return words[text.lower()]
    if kind is int:
        if not text.isdecimal():
            raise SettingsError(f"{name} must be a whole number, not {text!r}")
        return int(text)
    if kind is float:
        try:
            return float(text)
        except ValueError as wrong:
            raise SettingsError(f"{name} must be a number, not {text!r}") from wrong
    return text


def _check(settings: Settings) -> None:
    _check_storage(settings)
    _check_addresses(settings)
    if len(settings.secret_key) < _SECRET_LEAST:
        raise SettingsError(
            f"secret_key must have at least {_SECRET_LEAST} characters; remove it "
            f"and {settings.instance / 'secret_key'} to have a new one made"
        )
    if settings.htmx not in {"cdn", "local"}:
        raise SettingsError("htmx must be cdn or local")
    if settings.default_language not in {"zh", "en"}:
        raise SettingsError("default_language must be zh or en")
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(settings, name) <= most:
            raise SettingsError(f"{name} must be {least} to {most}")


def _check_storage(settings: Settings) -> None:
    url = settings.database_url
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(
            "database_url must begin with sqlite:/// or postgresql+psycopg://"
        )
    name = url.removeprefix("sqlite:///").partition("?")[0]
    if not name or name.startswith((":memory:", "file:")):
        raise SettingsError("database_url must name a file, as in sqlite:///kiosk.db")
    # NaN compares with nothing, so it is refused here too.
    if not _LEAST_WAIT <= settings.storage_wait_seconds <= _MOST_WAIT:
        raise SettingsError(
            f"storage_wait_seconds must be {_LEAST_WAIT} to {_MOST_WAIT:.0f}"
        )


def _check_addresses(settings: Settings) -> None:
    if settings.public_url and not settings.public_url.startswith(
        ("http://", "https://")
    ):
        raise SettingsError("public_url must begin with http:// or https://")
    _check_hosts("trusted_hosts", settings.hosts)
    _check_hosts("webhook_hosts", settings.told_hosts)
    # It becomes part of a header, where these would begin something else.
    if not re.fullmatch(r"https?://[^\s;,'\"]+", settings.htmx_cdn_url):
        raise SettingsError(
            "htmx_cdn_url must be one address that begins with http:// or https://"
        )


def _names_in(text: str) -> frozenset[str]:
    names = (name.strip().lower() for name in text.split(","))
    return frozenset(name for name in names if name)


def _check_hosts(name: str, hosts: frozenset[str]) -> None:
    for host in sorted(hosts):
        if not _HOST.fullmatch(host):
            raise SettingsError(
                f"{name} must be names such as pj.example.org or "
                f"10.0.0.5:8000 with commas between, not {host!r}"
            )


def _kept_secret(path: Path) -> str:
    """Return the installation's secret, made once with owner-only rights.

    The file is linked into place whole: two processes starting together
    either make it once or read the winner's, never half a secret.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), "utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("utf-8").strip()
