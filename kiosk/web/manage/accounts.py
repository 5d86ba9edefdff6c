"""Who may sign in: the list, its file, and one account."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_babel import gettext

from kiosk.domain.accounts import check_may_touch
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen, Role
from kiosk.extensions import reading
from kiosk.queries.people import (
    AccountLine,
    account_line,
    account_lines,
    count_sign_ins,
    units_in_force,
    waiting_invitations,
)
from kiosk.services.exports import Cell
from kiosk.web import access, current
from kiosk.web.access import allowed, may
from kiosk.web.downloads import table_file
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.account_pages import (
    AccountPage,
    AccountsPage,
    as_choices,
    role_words,
)
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import matches, paged, searched
from kiosk.web.role_words import role_choices

FIELDS = ("name", "role", "unit")


@blueprint.get("/manage/accounts")
@may(Action.SEE_ACCOUNTS)
def accounts() -> str:
    with reading() as session:
        lines = account_lines(session)
        waiting = waiting_invitations(session, current.now())
    page = AccountsPage(
        accounts=paged(list(_found(lines))),
        invitations=waiting,
        zone=current.this_centre().zone,
        may_edit=allowed(Action.EDIT_ACCOUNTS),
    )
    return render_template("manage/accounts.html", page=page)


@blueprint.get("/manage/accounts/file")
@may(Action.SEE_ACCOUNTS)
def accounts_file() -> Response:
    with reading() as session:
        lines = account_lines(session)
    headings = [
        gettext("Name"),
        gettext("Login"),
        gettext("Roles"),
        gettext("Second factor"),
        gettext("Last seen"),
        gettext("Made"),
        gettext("Switched off"),
    ]
    rows = (_row(line) for line in _found(lines))
    return table_file(gettext("Accounts"), headings, rows)


@blueprint.get("/manage/accounts/<int(max=2147483647):account_id>")
@may(Action.SEE_ACCOUNTS)
def account(account_id: int) -> Response:
    return account_page(account_id)


def account_page(
    account_id: int, form: Form | None = None, refusal: RuleBroken | None = None
) -> Response:
    """Answer with one account: as it is, or with what was refused about it."""
    line = the_account(account_id)
    now, settings = current.now(), current.settings()
    with reading() as session:
        sessions = count_sign_ins(
            session,
            account_id,
            seen_since=now - timedelta(minutes=settings.idle_minutes),
            begun_since=now - timedelta(hours=settings.session_hours),
        )
        units = units_in_force(session, current.this_centre().id, today())
    page = AccountPage(
        account=line,
        sessions=sessions,
        form=form or Form({"name": line.name}, FIELDS),
        roles=roles_to_give(),
        unit_choices=as_choices(units),
        zone=current.this_centre().zone,
        may_touch=may_touch(line),
        may_look=may_look(line),
        refusal=refusal_sentence(refusal) if refusal else "",
        done=request.args.get("done", ""),
    )
    status = HTTPStatus.OK
    if refusal is not None:
        status = refusal_status(refusal)
    elif form is not None and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return make_response(render_template("manage/account.html", page=page), status)


def the_account(account_id: int) -> AccountLine:
    """Return an account. Raises NotOpen."""
    with reading() as session:
        line = account_line(session, account_id)
    if line is None:
        raise NotOpen
    return line


def own_roles() -> tuple[Role, ...]:
    """Return what the person who asks is."""
    return access.person().roles


def roles_to_give() -> list[tuple[str, str]]:
    """Return the roles that the person may give, with their meanings."""
    above = set() if Role.ORGANISER in own_roles() else {str(Role.ORGANISER)}
    return [choice for choice in role_choices() if choice[0] not in above]


def may_touch(line: AccountLine) -> bool:
    """Whether the person may change an account: for links and buttons."""
    try:
        check_may_touch(own_roles(), [held.role for held in line.roles])
    except RuleBroken:
        return False
    return allowed(Action.EDIT_ACCOUNTS)


def may_look(line: AccountLine) -> bool:
    """Whether the person may look with somebody else's eyes."""
    return (
        current.this_installation().demonstration
        and line.disabled_at is None
        and line.id != access.person().id
        and may_touch(line)
    )


def _found(lines: list[AccountLine]) -> Iterator[AccountLine]:
    words, role = searched(), request.args.get("role", "")
    state = request.args.get("state", "")
    for line in lines:
        if role and all(held.role != role for held in line.roles):
            continue
        if state and not _is_in(line, state):
            continue
        if matches(words, line.name, line.login, *map(role_words, line.roles)):
            yield line


def _is_in(line: AccountLine, state: str) -> bool:
    return {
        "no-factor": not line.factor_enrolled and line.disabled_at is None,
        "never": line.last_seen_at is None,
        "off": line.disabled_at is not None,
    }.get(state, True)


def _row(line: AccountLine) -> list[Cell]:
    zone = current.this_centre().zone
    moments = (line.last_seen_at, line.created_at, line.disabled_at)
    return [
        line.name,
        line.login,
        "; ".join(role_words(held) for held in line.roles),
        gettext("Yes") if line.factor_enrolled else gettext("No"),
        *(moment.astimezone(zone) if moment else None for moment in moments),
    ]
