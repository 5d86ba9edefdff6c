"""Notices leave the real server, and leave once, whoever was killed between."""

import pytest

from kiosk.clock import utc_now
from kiosk.domain.mail import Letter
from kiosk.domain.policy import Role
from kiosk.services.mail import queue_mail
from tests.mail_servers import MailServer, mail_server
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey


def settings(server: MailServer) -> dict[str, str]:
    return {
        "KIOSK_SMTP_HOST": "localhost",
        "KIOSK_SMTP_PORT": str(server.port),
        "KIOSK_SMTP_SECURITY": "none",
        "KIOSK_SMTP_FROM": "pingjia@example.org",
        "KIOSK_PUBLIC_URL": "https://pingjia.example.org",
    }


def wait_for_one(kiosk: RealServer) -> None:
    """Put a notice for somebody into the queue, before the server looks."""
    kiosk.flask("init", "--quiet")
    kiosk.sign_in(Role.MANAGER)
    kiosk.execute("UPDATE account SET email = 'manager@example.org'")

    def put(session) -> str:
        letter = Letter("办理单待办", "待受理：1 件")
        return str(queue_mail(session, 1, "cases 1", letter, utc_now()))

    assert kiosk._act(put) == "True"


def test_a_server_answers_while_mail_hangs_and_sends_the_same_after_a_kill(tmp_path):
    with mail_server({"BODY": "…"}) as post:
        kiosk = RealServer(tmp_path, begun=True, **settings(post))
        wait_for_one(kiosk)
        with kiosk:
            until(lambda: post.taken)
            # The thread waits for the mail server; people and the database do not.
            kiosk.wait_until_well()
            kiosk.execute("UPDATE centre SET name = name")
            kiosk.kill()
            assert kiosk.rows("SELECT tries, sent_at FROM mail_message") == [(1, None)]
            kiosk.execute("UPDATE mail_message SET next_try_at = created_at")
            post.ending.set()
            del post.replies["BODY"]
        with mail_server() as well:
            again = RealServer(tmp_path, begun=True, **settings(well))
            with again:
                until(lambda: again.rows("SELECT 1 FROM mail_message WHERE sent_at"))
    [first], [second] = post.mails, well.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert (second["To"], second["Subject"]) == ("manager@example.org", "办理单待办")
