"""Inviting people: a link for one person, shown once, and withdrawn while it waits."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk.domain.accounts import (
    INVITATION_LIFE,
    ClerkHasAccount,
    ClerkNotForRole,
    RoleUnknown,
    UnitNeeded,
    UnitNotForRole,
    UnitUnknown,
    clean_name,
    parse_role,
)
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.people import (
    InvitationLine,
    clerks_without_account,
    units_in_force,
    waiting_invitations,
)
from kiosk.services import qr
from kiosk.services.invitations import (
    Invited,
    invite,
    invite_anew,
    withdraw_invitation,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.account_acts import parsed_key
from kiosk.web.manage.account_pages import (
    ConfirmPage,
    InvitePage,
    LinkPage,
    as_choices,
    role_words,
)
from kiosk.web.manage.accounts import (
    account_page,
    own_roles,
    roles_to_give,
    the_account,
)
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint

_INVITATION = "/manage/accounts/invitations/<int(max=2147483647):invitation_id>"
_WITHDRAW = f"{_INVITATION}/withdraw"
_FIELDS = ("name", "role", "unit", "clerk")
_BESIDE: dict[type[RuleBroken], str] = {
    ClerkHasAccount: "clerk",
    ClerkNotForRole: "clerk",
    RoleUnknown: "role",
    UnitNeeded: "unit",
    UnitNotForRole: "unit",
    UnitUnknown: "unit",
}
"""The field that a refusal is said beside; others are about the role."""


@blueprint.get("/manage/accounts/invite")
@may(Action.EDIT_ACCOUNTS)
def ask_invite() -> Response:
    return _invite_page(Form({}, _FIELDS))


@blueprint.post("/manage/accounts/invite")
@may(Action.EDIT_ACCOUNTS)
def invite_somebody() -> Response:
    form = Form(request.form, _FIELDS)
    form.attempt("name", lambda: clean_name(form.values["name"]))
    if form.errors:
        return _invite_page(form)
    try:
        invited = Invited(
            name=form.values["name"],
            role=parse_role(form.values["role"]),
            unit_id=parsed_key(form.values["unit"]),
            clerk_id=parsed_key(form.values["clerk"]),
        )
        with recording(access.by(), current.now()) as records:
            token = invite(records, invited, own_roles())
    except RuleBroken as refusal:
        form.refuse(_BESIDE.get(type(refusal), "role"), refusal)
        return _invite_page(form)
    name = clean_name(invited.name)
    return _link_page(name, gettext("Invitation for %(name)s", name=name), token)


@blueprint.get(_WITHDRAW)
@may(Action.EDIT_ACCOUNTS)
def ask_withdraw_invitation(invitation_id: int) -> str:
    waiting = _waiting(invitation_id)
    page = ConfirmPage(
        heading=gettext("Withdraw the invitation?"),
        words=gettext(
            "The link for %(name)s (%(role)s) opens nothing any more.",
            name=waiting.name,
            role=role_words(waiting),
        ),
        press=gettext("Withdraw"),
        action=url_for("manage.withdraw_invite", invitation_id=waiting.id),
        back=url_for("manage.accounts"),
    )
    return render_template("manage/account_confirm.html", page=page)


@blueprint.post(_WITHDRAW)
@may(Action.EDIT_ACCOUNTS)
def withdraw_invite(invitation_id: int) -> Response:
    with recording(access.by(), current.now()) as records:
        withdraw_invitation(records, invitation_id, own_roles())
    return redirect(url_for("manage.accounts"), HTTPStatus.SEE_OTHER)


@blueprint.get("/manage/accounts/<int(max=2147483647):account_id>/reset")
@may(Action.EDIT_ACCOUNTS)
def ask_reset(account_id: int) -> str:
    line = the_account(account_id)
    page = ConfirmPage(
        heading=gettext("A new password for %(name)s?", name=line.name),
        words=gettext(
            "You get a link to hand over. When it is used, password and second "
            "factor are chosen anew and all sessions end; until then nothing changes."
        ),
        press=gettext("Make the link"),
        action=url_for("manage.reset", account_id=line.id),
        back=url_for("manage.account", account_id=line.id),
    )
    return render_template("manage/account_confirm.html", page=page)


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/reset")
@may(Action.EDIT_ACCOUNTS)
def reset(account_id: int) -> Response:
    line = the_account(account_id)
    try:
        with recording(access.by(), current.now()) as records:
            token = invite_anew(records, account_id, own_roles())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return account_page(account_id, refusal=refusal)
    heading = gettext("A new password for %(name)s", name=line.name)
    return _link_page(line.name, heading, token)


def _waiting(invitation_id: int) -> InvitationLine:
    with reading() as session:
        lines = waiting_invitations(session, current.now())
    for line in lines:
        if line.id == invitation_id:
            return line
    raise NotOpen


def _invite_page(form: Form) -> Response:
    centre, day = current.this_centre(), today()
    with reading() as session:
        units = units_in_force(session, centre.id, day)
        clerks = clerks_without_account(session, centre.id, day)
    page = InvitePage(
        form=form,
        roles=roles_to_give(),
        unit_choices=as_choices(units),
        clerks=clerks,
    )
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("manage/invite.html", page=page), wrong)


def _link_page(name: str, heading: str, token: str) -> Response:
    base = base_url()
    link = f"{base}/invitation/{token}"
    page = LinkPage(
        name=name,
        heading=heading,
        link=link,
        # Made of numbers by us; no word of anybody is in it.
        code=Markup(qr.svg(link)),  # noqa: S704
        expires_at=current.now() + INVITATION_LIFE,
        base=base,
        reaches=qr.reaches_phones(base),
    )
    return make_response(render_template("manage/invitation_link.html", page=page))
