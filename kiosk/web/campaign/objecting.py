"""Objecting to a posted list, with a name or without, and what came of it."""

from http import HTTPStatus
from uuid import UUID, uuid4

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.objections import check_taken
from kiosk.domain.policy import NotOpen
from kiosk.domain.receipts import parse_receipt
from kiosk.extensions import reading, recording
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.campaign_inputs import CentreDays
from kiosk.queries.campaign_sheets import SheetView, sheets
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.objections import objection_by_receipt
from kiosk.services.objections import ObjectionDraft, receive_objection
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.campaign.blueprint import blueprint
from kiosk.web.campaign.objecting_pages import ObjectionPage, ObjectPage
from kiosk.web.campaigns import public_campaign
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form

LARGEST_FORM = 64 * 1024
_FIELDS = ("event", "about", "words", "name", "contact")
_KEY_DIGITS = 9
_ANYBODY = "citizen"
"""Who acts, as the ledger writes it: nobody by name."""


@blueprint.get("/campaigns/<slug>/object")
@public
def object_to(slug: str) -> Response:
    found = public_campaign(slug)
    newest = _newest(found)
    about = request.args.get("about", "")
    form = Form({"event": str(uuid4()), "about": about}, _FIELDS)
    try:
        _check(found, newest)
    except RuleBroken as refusal:
        return _form_page(found, newest, form, refusal)
    return _form_page(found, newest, form)


@blueprint.post("/campaigns/<slug>/object")
@public
def send_objection(slug: str) -> Response:
    request.max_content_length = LARGEST_FORM
    found = public_campaign(slug)
    form = Form(request.form, _FIELDS)
    centre = current.this_centre()
    try:
        draft = ObjectionDraft(
            event_id=_event(form),
            candidate_id=_key(form.values["about"]),
            words=form.values["words"],
            name=form.values["name"],
            contact=form.values["contact"],
        )
        sealer = kept_sealer(current.settings().instance)
        with recording(_ANYBODY, current.now()) as records:
            receipt = receive_objection(
                records,
                slug,
                draft,
                CentreDays(centre_id=centre.id, zone=centre.zone),
                sealer,
            )
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _form_page(found, _newest(found), form, refusal)
    return redirect(
        url_for("campaign.objection", slug=slug, receipt=receipt),
        HTTPStatus.SEE_OTHER,
    )


@blueprint.get("/campaigns/<slug>/objections/<receipt>")
@public
def objection(slug: str, receipt: str) -> Response:
    found = public_campaign(slug)
    code = parse_receipt(receipt)
    if code is None:
        raise NotOpen
    with reading() as session:
        view = objection_by_receipt(session, found.id, code)
    if view is None:
        raise NotOpen
    page = ObjectionPage(campaign=found, objection=view)
    return make_response(render_template("campaign/objection.html", page=page))


def _newest(found: CampaignView) -> SheetView | None:
    with reading() as session:
        return next(iter(sheets(session, found.id)), None)


def _check(found: CampaignView, newest: SheetView | None) -> None:
    until = newest.objections_until if newest else None
    over = bool(found.final_at or found.dropped_at)
    check_taken(current.now(), until, final=over)


def _form_page(
    found: CampaignView,
    newest: SheetView | None,
    form: Form,
    refusal: RuleBroken | None = None,
) -> Response:
    page = ObjectPage(
        campaign=found,
        sheet=newest,
        values=form.values,
        now=current.now(),
        zone=current.this_centre().zone,
        refusal=refusal_sentence(refusal) if refusal else "",
    )
    asked = request.method == "GET"
    status = refusal_status(refusal) if refusal and not asked else HTTPStatus.OK
    return make_response(render_template("campaign/object.html", page=page), status)


def _event(form: Form) -> UUID:
    try:
        return UUID(form.values["event"])
    except ValueError:
        # A form without its key, as from a saved page: then it is a new objection.
        return uuid4()


def _key(text: str) -> int | None:
    """Return whom it is about; what is no key is nobody on the list."""
    if not text:
        return None
    digits = text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS
    return int(text) if digits else 0
