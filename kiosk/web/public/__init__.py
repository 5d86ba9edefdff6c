"""Audience: everybody. Front page, receipts, ledger, campaigns, the server's health."""

from kiosk.web.public import campaigns, ledger
from kiosk.web.public.views import blueprint

__all__ = ["blueprint", "campaigns", "ledger"]
