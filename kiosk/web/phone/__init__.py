"""Audience: a citizen's phone, by the code at the window or on its screen."""

from kiosk.web.phone import mine, mine_case, visit
from kiosk.web.phone.views import blueprint

__all__ = ["blueprint", "mine", "mine_case", "visit"]
