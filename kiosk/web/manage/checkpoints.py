"""Checkpoints as the organiser hands them out: made by hand, printed for the book."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading
from kiosk.extensions.signing import make_checkpoints
from kiosk.queries.checkpoints import (
    CheckpointView,
    checkpoint_of,
    checkpoints_page,
    count_checkpoints,
)
from kiosk.services import qr
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import PER_PAGE, Paged, asked_page


@dataclass(frozen=True, kw_only=True)
class CheckpointsPage:
    """Every checkpoint, the newest first."""

    paged: Paged[CheckpointView]
    made: bool
    """Whether the button was just pressed."""


@dataclass(frozen=True, kw_only=True)
class BookPage:
    """One checkpoint for the duty book."""

    view: CheckpointView
    code: Markup
    """QR code that leads to the witness."""
    address: str
    base: str
    reaches: bool
    """Whether phones can open the address in the code."""


@blueprint.get("/manage/checkpoints")
@may(Action.SIGN_CHECKPOINTS)
def checkpoints() -> str:
    with reading() as session:
        total = count_checkpoints(session)
        number = min(asked_page(), Paged((), 1, total).pages)
        found = checkpoints_page(session, (number - 1) * PER_PAGE, PER_PAGE)
    page = CheckpointsPage(
        paged=Paged(found, number, total), made=request.args.get("made") == "1"
    )
    return render_template("manage/checkpoints.html", page=page)


@blueprint.post("/manage/checkpoints")
@may(Action.SIGN_CHECKPOINTS)
def sign_now() -> Response:
    make_checkpoints(current.settings().instance, access.by(), current.now())
    return redirect(url_for("manage.checkpoints", made=1), 303)


@blueprint.get(
    f"/manage/checkpoints/<int(max={2**31 - 1}):chain>/<int(max={10**18 - 1}):size>"
)
@may(Action.SIGN_CHECKPOINTS)
def print_checkpoint(chain: int, size: int) -> str:
    with reading() as session:
        view = checkpoint_of(session, chain, size)
    if view is None:
        raise NotOpen
    base = current.base_url()
    address = qr.checkpoint_address(base, view.chain_id, view.size, view.code)
    page = BookPage(
        view=view,
        # Made by us of letters and digits alone.
        code=Markup(qr.svg(address)),  # noqa: S704
        address=address,
        base=base,
        reaches=qr.reaches_phones(base),
    )
    return render_template("manage/checkpoint.html", page=page)
