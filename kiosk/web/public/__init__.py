"""Audience: everybody. The front page, receipts, the ledger, the server's health."""

from kiosk.web.public import ledger
from kiosk.web.public.views import blueprint

__all__ = ["blueprint", "ledger"]
