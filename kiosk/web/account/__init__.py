"""Audience: everybody with an account: signing in, and what is one's own."""

from kiosk.web.account import (
    invitation,
    own,
    own_mail,
    own_password,
    second_factor,
    sign_in,
)
from kiosk.web.account.blueprint import blueprint

__all__ = [
    "blueprint",
    "invitation",
    "own",
    "own_mail",
    "own_password",
    "second_factor",
    "sign_in",
]
