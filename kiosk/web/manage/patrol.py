"""Going round with a sheet: which windows are left, and one look at one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from uuid import UUID, uuid4

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Sheet
from kiosk.domain.campaign_stages import check_open, is_open
from kiosk.domain.errors import RuleBroken
from kiosk.domain.inspections import FINDS_MOST, NOTE_MOST, Find, sheet_of
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView, campaigns
from kiosk.queries.inspections import looks
from kiosk.queries.places import WindowView, open_windows
from kiosk.services.inspections import Look, take_look
from kiosk.web import access, current
from kiosk.web.access import may, person
from kiosk.web.campaigns import public_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.campaign_notice import centre_days
from kiosk.web.manage.case_sides import this_clock

_SHEET = "/manage/patrol/<slug>/<sheet>"
_TIMES_MOST = 9
"""Occurrences of one item that the field offers in one look."""
_KEY_DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class Round:
    """A campaign that is being inspected, and how far somebody is today."""

    campaign: CampaignView
    title: str
    sheets: Sequence[tuple[str, str]]
    """Keys and titles."""
    seen_today: int
    windows: int


@dataclass(frozen=True, kw_only=True)
class ItemField:
    """One thing to look at."""

    key: str
    title: str
    deduction: int
    times: str
    note: str


@dataclass(frozen=True, kw_only=True)
class LookPage:
    """A sheet to fill in."""

    campaign: CampaignView
    sheet: Sheet
    windows: Sequence[WindowView]
    event: str
    typed: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    note_most: int = NOTE_MOST
    times_most: int = _TIMES_MOST

    @property
    def title(self) -> str:
        """The campaign's, in the language of the request."""
        return self.campaign.rules.title.read(language())

    @property
    def sheet_title(self) -> str:
        """The sheet's, in the language of the request."""
        return self.sheet.title.read(language())

    @property
    def items(self) -> list[ItemField]:
        """What to look at, in the order of the sheet."""
        return [
            ItemField(
                key=item.key,
                title=item.title.read(language()),
                deduction=item.deduction,
                times=self.typed.get(f"times-{item.key}", "0"),
                note=self.typed.get(f"note-{item.key}", ""),
            )
            for item in self.sheet.items
        ]


@blueprint.get("/manage/patrol")
@may(Action.INSPECT)
def patrol() -> str:
    day = today()
    with reading() as session:
        windows = len(open_windows(session, current.this_centre().id, day))
        rounds = [
            _round(session, found, windows)
            for found in campaigns(session)
            if _inspected(found)
        ]
    done = "done" in request.args
    return render_template("manage/patrol.html", rounds=rounds, done=done)


@blueprint.get(_SHEET)
@may(Action.INSPECT)
def look(slug: str, sheet: str) -> Response:
    found = public_campaign(slug)
    check_open(found.rules, StageKind.INSPECT, today())
    return _page(found, sheet_of(found.rules, sheet), {"event": str(uuid4())})


@blueprint.post(_SHEET)
@may(Action.INSPECT)
def send_look(slug: str, sheet: str) -> Response:
    found = public_campaign(slug)
    filled = sheet_of(found.rules, sheet)
    typed = request.form.to_dict()
    now = current.now()
    try:
        seen = _look(found, filled, typed, now)
        with recording(access.by(), now) as records:
            clock = this_clock(records.session)
            take_look(records, seen, person().id, centre_days(), clock)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(found, filled, typed, refusal)
    return redirect(url_for("manage.patrol", done="1"), HTTPStatus.SEE_OTHER)


def _inspected(found: CampaignView) -> bool:
    going_on = found.posted_at is None and found.dropped_at is None
    return going_on and is_open(found.rules, StageKind.INSPECT, today())


def _round(session: Session, found: CampaignView, windows: int) -> Round:
    zone = current.this_centre().zone
    seen = {
        one.window_id
        for one in looks(session, found.id)
        if one.looked_at.astimezone(zone).date() == today()
    }
    return Round(
        campaign=found,
        title=found.rules.title.read(language()),
        sheets=[(one.key, one.title.read(language())) for one in found.rules.sheets],
        seen_today=len(seen),
        windows=windows,
    )


def _look(
    found: CampaignView, sheet: Sheet, typed: Mapping[str, str], now: datetime
) -> Look:
    finds = [
        Find(item=item.key, note=typed.get(f"note-{item.key}", ""), found_at=now)
        for item in sheet.items
        for _ in range(_times(typed.get(f"times-{item.key}", "0")))
    ]
    return Look(
        event_id=_event(typed.get("event", "")),
        campaign_id=found.id,
        sheet=sheet.key,
        window_id=_whole(typed.get("window", ""), _KEY_DIGITS),
        unit_id=None,
        announced="announced" in typed,
        looked_at=now,
        note=typed.get("note", ""),
        finds=finds[: FINDS_MOST + 1],
    )


def _times(text: str) -> int:
    """Return how often; what is no such number is refused as too many, never lost."""
    typed = text.strip() or "0"
    times = _whole(typed, len(str(FINDS_MOST)))
    return FINDS_MOST + 1 if times is None else times


def _whole(text: str, digits: int) -> int | None:
    whole = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if whole else None


def _event(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _page(
    found: CampaignView,
    sheet: Sheet,
    typed: Mapping[str, str],
    refusal: RuleBroken | None = None,
) -> Response:
    with reading() as session:
        windows = open_windows(session, current.this_centre().id, today())
    page = LookPage(
        campaign=found,
        sheet=sheet,
        windows=sorted(windows, key=lambda one: one.number),
        event=typed.get("event", ""),
        typed=typed,
        refusal=refusal_sentence(refusal) if refusal else "",
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/look.html", page=page), status)
