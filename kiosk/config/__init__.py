"""Settings: one frozen value, read and checked once when the application starts.

Every setting is an environment variable `KIOSK_<NAME>` or a key `<name>` of
`instance/config.toml`; the environment wins. `docs/settings.md` lists them all.
"""

from kiosk.config.settings import (
    HTMX_CDN_URL,
    HTMX_INTEGRITY,
    HTMX_VERSION,
    ROOT,
    Settings,
    SettingsError,
)
from kiosk.config.sources import load_settings

__all__ = [
    "HTMX_CDN_URL",
    "HTMX_INTEGRITY",
    "HTMX_VERSION",
    "ROOT",
    "Settings",
    "SettingsError",
    "load_settings",
]
