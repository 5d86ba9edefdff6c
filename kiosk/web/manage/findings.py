"""Finds of inspectors: a unit may object, and not the inspector but another rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.inspections import NOTE_MOST, FindingState
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView, campaigns
from kiosk.queries.inspections import FindingView
from kiosk.queries.inspections import findings as all_findings
from kiosk.services.inspections import object_to_finding, rule_finding
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import allowed, may, person
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.campaign_notice import centre_days

_ONE = "/manage/findings/<int(max=2147483647):key>"
STATES = {
    FindingState.STANDS: sentence("Stands"),
    FindingState.OBJECTED: sentence("The unit objects"),
    FindingState.CONFIRMED: sentence("Confirmed"),
    FindingState.DROPPED: sentence("Dropped, does not count"),
}


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """One find in words."""

    view: FindingView
    title: str
    running: bool
    """Whether its campaign still takes anything."""
    rules_it: bool
    """Whether the reader may decide about an objection to it."""

    @property
    def state(self) -> str:
        """What became of it."""
        return str(gettext(STATES[self.view.state]))

    @property
    def may_object(self) -> bool:
        """Whether its unit may still say something, as far as its state goes."""
        return self.running and self.view.state is FindingState.STANDS

    @property
    def may_rule(self) -> bool:
        """Whether the reader decides."""
        decides = self.running and self.rules_it
        return decides and self.view.state is FindingState.OBJECTED


@dataclass(frozen=True, kw_only=True)
class FindingsPart:
    """The finds of one campaign."""

    campaign: CampaignView
    title: str
    lines: Sequence[FindingLine]
    off: int
    """Points off in all."""


@blueprint.get("/manage/findings")
@may(Action.ANSWER_CAMPAIGNS)
def findings() -> Response:
    return _page()


@blueprint.post(f"{_ONE}/object")
@may(Action.ANSWER_CAMPAIGNS)
def object_to_find(key: int) -> Response:
    reason, scope = request.form.get("reason", ""), access.scope()
    return _done(
        lambda records: object_to_finding(records, key, reason, scope, centre_days())
    )


@blueprint.post(f"{_ONE}/rule")
@may(Action.RUN_CAMPAIGNS)
def rule_find(key: int) -> Response:
    reason, drops = request.form.get("reason", ""), "drop" in request.form
    return _done(
        lambda records: rule_finding(records, key, reason, person().id, drops=drops)
    )


def _done(act: Callable[[Book], object]) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(refusal)
    return redirect(url_for("manage.findings", done="1"), HTTPStatus.SEE_OTHER)


def _page(refusal: RuleBroken | None = None) -> Response:
    units = access.scope().units
    decides = allowed(Action.RUN_CAMPAIGNS)
    with reading() as session:
        parts = [
            _part(found, all_findings(session, found.id, units), decides=decides)
            for found in campaigns(session)
            if found.rules.sheets
        ]
    body = render_template(
        "manage/findings.html",
        parts=parts,
        zone=current.this_centre().zone,
        done="done" in request.args,
        refusal=refusal_sentence(refusal) if refusal else "",
        most=NOTE_MOST,
    )
    return make_response(body, refusal_status(refusal) if refusal else HTTPStatus.OK)


def _part(
    found: CampaignView, views: Sequence[FindingView], *, decides: bool
) -> FindingsPart:
    titles = {
        (sheet.key, item.key): item.title.read(language())
        for sheet in found.rules.sheets
        for item in sheet.items
    }
    lines = [
        FindingLine(
            view=view,
            title=titles.get((view.sheet, view.item), view.item),
            running=found.posted_at is None and found.dropped_at is None,
            rules_it=decides and view.inspector_id != person().id,
        )
        for view in views
    ]
    counted = (view for view in views if view.state is not FindingState.DROPPED)
    return FindingsPart(
        campaign=found,
        title=found.rules.title.read(language()),
        lines=lines,
        off=sum(view.deduction for view in counted),
    )
