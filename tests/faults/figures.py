"""How much the fault tests do: a part of it always, all of it in `make faults`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """How often, how many, how long. The words of the promises name the full ones."""

    server_kills: int
    power_cuts: int
    browser_kills: int
    long_offline_taps: int
    """Taps of the seven days without a network."""


_PART = Figures(server_kills=10, power_cuts=5, browser_kills=20, long_offline_taps=1000)
_FULL = Figures(
    server_kills=50, power_cuts=30, browser_kills=100, long_offline_taps=5000
)

FIGURES = _FULL if os.environ.get("KIOSK_FAULTS") == "full" else _PART
"""`KIOSK_FAULTS=full` asks for the full ones; nothing else reads that variable."""
