"""Audience: everybody. The front page, receipts, and whether the server is well."""

from kiosk.web.public.views import blueprint

__all__ = ["blueprint"]
