"""What is done with an account: its name, its roles, its being on or off."""

from collections.abc import Callable, Collection
from functools import partial
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.accounts import (
    RoleHeld,
    RoleUnknown,
    UnitNeeded,
    UnitNotForRole,
    UnitUnknown,
    clean_name,
    parse_role,
)
from kiosk.domain.agents import agent_words
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen, Role
from kiosk.extensions import recording, transaction
from kiosk.services.accounts import (
    disable_account,
    enable_account,
    end_all_sessions,
    end_role,
    grant_role,
    rename_account,
    require_factor,
)
from kiosk.services.records import Book
from kiosk.services.sign_in import begin_sign_in, end_sign_in
from kiosk.web import access, current, sessions
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.account_pages import ConfirmPage, role_words
from kiosk.web.manage.accounts import (
    FIELDS,
    account_page,
    may_look,
    own_roles,
    the_account,
)
from kiosk.web.manage.blueprint import blueprint

Act = Callable[[Book, int, Collection[Role]], None]
_ACCOUNT = "/manage/accounts/<int(max=2147483647):account_id>"
_END_ROLE = f"{_ACCOUNT}/roles/<int(max=2147483647):grant_id>/end"
_BESIDE_UNIT = (UnitNeeded, UnitNotForRole, UnitUnknown)
_BESIDE_ROLE = (RoleHeld, RoleUnknown)


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/name")
@may(Action.EDIT_ACCOUNTS)
def rename(account_id: int) -> AnyResponse:
    line = the_account(account_id)
    form = Form({"name": request.form.get("name", "")}, FIELDS)
    form.attempt("name", lambda: clean_name(form.values["name"]))
    if form.errors:
        return account_page(line.id, form)
    return _acted(account_id, partial(rename_account, name=form.values["name"]))


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/roles")
@may(Action.EDIT_ACCOUNTS)
def grant(account_id: int) -> AnyResponse:
    line = the_account(account_id)
    form = Form({**request.form, "name": line.name}, FIELDS)
    try:
        role, unit = parse_role(form.values["role"]), parsed_key(form.values["unit"])
        with recording(access.by(), current.now()) as records:
            grant_role(records, line.id, own_roles(), role=role, unit_id=unit)
    except _BESIDE_UNIT as refusal:
        form.refuse("unit", refusal)
        return account_page(line.id, form)
    except _BESIDE_ROLE as refusal:
        form.refuse("role", refusal)
        return account_page(line.id, form)
    return _back(account_id)


@blueprint.get(_END_ROLE)
@may(Action.EDIT_ACCOUNTS)
def ask_end_role(account_id: int, grant_id: int) -> str:
    line = the_account(account_id)
    held = [role for role in line.roles if role.id == grant_id]
    if not held:
        raise NotOpen
    page = ConfirmPage(
        heading=gettext("End the role?"),
        words=gettext(
            "%(name)s is then no longer: %(role)s. Other roles stay, and the ledger "
            "keeps from when to when it was held.",
            name=line.name,
            role=role_words(held[0]),
        ),
        press=gettext("End the role"),
        action=url_for("manage.end", account_id=line.id, grant_id=grant_id),
        back=url_for("manage.account", account_id=line.id),
    )
    return render_template("manage/account_confirm.html", page=page)


@blueprint.post(_END_ROLE)
@may(Action.EDIT_ACCOUNTS)
def end(account_id: int, grant_id: int) -> AnyResponse:
    return _acted(account_id, partial(end_role, grant_id=grant_id))


@blueprint.get("/manage/accounts/<int(max=2147483647):account_id>/disable")
@may(Action.EDIT_ACCOUNTS)
def ask_disable(account_id: int) -> str:
    line = the_account(account_id)
    page = ConfirmPage(
        heading=gettext("Switch the account of %(name)s off?", name=line.name),
        words=gettext(
            "All its sessions end at once, nobody can sign in with it, and open "
            "invitations that it made are withdrawn. What was done with it stays, "
            "and it can be switched on again."
        ),
        press=gettext("Switch off"),
        action=url_for("manage.disable", account_id=line.id),
        back=url_for("manage.account", account_id=line.id),
    )
    return render_template("manage/account_confirm.html", page=page)


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/disable")
@may(Action.EDIT_ACCOUNTS)
def disable(account_id: int) -> AnyResponse:
    return _acted(account_id, disable_account)


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/enable")
@may(Action.EDIT_ACCOUNTS)
def enable(account_id: int) -> AnyResponse:
    return _acted(account_id, enable_account)


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/factor")
@may(Action.EDIT_ACCOUNTS)
def set_factor(account_id: int) -> AnyResponse:
    required = request.form.get("required") == "yes"
    return _acted(account_id, partial(require_factor, required=required))


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/sign-out")
@may(Action.EDIT_ACCOUNTS)
def sign_out_everywhere(account_id: int) -> AnyResponse:
    return _acted(account_id, end_all_sessions)


@blueprint.post("/manage/accounts/<int(max=2147483647):account_id>/look")
@may(Action.EDIT_ACCOUNTS)
def look_as(account_id: int) -> AnyResponse:
    """Change places with somebody: invented people have nothing to hide."""
    if not may_look(the_account(account_id)):
        raise NotOpen
    now, agent = current.now(), agent_words(request.headers.get("User-Agent", ""))
    with transaction() as session:
        end_sign_in(session, access.person().sign_in_id, now)
        secret = begin_sign_in(session, account_id, agent, now, factor_passed=True)
    response = redirect(url_for("manage.today"), HTTPStatus.SEE_OTHER)
    sessions.remember_session(response, secret)
    return response


def parsed_key(typed: str) -> int | None:
    """Return the key of a choice, None for none. Raises UnitUnknown for nonsense."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < len("1" * 10)):
        raise UnitUnknown
    return int(typed)


def _acted(account_id: int, act: Act) -> AnyResponse:
    """Do something with an account; a refusal is said on its page."""
    try:
        with recording(access.by(), current.now()) as records:
            act(records, account_id, own_roles())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return account_page(account_id, refusal=refusal)
    return _back(account_id)


def _back(account_id: int) -> AnyResponse:
    where = url_for("manage.account", account_id=account_id, done="saved")
    return redirect(where, HTTPStatus.SEE_OTHER)
