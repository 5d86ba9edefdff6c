"""Selections run through the pages, day by day: what all schemes share."""

from datetime import UTC, datetime

from kiosk.domain.policy import Role
from tests.campaigns import ISSUER
from tests.pages import Page, get
from tests.people import sign_in_as

YEAR = 2027
LIST = "/manage/campaigns"


class Office:
    """The organiser's desk, on whatever day it is."""

    def __init__(self, app, clock, slug):
        self.app, self.clock, self.slug = app, clock, slug
        self.where = f"{LIST}/{slug}"

    def on(self, month, day, role=Role.ORGANISER, login=""):
        """Return the browser of somebody who signs in at noon of a day."""
        self.clock.now = datetime(YEAR, month, day, 4, tzinfo=UTC)
        return sign_in_as(self.app, role, self.clock.now, login=login)

    def announce(self, month, day, preset):
        """Make a draft of a preset, fill in the foot of its papers, make it known."""
        desk = self.on(month, day)
        post(desk, LIST, preset=preset, year=str(YEAR), slug=self.slug)
        page = get(desk, "manage.campaign_rules", slug=self.slug, lang="en")
        typed = {
            field["name"]: field.get("value", "")
            for field in page.soup.select(".k-form input[name]")
        }
        typed |= {f"issuer.{name}": value for name, value in vars(ISSUER).items()}
        post(desk, f"{self.where}/rules", **typed)
        post(desk, f"{self.where}/announce")

    def public(self):
        """Return the page that everybody sees."""
        reader = self.app.test_client()
        return get(reader, "public.campaign", slug=self.slug, lang="en")


def post(client, where, **form):
    """Send a form that is taken; return the answer."""
    answer = client.post(where, data=form)
    assert answer.status_code in (200, 303), Page(answer).soup.get_text()
    return answer


def refused(client, where, status=409, **form):
    """Send a form that is refused."""
    answer = client.post(where, data=form)
    assert answer.status_code == status, Page(answer).soup.get_text()
