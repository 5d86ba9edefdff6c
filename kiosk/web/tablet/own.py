"""A secret for the next visitor's own phone, and the code that takes it there.

Nothing is stored here: the rating brings the secret, and the server keeps its hash.
"""

from flask import Response, jsonify

from kiosk.domain.errors import DeviceUnknown
from kiosk.domain.tokens import new_token
from kiosk.services.qr import own_address, reaches_phones, svg
from kiosk.web import current
from kiosk.web.access import current_device, device_only
from kiosk.web.tablet.views import blueprint


@blueprint.get("/own")
@device_only
def own_secret() -> Response:
    """Answer a fresh secret; the screen may ask ahead and show it when it is wanted."""
    if current_device() is None:
        raise DeviceUnknown
    secret = new_token()
    base = current.base_url()
    address = own_address(base, secret)
    return jsonify(
        own=secret,
        address=address,
        svg=svg(address, clean=True),
        reachable=reaches_phones(base),
    )
