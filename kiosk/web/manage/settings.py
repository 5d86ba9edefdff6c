"""Everything that is set up once and looked at seldom."""

from flask import render_template

from kiosk.domain.policy import Action
from kiosk.web.access import may
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.sections import manage_sections, settings_sections


@blueprint.app_context_processor
def sections() -> dict[str, object]:
    return {"manage_sections": manage_sections}


@blueprint.get("/manage/settings")
@may(Action.START)
def settings() -> str:
    return render_template("manage/settings.html", sections=settings_sections())
