"""Audience: the screen at a window."""

from kiosk.web.tablet import duty
from kiosk.web.tablet.views import blueprint

__all__ = ["blueprint", "duty"]
