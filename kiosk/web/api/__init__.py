"""Audience: systems outside, such as the hall's queue, each with a key of its own."""

from kiosk.web.api import description, figures, tickets
from kiosk.web.api.blueprint import blueprint

__all__ = ["blueprint", "description", "figures", "tickets"]
