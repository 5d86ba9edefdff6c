"""One's own e-mail address: given, changed and taken out by oneself alone."""

from flask import request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.mail import MailAddressWrong
from kiosk.extensions import reading, recording
from kiosk.queries.own_account import own_address
from kiosk.services.mail import set_address
from kiosk.web import access, current
from kiosk.web.access import signed_in
from kiosk.web.account.answers import factor_given, form_answer, go_on
from kiosk.web.account.blueprint import blueprint
from kiosk.web.account.pages import FormPage
from kiosk.web.forms import Form

_PAGE = "account/mail.html"
_FIELDS = ("email",)


@blueprint.get("/account/mail")
@signed_in
@factor_given
def ask_address() -> Response:
    with reading() as session:
        address = own_address(session, access.person().id)
    form = Form({"email": address}, _FIELDS)
    return form_answer(_PAGE, FormPage(form=form), form)


@blueprint.post("/account/mail")
@signed_in
@factor_given
def keep_address() -> Response:
    form = Form(request.form, _FIELDS)
    given = form.values["email"]
    try:
        with recording(access.by(), current.now()) as records:
            set_address(records, access.person().id, given)
    except MailAddressWrong as refusal:
        form.refuse("email", refusal)
        return form_answer(_PAGE, FormPage(form=form), form)
    done = "address" if given.strip() else "address-out"
    return go_on(url_for("account.own", done=done))
