"""S1, smile service star, from the preset to the certificate: 10 of 30 are elected.

Every act goes through the pages, on the day on which it is done; who wins is counted
here once more, from the ballots alone.
"""

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from kiosk.domain.intake import RatingState
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import TallyClerk, Unit
from kiosk.queries.candidates import candidates
from tests.builders import make_window
from tests.campaigns import the_campaign
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.staff import make_clerk
from tests.web.schemes import Office, post, refused

pytestmark = ON_SQLITE
SLUG = "star-2027"
MANAGE = f"/manage/campaigns/{SLUG}"
UNITS = 30
VOTERS = 12
SEATS = 10
WEIGHTS = {"cadres": 50, "representatives": 50}
POOR = 3
"""How many clerks the public is not content with."""


@pytest.fixture
def office(app, clock):
    return Office(app, clock, SLUG)


@pytest.fixture
def clerks(app, hall):
    """A clerk in each of thirty units, rated on three days of June."""
    keys = []
    for number in range(UNITS):
        with transaction() as session:
            make_window(session, f"W{number:02}", unit=f"学院{number:02}")
        keys.append(
            make_clerk(f"{number:04}", f"同学{number:02}", unit=f"学院{number:02}")
        )
    with transaction() as session:
        for number, clerk in enumerate(keys):
            good, bad = (5, 0) if number >= POOR else (3, 2)
            for day in (1, 2, 3):
                when = datetime(2027, 6, day, tzinfo=UTC).date()
                key = {"clerk_id": clerk, "day": when, "window_id": 1, "channel": 0}
                key |= {"verified": True, "state": int(RatingState.COUNTED)}
                counts = {"c1": bad, "c2": 0, "c3": 0, "c4": 0, "c5": good}
                session.add(TallyClerk(**key, **counts))
    return keys


def nominated(organiser, clerks):
    with reading() as session:
        names = [unit.name for unit in session.query(Unit).order_by(Unit.id)]
    assert len(names) >= UNITS
    for clerk in clerks:
        form = {"subject": str(clerk), "agreed": "yes"}
        post(organiser, f"/manage/nominations/{SLUG}/star", **form)
    with reading() as session:
        return {
            one.clerk_id: one.id for one in candidates(session, the_campaign(SLUG).id)
        }


def codes(organiser, electorate):
    page = get(organiser, "manage.electors", slug=SLUG, lang="en")
    seen = page.soup.select_one(
        f"form:has(input[value={electorate}]) input[name=seen]"
    )["value"]
    form = {"electorate": electorate, "seen": seen, "count": str(VOTERS)}
    answer = post(organiser, f"{MANAGE}/electors", **form)
    found = [each.get_text(strip=True) for each in Page(answer).soup.select(".code")]
    return [code for code in found if len(code.replace("-", "")) == VOTERS]


def elected(ballots, names):
    """Count the ballots by hand: the share of each electorate by its weight."""
    votes = {key: Counter(n for one in cast for n in one) for key, cast in ballots}
    size = {key: len(cast) for key, cast in ballots}
    totals = {
        name: sum(WEIGHTS[key] * votes[key][name] / size[key] for key in votes)
        for name in names
    }
    plain = {name: sum(votes[key][name] for key in votes) for name in names}
    ranked = sorted(names, key=lambda n: (-round(totals[n], 6), -plain[n], n))
    assert totals[ranked[SEATS - 1]] > totals[ranked[SEATS]]
    return set(ranked[:SEATS])


def chosen_by(voter, standing):
    """Return ten names, others for each voter and the same in each run."""
    return sorted(
        standing, key=lambda key: sha256(f"a-{voter}-{key}".encode()).digest()
    )[:SEATS]


def prepared(office, clerks):
    """Announce the campaign, and put everybody forward in the days for it."""
    office.announce(5, 10, "s1-smile-service-star")
    where = f"/manage/nominations/{SLUG}/star"
    refused(office.on(5, 11), where, subject=str(clerks[0]))
    refused(office.on(5, 24), f"{MANAGE}/rules", based_on="2")
    organiser = office.on(6, 20)
    names = nominated(organiser, clerks)
    refused(organiser, where, subject=str(clerks[0]), agreed="yes")
    return names


def voted(office, client, standing):
    """Give out the codes and hand in every ballot; return the ballots."""
    organiser, cast = office.on(8, 25), []
    slips = {key: codes(organiser, key) for key in WEIGHTS}
    assert [len(each) for each in slips.values()] == [VOTERS, VOTERS]
    early = client.get(f"/campaigns/{SLUG}/vote/{slips['cadres'][0]}")
    assert early.status_code == 409
    office.on(9, 2)
    for key, given in slips.items():
        ballots = []
        for code in given:
            mine = chosen_by(f"{key}-{len(ballots)}", standing)
            where = f"/campaigns/{SLUG}/vote/{code}"
            too_many = client.post(where, data={"award-star": standing})
            assert too_many.status_code == 422
            assert client.post(where, data={"award-star": mine}).status_code == 303
            assert client.post(where, data={"award-star": mine}).status_code == 409
            ballots.append(mine)
        cast.append((key, ballots))
    return cast


def objected(office, client):
    """Object, and let somebody outside decide; until then there is no result."""
    form = get(client, "campaign.object_to", slug=SLUG, lang="en")
    event = form.one("input[name=event]")["value"]
    post(client, f"/campaigns/{SLUG}/object", event=event, words="材料不实")
    refused(office.on(9, 20), f"{MANAGE}/result")
    handler = office.on(9, 20, Role.CASE_HANDLER)
    post(handler, "/manage/objections/1", decision="admit")
    ruling = {"decision": "dismiss", "ruling": "经查不属实"}
    post(handler, "/manage/objections/1", **ruling)


def test_ten_of_thirty_are_elected_by_two_electorates(clerks, client, office):
    names = prepared(office, clerks)
    standing = [names[clerk] for clerk in clerks]
    cast = voted(office, client, standing)
    refused(office.on(9, 3), f"{MANAGE}/notice")
    post(office.on(9, 6), f"{MANAGE}/notice")
    public = office.public()
    on_list = [row.get_text() for row in public.soup.select(".c-list .who")]
    called = dict(zip(standing, range(UNITS), strict=True))
    expected = {f"同学{called[key]:02}" for key in elected(cast, standing[POOR:])}
    assert {words[:4] for words in on_list} == expected
    objected(office, client)
    organiser = office.on(9, 20)
    post(organiser, f"{MANAGE}/result", approval="示校〔2027〕9号")
    papers = organiser.get(f"{MANAGE}/certificates.pdf")
    assert papers.data.startswith(b"%PDF")
    public = office.public()
    assert "Commendation" in public.one(".c-kind").get_text()
    refused(client, f"/campaigns/{SLUG}/object", words="太迟")
