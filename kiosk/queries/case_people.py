"""Who stands behind a case: only whether somebody left how to be reached."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.models import CaseContact, CaseRating, Contact
from kiosk.queries.rating_family import rating_family


def reachable_ratings(session: Session, case_id: int) -> list[int]:
    """Return the keys of the contacts that authors of a case's ratings left.

    In two statements. A contact hangs on the tap that the phone's address came from,
    the case on the opinion that stands; both are of one family.
    """
    roots = select(CaseRating.rating_id.label("id")).where(
        CaseRating.case_id == case_id
    )
    kept = select(Contact.rating_id).where(
        Contact.rating_id.in_(rating_family(session, roots)),
        Contact.sealed.is_not(None),
    )
    return list(session.scalars(kept.order_by(Contact.rating_id)))


def can_be_called(session: Session, case_id: int) -> bool:
    """Whether somebody who stands behind a case left how to be reached."""
    own = exists().where(
        CaseContact.case_id == case_id, CaseContact.sealed.is_not(None)
    )
    return bool(session.scalar(select(own))) or bool(
        reachable_ratings(session, case_id)
    )
