"""Where a system outside is told of bad ratings: set up, stopped, started, repeated."""

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action
from kiosk.extensions import recording, transaction
from kiosk.extensions.sealing import kept_sealer
from kiosk.services.webhook_queue import send_again
from kiosk.services.webhooks import make_webhook, start_webhook, stop_webhook
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.integration_pages import SecretPage
from kiosk.web.manage.integrations import (
    ONE,
    back,
    integration_page,
    secret_page,
    the_integration,
)

_HOOK = f"{ONE}/webhooks/<int(max=2147483647):hook>"
_MESSAGE = f"{ONE}/messages/<int(max=9223372036854775807):message>/again"


@blueprint.post(f"{ONE}/webhooks")
@may(Action.EDIT_INTEGRATIONS)
def add_webhook(key: int) -> Response:
    found = the_integration(key)
    form = Form(request.form, ("url",))
    settings = current.settings()
    try:
        sealer = kept_sealer(settings.instance)
        with recording(access.by(), current.now()) as records:
            made = make_webhook(
                records, key, form.values["url"], settings.told_hosts, sealer
            )
    except RuleBroken as refusal:
        form.refuse("url", refusal)
        return integration_page(key, refusal, form)
    return secret_page(
        SecretPage(
            integration_id=key,
            heading=gettext("Secret of the messages to %(name)s", name=found.name),
            lead=gettext("This secret is shown only now. Please copy it at once."),
            secret=made.secret,
            steps=[
                gettext(
                    "The other system checks with it that messages come from here."
                ),
                gettext("Messages are signed by the Standard Webhooks specification."),
                gettext("Lost? Stop this address and set another one up."),
            ],
            example="",
            example_words="",
        )
    )


@blueprint.post(f"{_HOOK}/stop")
@may(Action.EDIT_INTEGRATIONS)
def stop_telling(key: int, hook: int) -> Response:
    the_integration(key)
    with recording(access.by(), current.now()) as records:
        stop_webhook(records, key, hook)
    return back(key, "stopped")


@blueprint.post(f"{_HOOK}/start")
@may(Action.EDIT_INTEGRATIONS)
def start_telling(key: int, hook: int) -> Response:
    the_integration(key)
    try:
        with recording(access.by(), current.now()) as records:
            start_webhook(records, key, hook)
    except RuleBroken as refusal:
        return integration_page(key, refusal)
    return back(key, "started")


@blueprint.post(_MESSAGE)
@may(Action.EDIT_INTEGRATIONS)
def tell_again(key: int, message: int) -> Response:
    the_integration(key)
    with transaction() as session:
        send_again(session, key, message, current.now())
    return back(key, "again")
