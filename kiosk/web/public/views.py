"""The front page, receipts, and whether the server is well."""

from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy import text

from kiosk.extensions import reading
from kiosk.web.access import public

blueprint = Blueprint("public", __name__)


@blueprint.get("/healthz")
@public
def health() -> Response:
    with reading() as session:
        session.execute(text("SELECT 1"))
    return make_response(jsonify(status="ok"))
