"""A notice handed to a real mail server: secured, signed in, refused, hung up on."""

from email.utils import parsedate_to_datetime
from uuid import UUID

import pytest

from kiosk.domain.mail import LEASE, Letter, Trouble
from kiosk.extensions.mail_post import Postman, written
from kiosk.services.mail import TakenMail
from tests.conftest import NOON, make_settings
from tests.mail_servers import PASSWORD, USER, mail_server
from tests.webhook_targets import certificate

SENDER, TO = "pingjia@example.org", "manager@example.org"
LETTER = Letter("办理单待办 · Cases", "市政大厅：已逾期 2 件\n.一行以点开头\n")
AUTH = ("AUTH PLAIN",)
PATIENT = {"read_seconds": 30.0, "whole_seconds": 30.0}


def taken(address: str = TO, letter: Letter = LETTER) -> TakenMail:
    return TakenMail(
        id=1,
        message_id=UUID(int=7),
        address=address,
        subject=letter.subject,
        body=letter.body,
        created_at=NOON,
        tries=1,
        until=NOON + LEASE,
    )


@pytest.fixture
def postman(tmp_path):
    """Return a postman to a server of this machine."""

    def make(server, *, tls=None, seconds=PATIENT, **changes) -> Postman:
        values = {
            "smtp_host": "localhost",
            "smtp_port": server.port,
            "smtp_security": "none",
            "smtp_from": SENDER,
            "public_url": "https://pingjia.example.org",
        }
        more = {} if tls is None else {"tls": tls}
        return Postman(make_settings(tmp_path, **(values | changes)), **seconds, **more)

    return make


def test_it_arrives_whole(postman):
    with mail_server() as server:
        assert postman(server).post(taken()) == ""
    [mail] = server.mails
    assert (mail["From"], mail["To"]) == (SENDER, TO)
    # SMTP ends its lines so: RFC 5321, 2.3.8.
    body = LETTER.body.replace("\n", "\r\n")
    assert (mail["Subject"], mail.get_content()) == (LETTER.subject, body)
    assert mail["Message-ID"] == f"<{UUID(int=7)}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail["Date"]) == NOON.replace(microsecond=0)


def test_it_calls_itself_by_its_own_name_and_not_by_the_machines(postman):
    with mail_server() as server:
        postman(server).post(taken())
    assert server.heard[0] == "ehlo example.org"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_line_is_secured_and_then_signed_in_on(postman, tmp_path, security):
    serving, trusting = certificate(tmp_path, "localhost")
    given = {"tls": serving} if security == "tls" else {"starttls": serving}
    signed = {"smtp_user": USER, "smtp_password": PASSWORD}
    with mail_server(offers=AUTH, **given) as server:
        one = postman(server, tls=trusting, smtp_security=security, **signed)
        assert one.post(taken()) == ""
    verbs = [words.split(" ")[0].upper() for words in server.heard]
    assert verbs.index("AUTH") < verbs.index("MAIL")
    assert len(server.taken) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_somebody_else_is_told_nothing(postman, tmp_path, security):
    serving, _ = certificate(tmp_path, "localhost")
    given = {"tls": serving} if security == "tls" else {"starttls": serving}
    with mail_server(offers=AUTH, **given) as server:
        one = postman(
            server, smtp_security=security, smtp_user=USER, smtp_password=PASSWORD
        )
        assert one.post(taken()) == Trouble.TLS
    assert not any("AUTH" in words.upper() for words in server.heard)


def test_a_server_that_cannot_secure_the_line_is_told_nothing(postman):
    with mail_server(offers=AUTH) as server:
        one = postman(server, smtp_security="starttls")
        assert one.post(taken()) == Trouble.TLS
    assert [words.split(" ")[0] for words in server.heard] == ["ehlo"]


def test_a_wrong_password_is_said(postman):
    with mail_server(offers=AUTH) as server:
        one = postman(server, smtp_user=USER, smtp_password="other")
        assert one.post(taken()) == Trouble.SIGN_IN


@pytest.mark.parametrize(
    ("replies", "trouble"),
    [
        ({"BANNER": "554 go away"}, Trouble.REFUSED),
        ({"BANNER": "421 too busy"}, Trouble.LATER),
        ({"BANNER": "HTTP/1.1 400 Bad Request"}, Trouble.LATER),
        ({"BANNER": ""}, Trouble.BROKEN),
        ({"MAIL": "550 not you"}, Trouble.SENDER),
        ({"RCPT": "550 unknown"}, Trouble.RECIPIENT),
        ({"RCPT": "450 greylisted"}, Trouble.LATER),
        ({"DATA": "451 disk full"}, Trouble.LATER),
        ({"BODY": "552 too big"}, Trouble.REFUSED),
        ({"BODY": "451 try again"}, Trouble.LATER),
        ({"BODY": ""}, Trouble.BROKEN),
    ],
)
def test_what_the_server_says_is_told_in_our_words(postman, replies, trouble):
    with mail_server(replies) as server:
        assert postman(server).post(taken()) == trouble


@pytest.mark.parametrize("where", ["BANNER", "EHLO", "RCPT", "BODY"])
def test_a_server_that_hangs_is_left(postman, where):
    quick = {"read_seconds": 0.05, "whole_seconds": 30.0}
    with mail_server({where: "…"}) as server:
        assert postman(server, seconds=quick).post(taken()) == Trouble.TIMEOUT


@pytest.mark.parametrize("where", ["BANNER", "EHLO", "BODY"])
def test_a_server_that_drips_is_cut_off(postman, where):
    quick = {"read_seconds": 30.0, "whole_seconds": 0.1}
    with mail_server({where: "drip"}) as server:
        assert postman(server, seconds=quick).post(taken()) == Trouble.TIMEOUT


def test_a_secured_line_that_drips_is_cut_off_too(postman, tmp_path):
    serving, trusting = certificate(tmp_path, "localhost")
    quick = {"read_seconds": 30.0, "whole_seconds": 0.5}
    with mail_server({"MAIL": "drip"}, tls=serving) as server:
        one = postman(server, tls=trusting, seconds=quick, smtp_security="tls")
        assert one.post(taken()) == Trouble.TIMEOUT


def test_where_nobody_listens_it_says_so(postman):
    with mail_server() as server:
        port = server.port
    server.port = port
    assert postman(server).post(taken()) == Trouble.UNREACHABLE


def test_a_name_that_leads_nowhere_is_said(postman):
    with mail_server() as server:
        one = postman(server, smtp_host="mail.invalid")
        assert one.post(taken()) == Trouble.UNREACHABLE


def test_whoever_has_no_address_costs_no_connection(postman):
    with mail_server() as server:
        assert postman(server).post(taken(address="")) == Trouble.NO_ADDRESS
    assert server.heard == []


def test_nothing_adds_a_line_to_the_head():
    hostile = Letter("办理单\r\nBcc: all@example.org", "words")
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        written(taken(letter=hostile), SENDER)


def test_a_repeat_is_the_same_message():
    first, second = written(taken(), SENDER), written(taken(), SENDER)
    assert first.as_bytes() == second.as_bytes()
