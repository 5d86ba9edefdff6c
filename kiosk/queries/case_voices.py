"""The words that came with the ratings of a case, as far as they are kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import CaseRating, Comment
from kiosk.queries.rating_family import rating_family


def case_voices(session: Session, case_id: int) -> list[str]:
    """Return the masked words of a case's citizens, the earliest first.

    In two statements; erased words are not there. They hang on the tap, the case on
    the opinion that stands: both are of one family.
    """
    of_case = CaseRating.case_id == case_id
    roots = select(CaseRating.rating_id.label("id")).where(of_case)
    family = rating_family(session, roots)
    said = select(Comment.words).where(
        Comment.rating_id.in_(family), Comment.words != ""
    )
    return list(session.scalars(said.order_by(Comment.rating_id)))
