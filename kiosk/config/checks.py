"""Whether an application can run with what it was given."""

import re

from kiosk.config.settings import Settings, SettingsError

_HOST = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_MAIL = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")
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
    "bare_cases_from": (2, 100),
    "look_back_days": (5, 120),
    "second_days": (3, 60),
    "smtp_port": (1, 65_535),
}


def check_settings(settings: Settings) -> None:
    """Refuse values that the application cannot run with. Raises SettingsError."""
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
    _check_mail(settings)
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


def _check_mail(settings: Settings) -> None:
    if settings.smtp_security not in {"starttls", "tls", "none"}:
        raise SettingsError("smtp_security must be starttls, tls or none")
    if settings.smtp_host and not _MAIL.fullmatch(settings.smtp_from):
        raise SettingsError(
            "smtp_from must be the address that notices come from, such as "
            "pingjia@example.org, when smtp_host is set"
        )
    if settings.smtp_host and not settings.public_url:
        raise SettingsError(
            "public_url must be set when smtp_host is: notices hold a link to it"
        )
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise SettingsError(
            "smtp_user and smtp_password go together; give both or neither"
        )


def _check_hosts(name: str, hosts: frozenset[str]) -> None:
    for host in sorted(hosts):
        if not _HOST.fullmatch(host):
            raise SettingsError(
                f"{name} must be names such as pj.example.org or "
                f"10.0.0.5:8000 with commas between, not {host!r}"
            )
