"""Systems outside: the list, a key that is shown once, a new one, and the end of it."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.integrations import parse_integration_name, parse_scopes
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.integrations import IntegrationView, integration_by_id, integrations
from kiosk.queries.webhooks import deliveries, webhooks_of
from kiosk.services.integrations import (
    make_integration,
    revoke_integration,
    rotate_key,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import base_url
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.integration_pages import (
    IntegrationPage,
    IntegrationsPage,
    SecretPage,
    scope_words,
    trouble_words,
)

ONE = "/manage/integrations/<int(max=2147483647):key>"
DELIVERIES_MOST = 50
DONE = {
    "revoked": sentence("The access has ended. Its key opens nothing any more."),
    "stopped": sentence(
        "Nothing more is sent to this address until it is started again."
    ),
    "started": sentence("Bad ratings are told from now on."),
    "again": sentence("The message leaves within a minute, under the same number."),
}


@blueprint.get("/manage/integrations")
@may(Action.EDIT_INTEGRATIONS)
def integrations_list() -> Response:
    return _list(Form({}, ("name", "scopes")))


@blueprint.post("/manage/integrations")
@may(Action.EDIT_INTEGRATIONS)
def add_integration() -> Response:
    form = Form(request.form, ("name", "scopes"))
    chosen = request.form.getlist("scopes")
    form.attempt("name", lambda: parse_integration_name(form.values["name"]))
    form.attempt("scopes", lambda: parse_scopes(chosen))
    if form.errors:
        return _list(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    name, scopes = parse_integration_name(form.values["name"]), parse_scopes(chosen)
    try:
        with recording(access.by(), current.now()) as records:
            made = make_integration(records, current.this_centre().id, name, scopes)
    except RuleBroken as refusal:
        form.refuse("name", refusal)
        return _list(form, refusal_status(refusal))
    return _key_page(made.id, name, made.key)


@blueprint.get(ONE)
@may(Action.EDIT_INTEGRATIONS)
def integration(key: int) -> Response:
    return integration_page(key)


@blueprint.post(f"{ONE}/key")
@may(Action.EDIT_INTEGRATIONS)
def rotate(key: int) -> Response:
    found, seen = the_integration(key), request.form.get("seen", "")
    try:
        with recording(access.by(), current.now()) as records:
            secret = rotate_key(records, current.this_centre().id, key, seen)
    except RuleBroken as refusal:
        return integration_page(key, refusal)
    return _key_page(key, found.name, secret, anew=True)


@blueprint.post(f"{ONE}/revoke")
@may(Action.EDIT_INTEGRATIONS)
def revoke(key: int) -> Response:
    with recording(access.by(), current.now()) as records:
        revoke_integration(records, current.this_centre().id, key)
    return back(key, "revoked")


def integration_page(
    key: int, refusal: RuleBroken | None = None, form: Form | None = None
) -> Response:
    """Answer with the page of one system; `refusal` says why nothing was done."""
    found = the_integration(key)
    with reading() as session:
        hooks = webhooks_of(session, key)
        sent = deliveries(session, key, DELIVERIES_MOST)
    done = DONE.get(request.args.get("done", ""), "")
    page = IntegrationPage(
        integration=found,
        webhooks=hooks,
        deliveries=sent,
        form=form or Form({}, ("url",)),
        hosts=sorted(current.settings().told_hosts),
        minutes=current.settings().webhook_minutes,
        zone=current.this_centre().zone,
        now=current.now(),
        demonstration=current.this_installation().demonstration,
        refusal=refusal_sentence(refusal) if refusal and form is None else "",
        done=gettext(done) if done else "",
    )
    words = render_template(
        "manage/integration.html",
        page=page,
        scope_words=scope_words,
        trouble_words=trouble_words,
    )
    return make_response(words, refusal_status(refusal) if refusal else HTTPStatus.OK)


def the_integration(key: int) -> IntegrationView:
    """Return one of the centre's systems. Raises NotOpen."""
    with reading() as session:
        found = integration_by_id(session, current.this_centre().id, key)
    if found is None:
        raise NotOpen
    return found


def secret_page(page: SecretPage) -> Response:
    """Answer with a secret that is shown this once; no proxy or browser keeps it."""
    return make_response(render_template("manage/secret.html", page=page))


def back(key: int, done: str) -> Response:
    """Return to the page of one system, which says what was done."""
    address = url_for("manage.integration", key=key, done=done)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _list(form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    with reading() as session:
        found = integrations(session, current.this_centre().id)
    page = IntegrationsPage(
        integrations=found,
        form=form,
        chosen=request.form.getlist("scopes"),
        zone=current.this_centre().zone,
    )
    words = render_template(
        "manage/integrations.html", page=page, scope_words=scope_words
    )
    return make_response(words, status)


def _key_page(key: int, name: str, secret: str, *, anew: bool = False) -> Response:
    steps = [
        gettext("Put it into the settings of the other system, and nowhere else."),
        gettext("Nobody can read it here again; lost, it is replaced by a new one."),
    ]
    if anew:
        steps.append(gettext("The key before goes on opening for 24 hours."))
    return secret_page(
        SecretPage(
            integration_id=key,
            heading=gettext("Key of %(name)s", name=name),
            lead=gettext("This key is shown only now. Please copy it at once."),
            secret=secret,
            steps=steps,
            example=(
                f'curl -H "Authorization: Bearer {secret}" \\\n'
                f"     {base_url()}/api/v1/windows"
            ),
            example_words=gettext(
                "Try it in a terminal: the answer lists the windows."
            ),
        )
    )
