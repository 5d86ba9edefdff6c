"""Fields and objects of the interface, as they are checked and described."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from kiosk.domain.errors import NotAMoment
from kiosk.domain.free_text import clean_text
from kiosk.domain.intake import parse_moment
from kiosk.domain.interface import CURSOR, PAGE_MOST
from kiosk.domain.tickets import (
    CASE_NUMBER_MOST,
    ITEM_MOST,
    REQUEST_KEY_MOST,
    TicketState,
)

_HALVES = ("morning", "afternoon")


def _told(words: str) -> dict[str, Any]:
    return {"description": words}


class Words(fields.String):
    """Text without control characters and halves of characters."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> str:
        return clean_text(super()._deserialize(value, *args, **more))


class Moment(fields.AwareDateTime):
    """A time in full, with its zone."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> Any:
        try:
            return parse_moment(value)
        except NotAMoment as broken:
            raise ValidationError(str(broken)) from broken


class Problem(Schema):
    """A refusal: `error` for machines, `message` for people."""

    error = fields.String(required=True)
    message = fields.String(required=True)


class TicketHeaders(Schema):
    """What the sender calls a request."""

    request_key = fields.String(
        data_key="Idempotency-Key",
        validate=validate.Regexp(rf"^[!-~]{{1,{REQUEST_KEY_MOST}}}\Z"),
        metadata={
            "pattern": rf"^[!-~]{{1,{REQUEST_KEY_MOST}}}$",
            "description": "Sent again with it, a request opens no second ticket.",
        },
    )


class NewTicket(Schema):
    """One service that was given."""

    window = Words(
        validate=validate.Length(min=1, max=20),
        metadata=_told("Number of the window. Either this or `window_code`."),
    )
    window_code = Words(
        validate=validate.Length(min=1, max=16),
        metadata=_told("Code of the window, which never changes."),
    )
    badge = Words(
        validate=validate.Length(min=1, max=20),
        metadata=_told("Of the clerk who served; left out: whoever was on duty."),
    )
    item = Words(
        validate=validate.Length(max=ITEM_MOST), metadata=_told("What was handled.")
    )
    case_number = Words(
        validate=validate.Length(max=CASE_NUMBER_MOST),
        metadata=_told("The hall's own reference, never a number of a person."),
    )
    called_at = Moment(metadata=_told("When the visitor was called to the window."))
    served_at = Moment(metadata=_told("When the service ended; left out: now."))


class TicketPath(Schema):
    """Which ticket."""

    code = fields.String(required=True, metadata=_told("The ticket's `id`."))


class TicketTold(Schema):
    """A ticket, as the system that opened it may see it."""

    id = fields.String(attribute="code", required=True)
    state = fields.Enum(TicketState, by_value=True, required=True)
    rating_url = fields.String(
        required=True, metadata=_told("What the visitor's QR code carries.")
    )
    window = fields.String(required=True)
    window_code = fields.String(required=True)
    item = fields.String(required=True)
    case_number = fields.String(required=True)
    called_at = Moment(required=True, allow_none=True)
    served_at = Moment(required=True)
    expires_at = Moment(required=True)


class WindowTold(Schema):
    """An open window."""

    code = fields.String(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    service_type = fields.String(required=True)
    location = fields.String(required=True)


class WindowsTold(Schema):
    """The open windows of the centre."""

    windows = fields.List(fields.Nested(WindowTold), required=True)


class Days(Schema):
    """Days that are over; left out: the last seven."""

    first = fields.Date(data_key="from", metadata=_told("First day."))
    last = fields.Date(data_key="to", metadata=_told("Last day, yesterday or before."))


class DayTold(Schema):
    """One window on one day."""

    window = fields.String(required=True)
    window_code = fields.String(required=True)
    day = fields.Date(required=True)
    ratings = fields.Integer(
        required=True, allow_none=True, metadata=_told("null: fewer than five.")
    )
    levels = fields.List(
        fields.Integer(),
        required=True,
        allow_none=True,
        metadata=_told("By level 1 to 5; null: one of them has one to four."),
    )
    served = fields.Integer(
        required=True, allow_none=True, metadata=_told("People served.")
    )


class CountsTold(Schema):
    """Counted ratings by window and day."""

    counts = fields.List(fields.Nested(DayTold), required=True)


class RatingsAsked(Days):
    """Single ratings of closed days, page by page."""

    after = fields.String(
        validate=validate.Regexp(CURSOR),
        metadata=_told("The `next` of the page before, with the same days."),
    )
    limit = fields.Integer(
        load_default=PAGE_MOST,
        validate=validate.Range(1, PAGE_MOST),
        metadata=_told("Days at windows on a page; each may have many ratings."),
    )


class RatingTold(Schema):
    """One counted rating, without what leads to whoever gave it."""

    window = fields.String(required=True)
    window_code = fields.String(required=True)
    day = fields.Date(required=True)
    half = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([*_HALVES, None]),
        metadata=_told("null where it would tell fewer than five people apart."),
    )
    verified = fields.Boolean(
        required=True, allow_none=True, metadata=_told("null likewise.")
    )
    level = fields.Integer(required=True, validate=validate.Range(1, 5))


class RatingsTold(Schema):
    """A page of single ratings."""

    ratings = fields.List(fields.Nested(RatingTold), required=True)
    next = fields.String(
        required=True, allow_none=True, metadata=_told("null on the last page.")
    )


class RowTold(Schema):
    """One window of the board; null where a window has no such number yet."""

    window = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    service_type = fields.String(required=True)
    listed = fields.Boolean(required=True)
    place = fields.Integer(required=True, allow_none=True)
    low = fields.Integer(required=True, allow_none=True)
    high = fields.Integer(required=True, allow_none=True)
    score = fields.Float(required=True, allow_none=True)
    good_rate = fields.Float(required=True, allow_none=True)
    ratings = fields.Integer(required=True)
    change = fields.Integer(required=True, allow_none=True)


class BoardTold(Schema):
    """The leaderboard as the public board shows it."""

    version = fields.Integer(required=True)
    first = fields.Date(data_key="from", required=True, attribute="period.first")
    last = fields.Date(data_key="to", required=True, attribute="period.last")
    held = fields.Integer(
        required=True, metadata=_told("Ratings that people still look at.")
    )
    rows = fields.List(fields.Nested(RowTold), required=True)
