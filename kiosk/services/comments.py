"""A citizen's words, taken back by their author."""

from sqlalchemy import select

from kiosk.domain.contacts import OwnUnknown
from kiosk.domain.tokens import token_hash
from kiosk.models import Comment, LedgerEntry, OwnKey, Rating
from kiosk.services.erasure import erase_comment
from kiosk.services.records import Book

WITHDRAWN = "taken back by their author"
"""Why words were erased, as the ledger says it."""


def withdraw_words(records: Book, secret: str) -> bool:
    """Erase the words of the rating whose author holds the secret.

    Returns whether there were any. Raises OwnUnknown.
    """
    session = records.session
    key = select(OwnKey.rating_id).where(OwnKey.key_hash == token_hash(secret))
    rating_id = session.scalar(key)
    if rating_id is None:
        raise OwnUnknown
    # The rating's row stands for its words: two that erase take turns.
    session.execute(select(Rating.id).where(Rating.id == rating_id).with_for_update())
    if session.get(Comment, rating_id, populate_existing=True) is None:
        return False
    entry = session.execute(
        select(LedgerEntry.chain_id, LedgerEntry.number).where(
            LedgerEntry.rating_id == rating_id, LedgerEntry.kind == "rating"
        )
    ).one()
    erase_comment(records, entry.chain_id, entry.number, WITHDRAWN)
    return True
