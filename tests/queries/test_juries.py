"""Juries as they are read: in as many statements however many sit and score."""

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Account, RoleGrant, Unit
from kiosk.queries.juries import (
    jurors,
    jury_points,
    jury_progress,
    jury_sheets,
    possible_jurors,
    related_units,
)
from kiosk.services.candidates import nominate
from kiosk.services.juries import Scoring, add_juror, score
from tests.builders import make_window
from tests.campaign_work import work_rules
from tests.campaigns import the_campaign
from tests.conftest import NOON
from tests.nominations import TODAY, open_campaign, stand, wanted
from tests.people import make_account
from tests.staff import unit_key
from tests.statements import statements


@pytest.fixture
def campaign(app):
    """A campaign in which windows of two units stand."""
    with transaction() as session:
        windows = [
            make_window(session, number, unit=unit).id
            for number, unit in (("A1", "甲"), ("A2", "甲"), ("B1", "乙"))
        ]
    key = open_campaign(work_rules())
    with recording("test", NOON) as records:
        for window in windows:
            nominate(records, wanted(key, "best", window), TODAY)
    return key


def seat(campaign, login, unit=None):
    account = make_account(login, Role.JUROR, NOON)
    with recording("test", NOON) as records:
        add_juror(records, campaign, account, unit)
    return account


def give(campaign, account, candidate, smile):
    points = {"smile": str(smile), "skill": "0"}
    scoring = Scoring(
        campaign_id=campaign,
        candidate_id=candidate,
        account_id=account,
        points=points,
    )
    with recording("test", NOON) as records:
        score(records, scoring, TODAY)


def read(campaign):
    """Return everything there is to read, and the statements of each reading."""
    view = the_campaign("small")
    told, counts = [], []
    for query, asked in (
        (jurors, campaign),
        (jury_sheets, campaign),
        (jury_points, view),
        (jury_progress, view),
        (possible_jurors, campaign),
    ):
        with reading() as session, statements() as said:
            told.append(query(session, asked))
        counts.append(len(said))
    return told, counts


def test_a_campaign_without_a_jury_has_nothing_to_read(campaign):
    told, counts = read(campaign)
    assert told == [[], [], {}, [], []]
    assert counts == [1, 1, 2, 4, 1]


def test_many_jurors_are_read_in_as_many_statements(campaign):
    keys = [one.id for one in stand(campaign, "best")]
    own = unit_key("甲")
    accounts = [seat(campaign, f"juror-{n}", own if n == 3 else None) for n in range(4)]
    for number, account in enumerate(accounts[:3]):
        for key in keys:
            give(campaign, account, key, 20 - number)
    give(campaign, accounts[3], keys[2], 5)
    (members, sheets, points, progress, people), counts = read(campaign)
    assert counts == [1, 1, 2, 4, 1]
    assert [one.account_id for one in members] == accounts
    assert len(sheets) == 10
    assert points == {
        keys[0]: (18.0, 19.0, 20.0),
        keys[1]: (18.0, 19.0, 20.0),
        keys[2]: (5.0, 18.0, 19.0, 20.0),
    }
    told = [(one.scored, one.abstained, one.recused, one.left) for one in progress]
    assert told == [(3, 0, 0, 0)] * 3 + [(1, 0, 2, 0)]
    assert people == []


def test_points_of_a_juror_whose_unit_came_below_the_candidates_count_no_more(
    campaign,
):
    with transaction() as session:
        outside = Unit(centre_id=1, name="丙")
        session.add(outside)
        session.flush()
        key = outside.id
    account = seat(campaign, "juror-1", key)
    first, _, last = [one.id for one in stand(campaign, "best")]
    for candidate in (first, last):
        give(campaign, account, candidate, 9)
    with transaction() as session:
        session.get_one(Unit, key).parent_id = unit_key("甲")
    with reading() as session:
        assert jury_points(session, the_campaign("small")) == {last: (9.0,)}
        [one] = jury_progress(session, the_campaign("small"))
    assert (one.scored, one.recused, one.left) == (1, 2, 0)


def test_points_of_one_campaign_are_not_read_in_another(campaign):
    account = seat(campaign, "juror-1")
    give(campaign, account, stand(campaign, "best")[0].id, 9)
    other = open_campaign(work_rules(), "second")
    with reading() as session:
        view = the_campaign("second")
        assert jury_points(session, view) == {}
        assert jury_sheets(session, other) == []
        assert jurors(session, other) == []
        assert jury_progress(session, view) == []
        assert possible_jurors(session, other) == [(account, "测试juror-1")]


def test_units_above_and_below_are_related_and_sisters_are_not(app):
    with transaction() as session:
        keys = {}
        for name, above in (("局", None), ("科", "局"), ("组", "科"), ("处", "局")):
            unit = Unit(centre_id=1, name=name, parent_id=keys.get(above))
            session.add(unit)
            session.flush()
            keys[name] = unit.id
    with reading() as session:
        found = related_units(session)
    named = {key: name for name, key in keys.items()}
    told = {named[key]: {named[one] for one in found[key]} for key in named}
    assert told == {
        "局": {"局", "科", "组", "处"},
        "科": {"局", "科", "组"},
        "组": {"局", "科", "组"},
        "处": {"局", "处"},
    }


def test_who_was_let_go_or_has_the_role_no_more_is_not_proposed(campaign):
    gone, ended, here = (make_account(f"juror-{n}", Role.JUROR, NOON) for n in range(3))
    make_account("clerk-1", Role.CLERK, NOON)
    with recording("test", NOON) as records:
        records.change(Account, ORGANISATION, gone, {"disabled_at": NOON})
        records.add(
            RoleGrant,
            ORGANISATION,
            [
                {
                    "account_id": here,
                    "role": str(Role.VIEWER),
                    "unit_id": None,
                    "granted_at": NOON,
                }
            ],
        )
    with transaction() as session:
        session.query(RoleGrant).filter_by(account_id=ended).one().ended_at = NOON
    with reading() as session:
        assert possible_jurors(session, campaign) == [(here, "测试juror-2")]
