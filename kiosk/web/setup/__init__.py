"""Audience: whoever holds the one-time link, before there is anything else."""

from kiosk.web.setup.views import blueprint

__all__ = ["blueprint"]
