"""Past ratings from files, in batches; each batch is harmless when repeated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from kiosk.domain.errors import IdTaken
from kiosk.domain.intake import RatingState, Tap, counted_time
from kiosk.models import Comment, table_of
from kiosk.services.bulk_insert import insert_new
from kiosk.services.ledger import append
from kiosk.services.rating_entries import rating_draft, salted
from kiosk.services.rating_rows import Hall, conflicting, move_of, row_of
from kiosk.services.tallies import move_tallies

_comment = table_of(Comment)


def record_history(
    connection: Connection, taps: Sequence[Tap], hall: Hall, now: datetime, by: str
) -> int:
    """Keep a batch of past ratings; return how many were new.

    `by`: who brings it, for the ledger. Repeating a batch changes nothing. Raises
    IdTaken when an id is already kept with another body; the caller's transaction
    then takes none of the batch.
    """
    if not taps:
        return 0
    rows: dict[UUID, dict[str, Any]] = {}
    for tap in taps:
        time = counted_time(tap.tapped_at or now, now, None, hall.zone)
        row = row_of(tap, time, RatingState.COUNTED, now)
        if rows.setdefault(tap.event_id, row)["digest"] != row["digest"]:
            raise IdTaken(id=tap.event_id)
    kept = insert_new(connection, list(rows.values()))
    for tap in conflicting(connection, [t for t in taps if t.event_id not in kept]):
        raise IdTaken(id=tap.event_id)
    words = _keep_words(connection, taps, kept)
    if kept:
        new = Counter(rows[event_id]["window_id"] for event_id in kept)
        move_tallies(connection, [move_of(rows[e], 1) for e in kept], new)
        # In the order of the file, which the database need not keep.
        drafts = [
            rating_draft(row, kept[event_id], words.get(event_id), by)
            for event_id, row in rows.items()
            if event_id in kept
        ]
        append(connection, hall.centre_id, drafts, now)
    return len(kept)


def _keep_words(
    connection: Connection, taps: Sequence[Tap], kept: Mapping[UUID, int]
) -> dict[UUID, bytes]:
    """Keep the comments of new ratings; return their commitments by event."""
    said = {tap.event_id: tap.comment for tap in taps if tap.comment}
    comments, commitments = [], {}
    for event_id, words in said.items():
        if event_id in kept:
            salt, commitments[event_id] = salted(words)
            row = {"rating_id": kept[event_id], "words": words, "salt": salt}
            comments.append(row)
    if comments:
        connection.execute(insert(_comment), comments)
    return commitments
