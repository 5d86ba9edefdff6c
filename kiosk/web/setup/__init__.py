"""Audience: whoever holds the one-time link, before there is anything else."""

from kiosk.web.setup import demonstration, organiser, restore, views
from kiosk.web.setup.blueprint import blueprint

__all__ = ["blueprint", "demonstration", "organiser", "restore", "views"]
