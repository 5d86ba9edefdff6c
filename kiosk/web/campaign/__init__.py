"""Audience: electors. A code from a slip of paper opens a ballot, once."""

from kiosk.web.campaign import vote
from kiosk.web.campaign.blueprint import blueprint

__all__ = ["blueprint", "vote"]
