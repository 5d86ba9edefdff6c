"""One clerk: what is known of them, and what is done with them."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.shifts import parse_day
from kiosk.extensions import reading, recording
from kiosk.queries.staff import (
    ClerkLine,
    clerk_line,
    clerk_lines,
    posting_lines,
    unit_choices,
)
from kiosk.services.clerks import (
    change_clerk,
    end_service,
    free_accounts,
    hashed_pin,
    link_account,
    move_clerk,
    set_pin,
    stay_in_service,
)
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.clerks import chosen, the_hall, typed_facts
from kiosk.web.manage.staff_pages import ClerkFormPage, ClerkPage, Option

DONE = {
    "saved": sentence("The changes are saved."),
    "moved": sentence("The move is noted. Days that have passed stay as they were."),
    "left": sentence("The leaving is noted. All ratings and shifts stay."),
    "stays": sentence("The clerk stays in service."),
    "pin": sentence("The new PIN is set. It is not shown again; please hand it over."),
    "account": sentence("The account is linked as chosen."),
}


@blueprint.get("/manage/clerks/<int(max=2147483647):key>")
@may(Action.SEE_CLERKS)
def clerk(key: int) -> str:
    found = _find(key)
    with reading() as session:
        postings = posting_lines(session, key, access.scope())
    done = DONE.get(request.args.get("done", ""), "")
    page = ClerkPage(
        clerk=found,
        postings=postings,
        today=today(),
        may_edit=access.allowed(Action.EDIT_CLERKS),
        may_link=access.allowed(Action.EDIT_ACCOUNTS),
        done=gettext(done) if done else "",
    )
    return render_template("manage/clerk.html", page=page)


@blueprint.get("/manage/clerks/<int(max=2147483647):key>/edit")
@may(Action.EDIT_CLERKS)
def ask_facts(key: int) -> Response:
    found = _find(key)
    typed = {"name": found.name, "badge": found.badge}
    typed["named"] = "yes" if found.named else ""
    form = Form(typed, ("name", "badge", "named"))
    return _page("manage/clerk_edit.html", ClerkFormPage(form=form, clerk=found))


@blueprint.post("/manage/clerks/<int(max=2147483647):key>/edit")
@may(Action.EDIT_CLERKS)
def take_facts(key: int) -> Response:
    found = _find(key)
    form = Form(request.form, ("name", "badge", "named"))
    facts = typed_facts(form)
    _act(form, "badge", lambda book: change_clerk(book, the_hall(), key, facts))
    if form.errors:
        return _page("manage/clerk_edit.html", ClerkFormPage(form=form, clerk=found))
    return _back(key, "saved")


@blueprint.get("/manage/clerks/<int(max=2147483647):key>/move")
@may(Action.EDIT_CLERKS)
def ask_move(key: int) -> Response:
    found = _find(key)
    form = Form({"from": today().isoformat()}, ("unit", "from"))
    return _page(
        "manage/clerk_move.html", ClerkFormPage(form=form, clerk=found, units=_units())
    )


@blueprint.post("/manage/clerks/<int(max=2147483647):key>/move")
@may(Action.EDIT_CLERKS)
def take_move(key: int) -> Response:
    found, units = _find(key), _units()
    form = Form(request.form, ("unit", "from"))
    form.attempt("unit", lambda: chosen(form, "unit", units))
    form.attempt("from", lambda: parse_day(form.values["from"]))

    def move(book: Book) -> None:
        unit_id = chosen(form, "unit", units)
        move_clerk(book, the_hall(), key, unit_id, parse_day(form.values["from"]))

    _act(form, "from", move)
    if form.errors:
        return _page(
            "manage/clerk_move.html", ClerkFormPage(form=form, clerk=found, units=units)
        )
    return _back(key, "moved")


@blueprint.get("/manage/clerks/<int(max=2147483647):key>/leave")
@may(Action.EDIT_CLERKS)
def ask_end(key: int) -> Response:
    form = Form({"from": today().isoformat()}, ("from", "successor"))
    page = ClerkFormPage(form=form, clerk=_find(key), others=_successors(key))
    return _page("manage/clerk_leave.html", page)


@blueprint.post("/manage/clerks/<int(max=2147483647):key>/leave")
@may(Action.EDIT_CLERKS)
def take_end(key: int) -> Response:
    found, others = _find(key), _successors(key)
    form = Form(request.form, ("from", "successor"))
    form.attempt("from", lambda: parse_day(form.values["from"]))
    if form.values["successor"]:
        form.attempt("successor", lambda: chosen(form, "successor", others))

    def leave(book: Book) -> None:
        day = parse_day(form.values["from"])
        successor = form.values["successor"]
        after = chosen(form, "successor", others) if successor else None
        end_service(book, the_hall(), key, day, after)

    _act(form, "from", leave)
    if form.errors:
        return _page(
            "manage/clerk_leave.html",
            ClerkFormPage(form=form, clerk=found, others=others),
        )
    return _back(key, "left")


@blueprint.post("/manage/clerks/<int(max=2147483647):key>/stay")
@may(Action.EDIT_CLERKS)
def take_stay(key: int) -> Response:
    _find(key)
    with recording(access.by(), current.now()) as records:
        stay_in_service(records, the_hall(), key)
    return _back(key, "stays")


@blueprint.get("/manage/clerks/<int(max=2147483647):key>/pin")
@may(Action.EDIT_CLERKS)
def ask_pin(key: int) -> Response:
    return _page(
        "manage/clerk_pin.html",
        ClerkFormPage(form=Form({}, ("pin",)), clerk=_find(key)),
    )


@blueprint.post("/manage/clerks/<int(max=2147483647):key>/pin")
@may(Action.EDIT_CLERKS)
def take_pin(key: int) -> Response:
    found = _find(key)
    form = Form(request.form, ("pin",))
    typed = form.values["pin"]
    form.values["pin"] = ""
    try:
        pin = hashed_pin(typed, found.badge)
    except RuleBroken as refusal:
        form.refuse("pin", refusal)
    else:
        _act(form, "pin", lambda book: set_pin(book, the_hall(), key, pin))
    if form.errors:
        return _page("manage/clerk_pin.html", ClerkFormPage(form=form, clerk=found))
    return _back(key, "pin")


@blueprint.get("/manage/clerks/<int(max=2147483647):key>/account")
@may(Action.EDIT_ACCOUNTS)
def ask_link(key: int) -> Response:
    found = _find(key)
    form = Form({"account": str(found.account_id or "")}, ("account",))
    page = ClerkFormPage(form=form, clerk=found, others=_accounts(key))
    return _page("manage/clerk_account.html", page)


@blueprint.post("/manage/clerks/<int(max=2147483647):key>/account")
@may(Action.EDIT_ACCOUNTS)
def take_link(key: int) -> Response:
    found, accounts = _find(key), _accounts(key)
    form = Form(request.form, ("account",))
    if form.values["account"]:
        form.attempt("account", lambda: chosen(form, "account", accounts))

    def link(book: Book) -> None:
        typed = form.values["account"]
        account_id = chosen(form, "account", accounts) if typed else None
        link_account(book, the_hall(), key, account_id)

    _act(form, "account", link)
    if form.errors:
        page = ClerkFormPage(form=form, clerk=found, others=accounts)
        return _page("manage/clerk_account.html", page)
    return _back(key, "account")


def _find(key: int) -> ClerkLine:
    """Return a clerk of the scope; any other is one that does not exist."""
    with reading() as session:
        found = clerk_line(
            session, current.this_centre().id, key, today(), access.scope()
        )
    if found is None:
        raise NotOpen
    return found


def _act(form: Form, name: str, act: Callable[[Book], object]) -> None:
    """Do it when nothing is wrong so far; a refusal undoes it and stands beside."""

    def do() -> None:
        with recording(access.by(), current.now()) as records:
            act(records)

    if not form.errors:
        form.attempt(name, do)


def _units() -> list[Option]:
    with reading() as session:
        units = unit_choices(session, current.this_centre().id, today(), access.scope())
    return [(unit.id, unit.name) for unit in units]


def _successors(key: int) -> Sequence[Option]:
    with reading() as session:
        lines = clerk_lines(session, current.this_centre().id, today(), access.scope())
    return [
        (line.id, f"{line.words} · {line.unit}")
        for line in lines
        if line.id != key and not line.has_left(today())
    ]


def _accounts(key: int) -> Sequence[Option]:
    with reading() as session:
        return list(free_accounts(session, key).items())


def _page(template: str, page: ClerkFormPage) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if page.form.errors else HTTPStatus.OK
    return make_response(render_template(template, page=page), status)


def _back(key: int, done: str) -> Response:
    where = url_for("manage.clerk", key=key, done=done)
    if not access.allowed(Action.SEE_CLERKS):
        # Whoever only keeps accounts comes from there.
        where = url_for("manage.accounts")
    return redirect(where, HTTPStatus.SEE_OTHER)
