"""What the person may do with one very thing: for links and buttons of its page."""

from kiosk.domain.policy import Action, scope_of
from kiosk.web.access import allowed, person


def may_in(action: Action, unit_id: int) -> bool:
    """Whether the person may do something to what belongs to this unit."""
    if not allowed(action):
        return False
    return scope_of(person().grants, action).holds(unit_id)
