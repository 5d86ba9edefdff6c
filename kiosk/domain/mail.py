"""Notices by e-mail: what they say, when they are tried again, why one failed.

Rules: docs/rules.md, "Notices by e-mail". A notice holds counts and one link, and no
word, window or name of a case: e-mail is read by more people than it is sent to.
"""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.working_days import WorkCalendar

ADDRESS_MOST = 254
"""Characters of an address: RFC 5321, 4.5.3.1.3, without the angle brackets."""
FROM = time(8)
"""A day's notice leaves from then on, and until the close of business."""
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
"""After each try that failed; later ones wait as long as the last."""
GIVEN_UP = timedelta(days=3)
"""After so long a notice says nothing any more that the start page does not say."""
LEASE = timedelta(minutes=5)
"""How long a sender keeps a notice for itself: longer than any try can take."""
KEPT = timedelta(days=30)
"""How long a notice that has left, or was given up, stays in the list."""
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_LOCAL_MOST = 64


class MailAddressWrong(RuleBroken):
    """What was given is no address that a mail server takes."""

    code = "mail_address_wrong"
    text = sentence(
        "This is no e-mail address. Write it like name@example.org, without blanks."
    )


class MailNotSent(RuleBroken):
    """There is no mail server, or nobody to try it with."""

    code = "mail_not_sent"
    text = sentence(
        "Nothing can be sent: a mail server must be set up, you need an e-mail "
        "address under “My account”, and this must be no demonstration."
    )


class Trouble(StrEnum):
    """Why a notice has not left."""

    NO_ADDRESS = "no-address"
    """Its account has none any more, or was switched off."""
    UNREACHABLE = "unreachable"
    """The mail server's name is unknown, or nobody answers there."""
    TIMEOUT = "timeout"
    TLS = "tls"
    """The line could not be secured, or the certificate is not the server's."""
    SIGN_IN = "sign-in"
    """The mail server does not take our name and password."""
    SENDER = "sender"
    """The mail server does not take our own address."""
    RECIPIENT = "recipient"
    """The mail server says for good that it does not know the address."""
    LATER = "later"
    """The mail server asks to try again."""
    REFUSED = "refused"
    """The mail server says for good that it does not take the message."""
    BROKEN = "broken"
    """What answers is no mail server, or it broke off."""


FOR_GOOD = frozenset({Trouble.NO_ADDRESS, Trouble.RECIPIENT, Trouble.REFUSED})
"""Another try would end the same way."""
OF_THE_SERVER = frozenset(
    {
        Trouble.UNREACHABLE,
        Trouble.TIMEOUT,
        Trouble.TLS,
        Trouble.SIGN_IN,
        Trouble.SENDER,
        Trouble.BROKEN,
    }
)
"""The next notice would meet the same."""


@dataclass(frozen=True, kw_only=True)
class CaseNews:
    """How much waits for one person, in cases."""

    late: int = 0
    """Overdue, of the person's own units."""
    today: int = 0
    """To be done before today's close of business, of the person's own units."""
    fresh: int = 0
    """Not accepted yet and not due today, of the person's own units."""
    raised: int = 0
    """Overdue in other units, and gone up to the person."""
    decisions: int = 0
    """Held for unfounded or appealed, for somebody outside to decide."""
    calls: int = 0
    """Citizens to be called back."""

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return any(getattr(self, each.name) for each in fields(self))


_LINES = {
    "late": ("已逾期", "overdue"),
    "today": ("今日到期", "due today"),
    "fresh": ("待受理", "to be accepted"),
    "raised": ("逾期上报", "overdue in other units, raised to you"),
    "decisions": ("待裁定", "waiting for a decision"),
    "calls": ("待回访", "citizens to be called back"),
}
_SUBJECT = "办理单待办 {late}{day} · Cases waiting for you"
_LATE = "（含逾期）"
_BODY = """{centre}：以下办理单等待您处理。

{chinese}

请登录查看：{link}

{centre}: cases are waiting for you.

{english}

Please sign in: {link}

本邮件由系统自动发出，不含群众的任何信息，请勿回复。不想再收到，请登录后在“我的账号”中删除邮箱。
Sent by itself, with nothing about any citizen; please do not answer. To stop it, sign
in and take your e-mail address out of your account.
"""


@dataclass(frozen=True)
class Letter:
    """Subject and body of a notice, Chinese first, then English."""

    subject: str
    body: str


def case_letter(news: CaseNews, centre: str, day: date, link: str) -> Letter:
    """Return the notice of a day; `link` leads to the start page."""
    told = [
        (*_LINES[each.name], getattr(news, each.name))
        for each in fields(news)
        if getattr(news, each.name)
    ]
    urgent = _LATE if news.late or news.raised else ""
    return Letter(
        _SUBJECT.format(late=urgent, day=day.isoformat()),
        _BODY.format(
            centre=centre,
            link=link,
            chinese="\n".join(f"- {words}：{count} 件" for words, _, count in told),
            english="\n".join(f"- {words}: {count}" for _, words, count in told),
        ),
    )


def try_letter(centre: str) -> Letter:
    """Return the message with which an organiser tries the mail server."""
    return Letter(
        "窗评邮件测试 · Window Kiosk test message",
        f"{centre}\n\n收到本邮件，说明通知邮件可以正常发出。\n"
        "That you read this shows that notices can leave.\n",
    )


def leaves_now(calendar: WorkCalendar, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a day's notice is due: on a working day, while it can still be used."""
    local = now.astimezone(zone)
    if not calendar.is_working_day(local.date()):
        return False
    return FROM <= local.time() < calendar.closing(local.date())


def case_topic(centre_id: int, day: date) -> str:
    """Return the topic by which a person is told once a day and centre."""
    return f"cases {centre_id} {day.isoformat()}"


def try_topic(mark: str) -> str:
    """Return the topic of a test message; `mark` tells one press from the next."""
    return f"try {mark}"


def parse_address(given: str) -> str | None:
    """Return an e-mail address as given, None for none. Raises MailAddressWrong.

    ASCII only: a mail server that takes others is rare, and a look-alike is not seen.
    """
    address = given.strip()
    if not address:
        return None
    local = address.partition("@")[0]
    fits = len(address) <= ADDRESS_MOST and len(local) <= _LOCAL_MOST
    if not fits or not _ADDRESS.fullmatch(address):
        raise MailAddressWrong
    return address


def next_try(
    tries: int, created_at: datetime, now: datetime, trouble: str
) -> datetime | None:
    """Return when a notice is tried again after so many tries, None: never."""
    if trouble in FOR_GOOD:
        return None
    wait = WAITS[min(tries, len(WAITS)) - 1]
    again = now + wait
    return again if again - created_at < GIVEN_UP else None
