"""What other offices answer: entered until the list is posted, all or none."""

import pytest

from kiosk.domain.campaign_stages import OverAlready
from kiosk.domain.nominations import CampaignClosed, CandidateEnded
from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Campaign
from kiosk.queries.clearances import clearance_answers, clearances
from kiosk.services.candidates import cancel_candidate, nominate
from kiosk.services.clearances import AnswerDraft, enter_answers
from tests.builders import make_window
from tests.campaign_work import flaws, work_rules
from tests.conftest import NOON
from tests.nominations import TODAY, day, open_campaign, stand, wanted
from tests.staff import entries


@pytest.fixture
def campaign(app):
    """A campaign in which two windows stand and two offices are asked."""
    with transaction() as session:
        windows = [make_window(session, number).id for number in ("A1", "A2")]
    key = open_campaign(work_rules())
    with recording("test", NOON) as records:
        for window in windows:
            nominate(records, wanted(key, "best", window), TODAY)
    return key


def answer(number=0, office="petitions", note="信函12号", *, stands=False, key=None):
    return lambda campaign: AnswerDraft(
        candidate_id=key or stand(campaign)[number].id,
        office=office,
        stands=stands,
        note=note,
    )


def enter(campaign, *answers, today=TODAY):
    drafts = [each(campaign) for each in answers]
    with recording("test", NOON) as records:
        return enter_answers(records, campaign, drafts, today)


def found(campaign):
    with reading() as session:
        return clearances(session, campaign)


def test_answers_are_entered_and_replaced(campaign):
    assert enter(campaign, answer(), answer(1, stands=True)) == 2
    one, other = stand(campaign)
    assert found(campaign) == {
        one.id: {"petitions": False},
        other.id: {"petitions": True},
    }
    # What is the same again is not entered again.
    assert enter(campaign, answer(), answer(1)) == 1
    assert found(campaign)[other.id] == {"petitions": False}
    with reading() as session:
        notes = {each.note for each in clearance_answers(session, campaign)}
    assert notes == {"信函12号"}
    assert len(entries("clearance")) == 3
    assert flaws() == []


def test_one_wrong_answer_enters_none(campaign):
    for wrong in (answer(office="weather"), answer(key=999)):
        with pytest.raises(NotOpen):
            enter(campaign, answer(), wrong)
    with recording("test", NOON) as records:
        cancel_candidate(records, campaign, stand(campaign)[1].id, "不实")
    with pytest.raises(CandidateEnded):
        enter(campaign, answer(), answer(1))
    assert found(campaign) == {}


def test_answers_are_taken_in_their_stage_and_before_the_posting(campaign):
    with pytest.raises(OverAlready):
        enter(campaign, answer(), today=day(2))
    with transaction() as session:
        session.get(Campaign, campaign).posted_at = NOON
    with pytest.raises(CampaignClosed):
        enter(campaign, answer())
