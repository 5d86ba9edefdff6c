"""Audience: the screen at a window."""

from kiosk.web.tablet import (
    check,
    duty,
    head,
    install,
    intake,
    manifest,
    own,
    pairing,
    worker,
)
from kiosk.web.tablet.views import blueprint

__all__ = [
    "blueprint",
    "check",
    "duty",
    "head",
    "install",
    "intake",
    "manifest",
    "own",
    "pairing",
    "worker",
]
