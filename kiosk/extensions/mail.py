"""Notices by e-mail leave by themselves, from whichever server is first."""

import logging
import threading
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.domain.case_periods import Clock as CaseClock
from kiosk.domain.mail import OF_THE_SERVER, case_letter, case_topic, leaves_now
from kiosk.extensions.database import reading, transaction
from kiosk.extensions.mail_post import Postman
from kiosk.queries.case_clock import case_clock
from kiosk.queries.installation import installation
from kiosk.queries.mail import Day, case_news, has_mail, told_accounts
from kiosk.queries.places import CentreView, only_centre
from kiosk.services.mail import note_mail, queue_mail, take_mail

LOOK_SECONDS = 20.0
_AT_ONCE = 50
"""Notices in one look."""
_MINUTE = timedelta(minutes=1)
log = logging.getLogger(__name__)


class MailSender(threading.Thread):
    """Writes the day's notices, and hands to the mail server what is due.

    Each worker of a server has one; the database decides which of them sends what.
    """

    def __init__(
        self, app: Flask, *, postman: Postman | None = None, every: float = LOOK_SECONDS
    ) -> None:
        """Prepare to look each `every` seconds, by the application's clock."""
        super().__init__(name="mail-sender", daemon=True)
        self._app = app
        self._settings: Settings = app.extensions["kiosk"]["settings"]
        self._postman = postman or Postman(self._settings)
        self._every = every
        self._minute: datetime | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look again and again until stopped."""
        while True:
            self.look()
            if self._stopping.wait(self._every):
                return

    def look(self) -> int:
        """Write and send what is due; return how many tries that were.

        A failure of our own is logged and tried again at the next look.
        """
        if not self._settings.smtp_host:
            return 0
        try:
            with self._app.app_context():
                self._write(self._now())
                return self._send()
        except Exception:
            # The thread must outlive a full disk and a database that is away.
            log.exception("notices could not be sent; it is tried again")
            return 0

    def stop(self) -> None:
        """End the thread after its current notice."""
        self._stopping.set()

    def _write(self, now: datetime) -> None:
        if self._minute is not None and self._minute <= now < self._minute + _MINUTE:
            return
        with reading() as session:
            found = installation(session)
            centre = only_centre(session)
        # Invented people have no letter box.
        if centre is not None and found is not None and not found.demonstration:
            self._write_for(centre, now)
        self._minute = now

    def _write_for(self, centre: CentreView, now: datetime) -> None:
        with reading() as session:
            today = now.astimezone(centre.zone).date()
            topic = case_topic(centre.id, today)
            told = told_accounts(session, topic)
            if not told:
                return
            day = self._day(session, centre, now)
            if day is None:
                return
            news = {key: case_news(session, key, day) for key in told}
        link = f"{self._settings.public_url.rstrip('/')}/manage"
        with transaction() as session:
            for key, each in news.items():
                if each:
                    letter = case_letter(each, centre.name, today, link)
                    queue_mail(session, key, topic, letter, now)

    def _day(self, session: Session, centre: CentreView, now: datetime) -> Day | None:
        clock: CaseClock = case_clock(
            session,
            centre.id,
            now,
            second=self._settings.second_days,
            look_back=self._settings.look_back_days,
        )
        today = clock.day(now)
        if not leaves_now(clock.calendar, clock.zone, now):
            return None
        closing = datetime.combine(today, clock.calendar.closing(today), clock.zone)
        return Day(centre.id, today, now, closing)

    def _send(self) -> int:
        """Send what is due, up to the first that the server itself does not take."""
        tries = 0
        while tries < _AT_ONCE and not self._stopping.is_set():
            with reading() as session:
                if not has_mail(session, self._now()):
                    break
            with transaction() as session:
                taken = take_mail(session, self._now())
            if taken is None:
                break
            tries += 1
            trouble = self._postman.post(taken)
            with transaction() as session:
                note_mail(session, taken, trouble, self._now())
            if trouble in OF_THE_SERVER:
                # A server that hangs would cost each of the others as long.
                break
        return tries

    def _now(self) -> datetime:
        """Return this moment: a try may have taken its half minute."""
        clock: Clock = self._app.extensions["kiosk"]["clock"]
        return clock()
