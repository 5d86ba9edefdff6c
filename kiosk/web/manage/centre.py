"""The centre itself: names, time zone, opening hours, local periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.hours import SPANS_MOST, WEEKDAYS, in_order, parse_span
from kiosk.domain.policy import Action
from kiosk.domain.regions import REGIONS, parse_days, region_of
from kiosk.domain.time_zones import COMMON_ZONES
from kiosk.domain.working_days import Span
from kiosk.extensions import reading, recording
from kiosk.queries.calendar import CentreSettings, centre_settings, opening_hours
from kiosk.services.calendar import set_hours
from kiosk.services.centres import change_centre
from kiosk.services.installation import NAME_MOST, name_organisation
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint

PERIODS = {
    "accept_days": sentence("Accept a bad rating within"),
    "answer_days": sentence("Answer it within"),
    "rectify_days": sentence("Put right what was wrong within"),
}
DAYS = (
    *(sentence("Monday"), sentence("Tuesday"), sentence("Wednesday")),
    *(sentence("Thursday"), sentence("Friday"), sentence("Saturday")),
    sentence("Sunday"),
)
_NAMES = ("organisation", "name", "time_zone", "region", *PERIODS)


@dataclass(frozen=True, kw_only=True)
class HoursRow:
    """The two spans of a weekday as they stand in the form."""

    name: str
    """Of the form's fields; `_0_opens` and so on follow."""
    weekday: str
    spans: tuple[tuple[str, str], ...]
    error: str


@dataclass(frozen=True, kw_only=True)
class CentrePage:
    """The form of the centre's settings."""

    form: Form
    hours: tuple[HoursRow, ...]
    regions: tuple[tuple[str, str], ...]
    done: bool = False
    name_most: int = NAME_MOST
    zones: tuple[str, ...] = COMMON_ZONES


@blueprint.get("/manage/centre")
@may(Action.EDIT_CENTRE)
def centre() -> Response:
    with reading() as session:
        key = current.this_centre().id
        now, hours = centre_settings(session, key), opening_hours(session, key)
    values = {
        "organisation": current.this_installation().organisation,
        **{name: str(getattr(now, name)) for name in _NAMES[1:]},
        **_typed_hours(hours),
    }
    return _answer(Form(values, _fields()))


@blueprint.post("/manage/centre")
@may(Action.EDIT_CENTRE)
def take_centre() -> AnyResponse:
    form = Form(request.form, _fields())
    organisation, name = form.text("organisation", NAME_MOST), form.text("name", 100)
    zone, hours, periods = form.zone("time_zone"), _hours(form), _periods(form)
    if not form.errors:
        region = region_of(*periods, form.values["region"])
        wanted = CentreSettings(name, zone, region, *periods)
        form.attempt("time_zone", partial(_keep, organisation, wanted, hours))
    if form.errors:
        return _answer(form)
    return redirect(url_for("manage.centre", done="1"), HTTPStatus.SEE_OTHER)


def _keep(
    organisation: str, wanted: CentreSettings, hours: Mapping[int, tuple[Span, ...]]
) -> None:
    with recording(access.by(), current.now()) as records:
        _keep_in(records, organisation, wanted, hours)


def _keep_in(
    records: Book,
    organisation: str,
    wanted: CentreSettings,
    hours: Mapping[int, tuple[Span, ...]],
) -> None:
    key = current.this_centre().id
    if organisation != current.this_installation().organisation:
        name_organisation(records, organisation)
    change_centre(records, key, wanted)
    set_hours(records, key, hours)


def _fields() -> tuple[str, ...]:
    spans = (
        f"day{weekday}_{span}_{edge}"
        for weekday in range(WEEKDAYS)
        for span in range(SPANS_MOST)
        for edge in ("opens", "closes")
    )
    return (*_NAMES, *spans)


def _typed_hours(hours: Mapping[int, tuple[Span, ...]]) -> dict[str, str]:
    values = {}
    for weekday, spans in hours.items():
        for number, span in enumerate(spans[:SPANS_MOST]):
            values[f"day{weekday}_{number}_opens"] = f"{span.opens:%H:%M}"
            values[f"day{weekday}_{number}_closes"] = f"{span.closes:%H:%M}"
    return values


def _hours(form: Form) -> dict[int, tuple[Span, ...]]:
    hours = {}
    for weekday in range(WEEKDAYS):
        try:
            given = [
                parse_span(
                    form.values[f"day{weekday}_{number}_opens"],
                    form.values[f"day{weekday}_{number}_closes"],
                )
                for number in range(SPANS_MOST)
            ]
            hours[weekday] = in_order(given)
        except RuleBroken as refusal:
            form.refuse(f"day{weekday}", refusal)
    return hours


def _periods(form: Form) -> tuple[int, int, int]:
    days = []
    for name in PERIODS:
        try:
            days.append(parse_days(form.values[name]))
        except RuleBroken as refusal:
            form.refuse(name, refusal)
            days.append(0)
    if not form.errors.keys() & PERIODS.keys():
        form.attempt("rectify_days", partial(region_of, days[0], days[1], days[2], ""))
    return days[0], days[1], days[2]


def _answer(form: Form) -> Response:
    page = CentrePage(
        form=form,
        hours=tuple(
            HoursRow(
                name=f"day{weekday}",
                weekday=gettext(DAYS[weekday]),
                spans=tuple(
                    (
                        form.values[f"day{weekday}_{number}_opens"],
                        form.values[f"day{weekday}_{number}_closes"],
                    )
                    for number in range(SPANS_MOST)
                ),
                error=form.errors.get(f"day{weekday}", ""),
            )
            for weekday in range(WEEKDAYS)
        ),
        regions=(
            *((region.code, gettext(region.name)) for region in REGIONS),
            ("own", gettext("Our own periods")),
        ),
        done="done" in request.args and not form.errors,
    )
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    periods = [(name, gettext(words)) for name, words in PERIODS.items()]
    answer = render_template("manage/centre.html", page=page, periods=periods)
    return make_response(answer, wrong)
