"""One's own account: what it is, and where it is signed in."""

from datetime import timedelta

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import sentence
from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading, transaction
from kiosk.queries.own_account import count_unused_codes, open_sessions, own_address
from kiosk.queries.people import account_line
from kiosk.services.second_factor import may_remove_factor
from kiosk.services.sign_in import end_all_sign_ins, end_own_sign_in, forget_devices
from kiosk.web import access, current
from kiosk.web.access import signed_in
from kiosk.web.account.answers import factor_given, go_on
from kiosk.web.account.blueprint import blueprint
from kiosk.web.account.known import digests
from kiosk.web.account.pages import OwnPage

_DONE = {
    "password": sentence("The password is changed; other browsers are signed out."),
    "address": sentence("Notices about your cases go to your e-mail address."),
    "address-out": sentence("Your e-mail address is taken out; no more messages."),
    "factor-off": sentence("The second factor is turned off."),
}


@blueprint.get("/account")
@signed_in
@factor_given
def own() -> str:
    found, now, settings = access.person(), current.now(), current.settings()
    done = _DONE.get(request.args.get("done", ""), "")
    with reading() as session:
        account = account_line(session, found.id)
        if account is None:
            raise NotOpen
        page = OwnPage(
            account=account,
            sessions=open_sessions(
                session,
                found.id,
                seen=now - timedelta(minutes=settings.idle_minutes),
                begun=now - timedelta(hours=settings.session_hours),
            ),
            this_session=found.sign_in_id,
            address=own_address(session, found.id),
            codes_left=count_unused_codes(session, found.id),
            may_remove_factor=may_remove_factor(session, found.id),
            zone=current.this_centre().zone,
            done=gettext(done) if done else "",
        )
    return render_template("account/own.html", page=page)


@blueprint.post("/account/sessions/<int(max=2147483647):session_id>/end")
@signed_in
@factor_given
def end_session(session_id: int) -> Response:
    with transaction() as session:
        if not end_own_sign_in(session, access.person().id, session_id, current.now()):
            raise NotOpen
    return go_on(url_for("account.own"))


@blueprint.post("/account/sessions/end-others")
@signed_in
@factor_given
def end_other_sessions() -> Response:
    """End what is open elsewhere, and forget the browsers it was opened in."""
    found = access.person()
    with transaction() as session:
        end_all_sign_ins(session, found.id, current.now(), kept=found.sign_in_id)
        forget_devices(session, found.id, kept=digests())
    return go_on(url_for("account.own"))
