"""Where settings come from: the environment, the file beside the data, defaults."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from kiosk.config.checks import check_settings
from kiosk.config.settings import ROOT, Settings, SettingsError


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
    check_settings(settings)
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
