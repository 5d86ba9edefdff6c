"""Audience: a citizen's phone, by the code at the window."""

from kiosk.web.phone.views import blueprint

__all__ = ["blueprint"]
