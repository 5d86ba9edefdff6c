"""Juries: who sits, who keeps out, and points that are kept until the stage ends."""

from threading import Barrier, Thread

import pytest

from kiosk.domain.campaign_stages import OverAlready
from kiosk.domain.juries import (
    AlreadyJuror,
    NoJurorChosen,
    NotOnJury,
    PointsWrong,
    Recused,
)
from kiosk.domain.nominations import CandidateEnded
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Unit
from kiosk.queries.juries import (
    jurors,
    jury_points,
    jury_progress,
    jury_sheets,
    possible_jurors,
    related_units,
)
from kiosk.services.candidates import cancel_candidate, nominate
from kiosk.services.juries import Scoring, add_juror, end_juror, score
from tests.builders import make_window
from tests.campaign_work import flaws, work_rules
from tests.campaigns import the_campaign
from tests.conftest import NOON
from tests.nominations import SECTION, TODAY, day, open_campaign, stand, wanted
from tests.people import make_account
from tests.staff import entries, unit_key

GOOD = {"smile": "18", "skill": "17"}


@pytest.fixture
def hall(app):
    """A campaign in which windows of two units stand."""
    with transaction() as session:
        windows = [
            make_window(session, "A1", unit="甲").id,
            make_window(session, "B1", unit="乙").id,
        ]
    campaign = open_campaign(work_rules())
    with recording("test", NOON) as records:
        for window in windows:
            nominate(records, wanted(campaign, "best", window), TODAY)
    return campaign


def seat(campaign, login, unit=None):
    account = make_account(login, Role.JUROR, NOON)
    with recording("test", NOON) as records:
        add_juror(records, campaign, account, unit)
    return account


def give(campaign, account, number=1, today=TODAY, **changes):
    if "candidate_id" not in changes:
        changes["candidate_id"] = stand(campaign, "best")[number - 1].id
    values = {"points": GOOD} | changes
    scoring = Scoring(campaign_id=campaign, account_id=account, **values)
    with recording("test", NOON) as records:
        score(records, scoring, today)


def points():
    with reading() as session:
        return jury_points(session, the_campaign("small"))


def test_points_are_kept_and_given_anew_until_the_stage_ends(hall):
    account = seat(hall, "juror-1")
    give(hall, account)
    give(hall, account, points={"smile": "20", "skill": "20"})
    first = stand(hall, "best")[0].id
    assert points() == {first: (40.0,)}
    with pytest.raises(OverAlready):
        give(hall, account, today=day(2))
    assert points() == {first: (40.0,)}
    assert len(entries("jury-sheet")) == 2
    assert not any("smile" in body for body in entries("jury-sheet"))
    assert flaws() == []


def test_a_juror_keeps_out_of_the_own_unit_and_those_above_and_below(hall):
    with transaction() as session:
        section = Unit(centre_id=1, parent_id=unit_key("甲"), name="甲一科")
        session.add(section)
        session.flush()
        below = section.id
    for login, unit in (("juror-1", unit_key("甲")), ("juror-2", below)):
        account = seat(hall, login, unit)
        with pytest.raises(Recused):
            give(hall, account, 1)
        give(hall, account, 2)
    assert list(points()) == [stand(hall, "best")[1].id]
    with reading() as session:
        assert related_units(session)[below] == {below, unit_key("甲")}


def test_who_abstains_gives_nothing_and_is_not_waited_for(hall):
    account = seat(hall, "juror-1")
    give(hall, account, abstains=True, points={})
    assert points() == {}
    with reading() as session:
        [found] = jury_progress(session, the_campaign("small"))
    assert (found.scored, found.abstained, found.left, found.recused) == (0, 1, 1, 0)


def test_what_somebody_gave_who_left_counts_no_more(hall):
    one, other = seat(hall, "juror-1"), seat(hall, "juror-2")
    give(hall, one)
    give(hall, other, points={"smile": "1", "skill": "1"})
    with reading() as session:
        members = jurors(session, hall)
        assert [each.name for each in members] == ["测试juror-1", "测试juror-2"]
        sheets = jury_sheets(session, hall, members[0].id)
        assert [sheet.points for sheet in sheets] == [{"skill": 17, "smile": 18}]
    with recording("test", NOON) as records:
        end_juror(records, hall, members[1].id)
    assert list(points().values()) == [(35.0,)]
    with pytest.raises(NotOnJury):
        give(hall, other)
    with recording("test", NOON) as records, pytest.raises(NotOpen):
        end_juror(records, hall, members[1].id)
    with reading() as session:
        assert possible_jurors(session, hall) == [(other, "测试juror-2")]
    with recording("test", NOON) as records:
        add_juror(records, hall, other, None)
    assert len(points()[stand(hall, "best")[0].id]) == 2


def test_only_who_has_the_role_is_seated_and_once(hall):
    clerk = make_account("clerk-1", Role.CLERK, NOON)
    account = seat(hall, "juror-1")
    for who, unit, refusal in (
        (clerk, None, NoJurorChosen),
        (999, None, NoJurorChosen),
        (account, None, AlreadyJuror),
        (account, 999, NotOpen),
    ):
        with recording("test", NOON) as records, pytest.raises(refusal):
            add_juror(records, hall, who, unit)


def test_points_that_are_none_keep_nothing(hall):
    account = seat(hall, "juror-1")
    with pytest.raises(PointsWrong):
        give(hall, account, points={"smile": "21", "skill": "1"})
    with pytest.raises(NotOpen):
        give(hall, account, candidate_id=999)
    candidate = stand(hall, "best")[0]
    with recording("test", NOON) as records:
        cancel_candidate(records, hall, candidate.id, "不实")
    with pytest.raises(CandidateEnded):
        give(hall, account)
    assert points() == {}


def test_an_award_without_criteria_is_not_scored(app):
    with transaction() as session:
        make_window(session, "A1", unit="甲")
    rules = work_rules()
    campaign = open_campaign(
        type(rules)(**vars(rules) | {"awards": (*rules.awards, SECTION)})
    )
    with recording("test", NOON) as records:
        nominate(records, wanted(campaign, "section", unit_key("甲")), TODAY)
    account = seat(campaign, "juror-1")
    with pytest.raises(NotOpen):
        give(campaign, account, candidate_id=stand(campaign)[0].id)


def at_once(app, *acts):
    """Run acts at the same time, each with a connection of its own."""
    ready, wrong = Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            ready.wait()
            try:
                act()
            except Exception as problem:  # noqa: BLE001
                wrong.append(problem)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_one_juror_saving_twice_at_once_leaves_one_sheet(app, hall):
    account = seat(hall, "juror-1")

    def give_smile(smile):
        give(hall, account, points={"smile": smile, "skill": "0"})

    wrong = at_once(app, lambda: give_smile("3"), lambda: give_smile("4"))
    assert wrong == []
    [(total,)] = points().values()
    assert total in {3.0, 4.0}
    assert len(entries("jury-sheet")) == 2
    assert flaws() == []


def test_of_two_organisers_at_once_one_seats_the_juror(app, hall):
    account = make_account("juror-1", Role.JUROR, NOON)

    def put():
        with recording("test", NOON) as records:
            add_juror(records, hall, account, None)

    assert [type(problem) for problem in at_once(app, put, put)] == [AlreadyJuror]
    with reading() as session:
        assert len(jurors(session, hall)) == 1
    assert flaws() == []
