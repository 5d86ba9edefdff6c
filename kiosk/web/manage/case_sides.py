"""On which side of a case the person stands, and which cases they see at all."""

from dataclasses import dataclass
from typing import cast

from flask import g
from sqlalchemy.orm import Session

from kiosk.domain.case_periods import Clock
from kiosk.domain.cases import Side
from kiosk.domain.policy import Action, NotOpen, Role
from kiosk.queries.case_clock import case_clock
from kiosk.queries.contacts import units_of
from kiosk.services.cases import Actor
from kiosk.web import current
from kiosk.web.access import allowed, person


@dataclass(frozen=True)
class Standing:
    """Whose cases somebody sees, and as whom."""

    managed: frozenset[int]
    """Units that the person answers for, those below included."""
    works_in: frozenset[int]
    """Units in which the person works or ever worked as a clerk."""
    outside: bool
    """Whether the person decides about units that are neither."""

    @property
    def units(self) -> frozenset[int] | None:
        """Units whose cases are seen; None: all but `hidden`."""
        return None if self.outside else self.managed

    @property
    def own(self) -> frozenset[int]:
        """Units of which the person is no outsider."""
        return self.managed | self.works_in

    @property
    def hidden(self) -> frozenset[int]:
        """Units whose cases are not seen."""
        return self.works_in - self.managed

    def side(self, unit_id: int) -> Side:
        """Return the side on which the person stands. Raises NotOpen."""
        if unit_id in self.managed:
            return Side.UNIT
        if self.outside and unit_id not in self.works_in:
            return Side.OUTSIDE
        raise NotOpen


def standing(session: Session) -> Standing:
    """Return how the signed-in person stands to the centre's units, read once."""
    if "standing" not in g:
        g.standing = _standing(session)
    return cast("Standing", g.standing)


def _standing(session: Session) -> Standing:
    found = person()
    managed = [
        grant.scope.units or frozenset()
        for grant in found.grants
        if grant.role is Role.MANAGER
    ]
    return Standing(
        managed=frozenset[int]().union(*managed),
        works_in=units_of(session, found.id),
        outside=allowed(Action.DECIDE_CASES),
    )


def actor(session: Session, unit_id: int) -> Actor:
    """Return the person as somebody who acts on a unit's case. Raises NotOpen."""
    return Actor(standing(session).side(unit_id), person().id)


def this_clock(session: Session) -> Clock:
    """Return the clock of this centre's cases."""
    settings = current.settings()
    return case_clock(
        session,
        current.this_centre().id,
        current.now(),
        second=settings.second_days,
        look_back=settings.look_back_days,
    )
