"""Audience: electors with a code from a slip, and whoever objects to a list."""

from kiosk.web.campaign import objecting, vote
from kiosk.web.campaign.blueprint import blueprint

__all__ = ["blueprint", "objecting", "vote"]
