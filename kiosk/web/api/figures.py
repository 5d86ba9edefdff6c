"""What systems outside may read: windows, counts, the board, single ratings."""

from http import HTTPStatus

from kiosk.domain.integrations import ApiScope
from kiosk.domain.interface import closed_days, parse_cursor
from kiosk.extensions import reading
from kiosk.queries.board import compute_board
from kiosk.queries.exchange import day_counts, single_ratings
from kiosk.queries.places import open_windows
from kiosk.web import current
from kiosk.web.api.endpoints import Answer, Call, Endpoint, serve
from kiosk.web.api.schemas import (
    BoardTold,
    CountsTold,
    Days,
    RatingsAsked,
    RatingsTold,
    WindowsTold,
)


@serve(
    Endpoint(
        method="GET",
        rule="/windows",
        summary="The windows that are open today.",
        answer=WindowsTold,
    )
)
def windows(_call: Call) -> Answer:
    centre = current.this_centre()
    today = current.now().astimezone(centre.zone).date()
    with reading() as session:
        return HTTPStatus.OK, {"windows": open_windows(session, centre.id, today)}


@serve(
    Endpoint(
        method="GET",
        rule="/counts",
        summary="Counted ratings by window and day, of days that are over.",
        scope=ApiScope.READ_COUNTS,
        query=Days,
        answer=CountsTold,
    )
)
def counts(call: Call) -> Answer:
    centre = current.this_centre()
    today = current.now().astimezone(centre.zone).date()
    period = closed_days(call.query.get("first"), call.query.get("last"), today)
    with reading() as session:
        return HTTPStatus.OK, {"counts": day_counts(session, centre.id, period)}


@serve(
    Endpoint(
        method="GET",
        rule="/board",
        summary="The leaderboard, as the public board shows it.",
        scope=ApiScope.READ_BOARD,
        answer=BoardTold,
    )
)
def board(_call: Call) -> Answer:
    with reading() as session:
        return HTTPStatus.OK, compute_board(
            session, current.this_centre(), current.now()
        )


@serve(
    Endpoint(
        method="GET",
        rule="/ratings",
        summary="Single counted ratings of days that are over, page by page.",
        scope=ApiScope.READ_RATINGS,
        query=RatingsAsked,
        answer=RatingsTold,
    )
)
def ratings(call: Call) -> Answer:
    centre = current.this_centre()
    today = current.now().astimezone(centre.zone).date()
    period = closed_days(call.query.get("first"), call.query.get("last"), today)
    after = call.query.get("after")
    cursor = None if after is None else parse_cursor(after)
    limit = call.query["limit"]
    with reading() as session:
        page = single_ratings(session, centre.id, period, cursor, limit)
    return HTTPStatus.OK, page
