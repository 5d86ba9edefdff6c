"""The jury of a campaign: who sits, from which unit, and how far they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.juries import (
    JurorProgress,
    jury_progress,
    possible_jurors,
)
from kiosk.queries.unit_tasks import units_with_tasks
from kiosk.services.juries import add_juror, end_juror
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint

_ALL = "/manage/campaigns/<slug>/jury"
_KEY_DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class MembersPage:
    """Members, and who could be one."""

    campaign: CampaignView
    members: Sequence[JurorProgress]
    people: Sequence[tuple[int, str]]
    units: Sequence[tuple[int, str]]
    done: bool = False
    refusal: str = ""

    @property
    def title(self) -> str:
        """The campaign's, in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def over(self) -> bool:
        """Whether nobody joins or leaves: no more, or not yet."""
        found = self.campaign
        return bool(found.posted_at or found.dropped_at) or not found.public


@blueprint.get(_ALL)
@may(Action.RUN_CAMPAIGNS)
def jury_members(slug: str) -> Response:
    return _page(slug)


@blueprint.post(_ALL)
@may(Action.RUN_CAMPAIGNS)
def seat_juror(slug: str) -> Response:
    found = any_campaign(slug)
    account, unit = _key("account"), _key("unit")
    return _done(slug, lambda records: add_juror(records, found.id, account or 0, unit))


@blueprint.post(f"{_ALL}/<int(max=2147483647):key>/end")
@may(Action.RUN_CAMPAIGNS)
def unseat_juror(slug: str, key: int) -> Response:
    found = any_campaign(slug)
    return _done(slug, lambda records: end_juror(records, found.id, key))


def _key(name: str) -> int | None:
    text = request.form.get(name, "")
    whole = text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS
    return int(text) if whole else None


def _done(slug: str, act: Callable[[Book], object]) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(slug, refusal)
    where = url_for("manage.jury_members", slug=slug, done="1")
    return redirect(where, HTTPStatus.SEE_OTHER)


def _page(slug: str, refusal: RuleBroken | None = None) -> Response:
    found = any_campaign(slug)
    with reading() as session:
        page = MembersPage(
            campaign=found,
            members=jury_progress(session, found),
            people=possible_jurors(session, found.id),
            units=units_with_tasks(session, today()),
            done="done" in request.args,
            refusal=refusal_sentence(refusal) if refusal else "",
        )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/jury_members.html", page=page), status)
