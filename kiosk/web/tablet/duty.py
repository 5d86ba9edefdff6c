"""Signing on and off at the window: badge number and PIN, without any script.

The page leads back to the rating page by itself. It opens, closes and shows nothing
of the rating page: whoever serves cannot touch what visitors say.
"""

from datetime import date, timedelta
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.demonstration_roster import PIN
from kiosk.domain.errors import RuleBroken
from kiosk.domain.shift_errors import PinNotRight
from kiosk.domain.staff import BADGE_MOST, PIN_MOST, normal_badge
from kiosk.extensions import reading, recording, transaction
from kiosk.queries.devices import DeviceView
from kiosk.queries.places import WindowView
from kiosk.queries.shifts import on_duty
from kiosk.services.rating_rows import Hall
from kiosk.services.sign_on import clerk_by_pin, sign_off, sign_on
from kiosk.services.tries import claim_try, try_succeeded
from kiosk.web import current
from kiosk.web.access import current_device, device_only
from kiosk.web.errors import refusal_status
from kiosk.web.forms import Form
from kiosk.web.tablet.head_page import window_of
from kiosk.web.tablet.pages import DutyPage
from kiosk.web.tablet.views import blueprint

_LEAVE_AFTER = timedelta(seconds=90)
"""A page that somebody walked away from must not keep visitors from rating."""
_BADGE_TYPED_MOST = 4 * BADGE_MOST


@blueprint.get("/duty")
@device_only
def ask_duty() -> Response:
    device = current_device()
    if device is None:
        return make_response(render_template("tablet/unpaired.html"))
    return _page(device, Form({}, ("badge",)), HTTPStatus.OK)


@blueprint.post("/duty")
@device_only
def take_duty() -> AnyResponse:
    device = current_device()
    if device is None:
        return make_response(
            render_template("tablet/unpaired.html"), HTTPStatus.UNAUTHORIZED
        )
    typed = request.form.get("badge", "")[:_BADGE_TYPED_MOST]
    form = Form({"badge": typed}, ("badge",))
    try:
        _signed(device, normal_badge(typed), request.form.get("pin", ""))
    except RuleBroken as refusal:
        form.refuse("badge", refusal)
        return _page(device, form, refusal_status(refusal))
    return redirect(url_for("tablet.screen"), HTTPStatus.SEE_OTHER)


def _signed(device: DeviceView, badge: str, pin: str) -> None:
    """Sign the clerk on, or off where that was pressed. Raises what refuses it."""
    now, centre = current.now(), current.this_centre()
    hall = Hall(centre.id, centre.zone)
    with transaction() as session:
        # Committed before the PIN is looked at: whatever happens then, it counts.
        claimed = claim_try(
            session,
            f"pin:{centre.id}:{badge}",
            f"device:{device.id}",
            current.settings().secret_key,
            now,
        )
    with reading() as session:
        clerk_id = clerk_by_pin(session, centre.id, badge, pin, _today())
    if clerk_id is None:
        raise PinNotRight
    with transaction() as session:
        try_succeeded(session, claimed)
    with recording(f"device:{device.id}", now) as records:
        act = sign_off if request.form.get("act") == "off" else sign_on
        act(records, hall, device.window_id, clerk_id)


def _page(device: DeviceView, form: Form, status: HTTPStatus) -> Response:
    window: WindowView = window_of(device.window_id)
    with reading() as session:
        duty = on_duty(session, window.id, current.now())
    page = DutyPage(
        window=window,
        duty=duty,
        form=form,
        pin_most=PIN_MOST,
        demonstration_pin=PIN if current.this_installation().demonstration else "",
    )
    answer = make_response(render_template("tablet/duty.html", page=page), status)
    seconds = int(_LEAVE_AFTER.total_seconds())
    answer.headers["Refresh"] = f"{seconds}; url={url_for('tablet.screen')}"
    return answer


def _today() -> date:
    return current.now().astimezone(current.this_centre().zone).date()
