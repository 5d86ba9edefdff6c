"""The presets that come with the product, as files."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "presets"
DEFAULT = "ten-best-civil-windows"
"""Good enough to be used unchanged."""


def shipped_presets() -> Mapping[str, Path]:
    """Return the files by their names, the default first, then by name."""
    found = {path.stem: path for path in FOLDER.glob("*.toml")}
    return {name: found[name] for name in sorted(found, key=_order)}


def _order(name: str) -> tuple[bool, str]:
    return (name != DEFAULT, name)
