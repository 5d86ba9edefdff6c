"""Where codes lead to, and what day it is there."""

from datetime import date

from kiosk.web import current


def base_url() -> str:
    """Return the address that codes begin with: the public one, else as requested."""
    return current.base_url()


def today() -> date:
    """Return the centre's day."""
    return current.now().astimezone(current.this_centre().zone).date()
