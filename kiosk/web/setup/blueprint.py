"""The blueprint of the set-up."""

from flask import Blueprint

from kiosk.web.security import allow_cdn

blueprint = Blueprint("setup", __name__, url_prefix="/setup")
blueprint.before_request(allow_cdn)
