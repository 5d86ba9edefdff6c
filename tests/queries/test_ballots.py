"""Turnout at any time, counts after the close, few ballots never."""

import pytest

from kiosk.domain.ballots import BallotCodeUnknown
from kiosk.domain.campaign_inputs import Votes
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Vote
from kiosk.queries.ballots import (
    ballot_counts,
    ballots_agree,
    elector_by_code,
    turnout,
)
from kiosk.services.ballots import reissue_code
from tests.ballots import (
    DAY,
    SLUG,
    VOTING,
    close,
    give_codes,
    make_ballot,
    star_rules,
    the_campaign,
    vote,
)
from tests.statements import statements


@pytest.fixture
def named(app):
    """The keys of three candidates for two seats."""
    return make_ballot(star_rules(), {"star": 3}, VOTING)["star"]


def test_counts_are_told_after_the_close_and_not_for_few(named):
    for slip in give_codes("cadres", 5):
        vote(slip.code, {"star": named[:2]})
    for slip in give_codes("representatives", 4):
        vote(slip.code, {"star": named[2:]})
    with reading() as session:
        assert ballot_counts(session, the_campaign()) == {}
    close()
    campaign = the_campaign()
    with reading() as session, statements() as said:
        found = ballot_counts(session, campaign)
    assert len(said) == 2
    chosen, not_chosen = Votes(votes=5, ballots=5), Votes(votes=0, ballots=5)
    assert found == {
        named[0]: {"cadres": chosen},
        named[1]: {"cadres": chosen},
        named[2]: {"cadres": not_chosen},
    }


def test_blank_ballots_are_valid_and_name_nobody(named):
    slips = give_codes("cadres", 5)
    vote(slips[0].code, {"star": named[:1]})
    for slip in slips[1:]:
        vote(slip.code, {})
    close()
    with reading() as session:
        found = ballot_counts(session, the_campaign())
    assert found[named[0]]["cadres"] == Votes(votes=1, ballots=5)


def test_turnout_is_told_live_for_each_electorate_of_the_rules(named):
    slips = give_codes("cadres", 3)
    vote(slips[0].code, {})
    with recording("account:1", VOTING) as records:
        reissue_code(records, SLUG, "cadres", 2, DAY)
    with reading() as session:
        cadres, others = turnout(session, the_campaign())
    assert (cadres.issued, cadres.voted, cadres.void, cadres.slips) == (3, 1, 1, 4)
    assert (others.electorate.key, others.issued, others.slips) == (
        "representatives",
        0,
        0,
    )


def test_a_code_tells_its_electorate_and_whether_it_is_good(named):
    [slip] = give_codes("cadres", 1)
    campaign = the_campaign()
    with reading() as session:
        found = elector_by_code(session, campaign.id, slip.code)
        assert elector_by_code(session, campaign.id + 1, slip.code) is None
        with pytest.raises(BallotCodeUnknown):
            elector_by_code(session, campaign.id, "1")
    assert (found.electorate, found.spent, found.cancelled) == ("cadres", False, False)
    vote(slip.code, {})
    with reading() as session:
        assert elector_by_code(session, campaign.id, slip.code).spent


@pytest.mark.parametrize("electorate", ["cadres", "representatives"])
def test_a_ballot_too_many_or_too_few_is_noticed(named, electorate):
    for slip in give_codes("cadres", 2):
        vote(slip.code, {"star": named[:1]})
    campaign = the_campaign()

    def agree():
        with reading() as session:
            return ballots_agree(session, campaign)

    assert agree()
    stuffed = {"campaign_id": campaign.id, "award": "star", "choices": "[]"}
    with transaction() as session:
        session.add(Vote(key=b"s" * 16, electorate=electorate, **stuffed))
    assert not agree()
    with transaction() as session:
        for row in session.query(Vote).limit(3):
            session.delete(row)
    assert not agree()
