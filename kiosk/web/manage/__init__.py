"""Audience: the organiser. Windows, screens, posters, and the day at a glance."""

from kiosk.web.manage import codes, leaving, posters, tablets, today, windows
from kiosk.web.manage.blueprint import blueprint

__all__ = ["blueprint", "codes", "leaving", "posters", "tablets", "today", "windows"]
