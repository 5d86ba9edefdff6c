"""Notices by e-mail, for whoever runs them: what left, what waits, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.mail import MailNotSent, Trouble, try_letter, try_topic
from kiosk.domain.policy import Action
from kiosk.extensions import reading, transaction
from kiosk.queries.mail import MailLine, MailState, addresses, mail_lines, mail_state
from kiosk.queries.own_account import own_address
from kiosk.services.mail import queue_mail, send_mail_again
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint

LINES_MOST = 50
WEEK = timedelta(days=7)
TROUBLE_WORDS: dict[str, str] = {
    Trouble.NO_ADDRESS: sentence("the person has no e-mail address any more"),
    Trouble.UNREACHABLE: sentence("the mail server cannot be reached"),
    Trouble.TIMEOUT: sentence("the mail server does not answer"),
    Trouble.TLS: sentence(
        "the line to the mail server could not be secured, or it takes no password"
    ),
    Trouble.SIGN_IN: sentence("the mail server does not take our name and password"),
    Trouble.SENDER: sentence("the mail server does not take our own address"),
    Trouble.RECIPIENT: sentence("the mail server does not know the person's address"),
    Trouble.LATER: sentence("the mail server asks to try again later"),
    Trouble.REFUSED: sentence("the mail server does not take the message"),
    Trouble.BROKEN: sentence("the mail server broke off"),
}
_DONE = {
    "try": sentence("The test message leaves within half a minute."),
    "again": sentence("The notice leaves within half a minute."),
}


@dataclass(frozen=True, kw_only=True)
class MailPage:
    """The mail server, and the queue of notices."""

    state: MailState
    lines: list[MailLine]
    addresses: int
    """People who are told of cases and gave an address."""
    own: str
    """Address of whoever looks; "" for none."""
    host: str
    """"" where no mail server is set up."""
    sender: str
    demonstration: bool
    zone: ZoneInfo
    now: datetime
    refusal: str = ""
    done: str = ""


@blueprint.get("/manage/mail")
@may(Action.EDIT_INTEGRATIONS)
def mail() -> Response:
    return _page()


@blueprint.post("/manage/mail/try")
@may(Action.EDIT_INTEGRATIONS)
def try_mail() -> Response:
    own, now = access.person().id, current.now()
    with reading() as session:
        address = own_address(session, own)
    # Anybody may be an organiser there, and write to whom they like.
    invented = current.this_installation().demonstration
    if invented or not address or not current.settings().smtp_host:
        return _page(MailNotSent())
    letter = try_letter(current.this_centre().name)
    with transaction() as session:
        queue_mail(session, own, try_topic(uuid4().hex), letter, now)
    return redirect(url_for("manage.mail", done="try"), HTTPStatus.SEE_OTHER)


@blueprint.post("/manage/mail/<int(max=2147483647):key>/again")
@may(Action.EDIT_INTEGRATIONS)
def mail_again(key: int) -> Response:
    with transaction() as session:
        send_mail_again(session, key, current.now())
    return redirect(url_for("manage.mail", done="again"), HTTPStatus.SEE_OTHER)


def trouble_words(trouble: str) -> str:
    """Return why a notice has not left, in the language of the request."""
    return str(gettext(TROUBLE_WORDS[trouble])) if trouble else ""


def _page(refusal: RuleBroken | None = None) -> Response:
    now, settings = current.now(), current.settings()
    done = request.args.get("done", "")
    with reading() as session:
        page = MailPage(
            state=mail_state(session, now - WEEK),
            lines=mail_lines(session, LINES_MOST),
            addresses=addresses(session),
            own=own_address(session, access.person().id),
            host=settings.smtp_host,
            sender=settings.smtp_from,
            demonstration=current.this_installation().demonstration,
            zone=current.this_centre().zone,
            now=now,
            refusal=refusal_sentence(refusal) if refusal else "",
            done=gettext(_DONE[done]) if done in _DONE else "",
        )
    words = render_template("manage/mail.html", page=page, trouble_words=trouble_words)
    return make_response(words, refusal_status(refusal) if refusal else HTTPStatus.OK)
