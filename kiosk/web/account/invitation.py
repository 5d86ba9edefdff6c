"""Invitations: a one-time link, and the form with which its guest comes in."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain.accounts import LOGIN_MOST, LoginTaken
from kiosk.domain.errors import LinkSpent
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.queries.people import InvitationLine, waiting_invitation
from kiosk.services.invitations import accept_invitation
from kiosk.services.passwords import hash_password
from kiosk.services.sign_in import begin_sign_in, end_sign_in
from kiosk.web import current, sessions
from kiosk.web.access import public
from kiosk.web.account.blueprint import blueprint
from kiosk.web.forms import Form
from kiosk.web.new_accounts import Credentials, agent, credentials, typed_form
from kiosk.web.role_words import ROLE_WORDS


@blueprint.get("/invitation/<token>")
@public
def ask_invitation(token: str) -> Response:
    # Chat programs and mail filters look at links: looking changes nothing.
    waiting = _waiting(token)
    return _page(token, waiting, Form({}, ("login",))) if waiting else _over()


@blueprint.post("/invitation/<token>")
@public
def take_invitation(token: str) -> Response:
    waiting = _waiting(token)
    if waiting is None:
        # Before the password is hashed: strangers make us do no work.
        return _over()
    form = typed_form("login")
    chosen = credentials(form, waiting.login)
    if form.errors:
        return _page(token, waiting, form)
    try:
        return _come_in(token, chosen)
    except LinkSpent:
        return _over()
    except LoginTaken as taken:
        form.refuse("login", taken)
        return _page(token, waiting, form)


def _come_in(token: str, chosen: Credentials) -> Response:
    """Make or renew the account, sign its browser in, and lead on."""
    digest, now = hash_password(chosen.password), current.now()
    with transaction() as session:
        # Before the ledger's head is held: that is the last thing an act locks.
        before = sessions.person()
        if before is not None:
            end_sign_in(session, before.sign_in_id, now)
        account = accept_invitation(session, token, chosen.login, digest, now)
        secret = begin_sign_in(session, account.id, agent(), now)
        # A second factor of before is gone; only whether one is needed counts.
        onward = "account.enrol" if account.factor_required else "manage.today"
    response = redirect(url_for(onward), HTTPStatus.SEE_OTHER)
    sessions.remember_session(response, secret)
    return response


def _waiting(token: str) -> InvitationLine | None:
    with reading() as session:
        return waiting_invitation(session, token_hash(token), current.now())


def _page(token: str, waiting: InvitationLine, form: Form) -> Response:
    answer = render_template(
        "account/invitation.html",
        form=form,
        invitation=waiting,
        token=token,
        login_most=LOGIN_MOST,
        role_words=ROLE_WORDS,
    )
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(answer, wrong)


def _over() -> Response:
    return make_response(
        render_template("account/invitation_over.html"), HTTPStatus.GONE
    )
