"""The front page, receipts, and whether the server is well."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.receipts import format_receipt, parse_receipt
from kiosk.extensions import reading
from kiosk.queries.case_own import receipt_case
from kiosk.queries.receipts import receipt_by_code
from kiosk.web.access import public
from kiosk.web.public.pages import ReceiptPage

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@public
def home() -> str:
    return render_template("public/home.html")


@blueprint.get("/r")
@public
def find_receipt() -> AnyResponse:
    typed = request.args.get("code", "")
    code = parse_receipt(typed)
    if code is None:
        return _not_found(typed)
    return redirect(
        url_for("public.receipt", code=format_receipt(code)), HTTPStatus.SEE_OTHER
    )


@blueprint.get("/r/<code>")
@public
def receipt(code: str) -> AnyResponse:
    stored = parse_receipt(code)
    with reading() as session:
        found = receipt_by_code(session, stored) if stored else None
        told = receipt_case(session, stored) if stored and found else None
    if found is None:
        return _not_found(code)
    page = ReceiptPage(code=format_receipt(found.code), found=found, told=told)
    return make_response(render_template("public/receipt.html", page=page))


@blueprint.get("/healthz")
@public
def health() -> Response:
    with reading() as session:
        session.execute(text("SELECT 1"))
    return make_response(jsonify(status="ok"))


def _not_found(typed: str) -> Response:
    page = render_template("public/no_receipt.html", typed=typed)
    return make_response(page, HTTPStatus.NOT_FOUND)
