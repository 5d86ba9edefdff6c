"""Objections to posted lists, for those who decide and are free of conflict."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.objections import OPEN, RULING_MOST, DecisionMissing, ObjectionState
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.receipts import format_receipt
from kiosk.extensions import reading, recording
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.objections import ObjectionView, objection_by_key
from kiosk.queries.objections import objections as all_objections
from kiosk.services.objections import decide_objection, read_objector
from kiosk.web import access, current
from kiosk.web.access import may, person
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_sides import standing

_ONE = "/manage/objections/<int(max=2147483647):key>"
STATES = {
    ObjectionState.RECEIVED: sentence("To be admitted"),
    ObjectionState.ADMITTED: sentence("To be decided"),
    ObjectionState.REFUSED: sentence("Not admitted"),
    ObjectionState.UPHELD: sentence("Upheld"),
    ObjectionState.DISMISSED: sentence("Dismissed"),
}
_DECISIONS = {
    "admit": ObjectionState.ADMITTED,
    "refuse": ObjectionState.REFUSED,
    "uphold": ObjectionState.UPHELD,
    "dismiss": ObjectionState.DISMISSED,
}


@dataclass(frozen=True, kw_only=True)
class ObjectionLine:
    """One objection in words."""

    view: ObjectionView

    @property
    def state(self) -> str:
        """Where it stands."""
        return str(gettext(STATES[self.view.state]))

    @property
    def receipt(self) -> str:
        """Its code in groups."""
        return format_receipt(self.view.receipt)

    @property
    def about(self) -> str:
        """Whom it is about."""
        return self.view.candidate or str(gettext("The list as a whole"))

    @property
    def open(self) -> bool:
        """Whether it is not decided."""
        return self.view.state in OPEN

    @property
    def received(self) -> bool:
        """Whether it is not admitted yet."""
        return self.view.state is ObjectionState.RECEIVED


@dataclass(frozen=True, kw_only=True)
class ObjectionPage:
    """One objection and who made it."""

    line: ObjectionLine
    name: str
    contact: str
    ruling: str = ""
    refusal: str = ""
    ruling_most: int = RULING_MOST


@blueprint.get("/manage/objections")
@may(Action.RULE_OBJECTIONS)
def objections() -> str:
    with reading() as session:
        found = all_objections(session, standing(session).own)
    lines = [ObjectionLine(view=each) for each in found]
    return render_template("manage/objections.html", lines=lines)


@blueprint.get(_ONE)
@may(Action.RULE_OBJECTIONS)
def objection(key: int) -> Response:
    return _page(key)


@blueprint.post(_ONE)
@may(Action.RULE_OBJECTIONS)
def rule_objection(key: int) -> Response:
    decision = _DECISIONS.get(request.form.get("decision", ""))
    if decision is None:
        return _page(key, DecisionMissing())
    ruling = request.form.get("ruling", "")
    try:
        with recording(access.by(), current.now()) as records:
            own = standing(records.session).own
            decide_objection(records, key, decision, ruling, person().id, own)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(key, refusal, ruling)
    return redirect(url_for("manage.objection", key=key), HTTPStatus.SEE_OTHER)


def _page(key: int, refusal: RuleBroken | None = None, ruling: str = "") -> Response:
    sealer = kept_sealer(current.settings().instance)
    with reading() as session:
        view = objection_by_key(session, key, standing(session).own)
        if view is None:
            raise NotOpen
        name, contact = read_objector(session, key, sealer)
    page = ObjectionPage(
        line=ObjectionLine(view=view),
        name=name,
        contact=contact,
        ruling=ruling,
        refusal=refusal_sentence(refusal) if refusal else "",
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/objection.html", page=page), status)
