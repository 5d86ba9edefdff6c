"""How a report tells of a case: the form on the case's page leads here."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.domain.case_examples import EXAMPLE_MOST
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.case_like import unit_of_case
from kiosk.services.case_examples import write_example
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_like import EXAMPLE
from kiosk.web.manage.case_sides import actor


@dataclass(frozen=True, kw_only=True)
class ExamplePage:
    """An example that was not taken, with what is wrong."""

    case_id: int
    form: Form
    back: str
    example_most: int = EXAMPLE_MOST


@blueprint.post("/manage/cases/<int(max=2147483647):key>/example")
@may(Action.WORK_CASES)
def write_case_example(key: int) -> Response:
    centre_id = current.this_centre().id
    with reading() as session:
        unit_id = unit_of_case(session, centre_id, key)
        if unit_id is None:
            raise NotOpen
        writer = actor(session, unit_id)
    form = Form(request.form, (EXAMPLE,))
    try:
        with recording(access.by(), current.now()) as records:
            write_example(records, (centre_id, key), writer, form.values[EXAMPLE])
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse(EXAMPLE, refusal)
        page = ExamplePage(case_id=key, form=form, back=_back())
        told = render_template("manage/case_example.html", page=page)
        return make_response(told, refusal_status(refusal))
    return redirect(_back(), HTTPStatus.SEE_OTHER)


def _back() -> str:
    """Return the address of the case."""
    return request.path.removesuffix("/example")
