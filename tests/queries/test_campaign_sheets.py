"""Published sheets as everybody reads them, on both databases."""

import pytest

from kiosk.domain.publications import PublicationKind
from kiosk.extensions import reading, recording
from kiosk.models import ORGANISATION, Objection
from kiosk.queries.campaign_sheets import objections_received, sheet_archive, sheets
from kiosk.services.installation import set_up
from tests.ballots import VOTING, make_ballot, star_rules, the_campaign
from tests.campaign_sheets import ARCHIVE, POSTED, UNTIL, outcome, publish, row


@pytest.fixture
def campaign(app):
    with recording("test", VOTING) as records:
        set_up(records, "市政务服务局", "市政务服务中心", "Asia/Shanghai")
    make_ballot(star_rules(), {"star": 1}, VOTING)
    return the_campaign().id


def test_newest_sheet_comes_first_with_its_numbers(campaign):
    first, second = outcome(row(1, 1), row(2, 2)), outcome(row(2, 2))
    publish(1, first)
    result = {"kind": "result", "approval": "示表彰函〔2026〕8号"}
    publish(2, second, objections_until=None, **result)
    with reading() as session:
        newest, oldest = sheets(session, campaign)
    assert (newest.number, oldest.number) == (2, 1)
    assert newest.kind is PublicationKind.RESULT
    assert newest.approval == result["approval"]
    assert (newest.outcome, oldest.outcome) == (second, first)
    assert (newest.objections_until, oldest.objections_until) == (None, UNTIL)


def test_archive_is_the_text_that_was_frozen(campaign):
    publish(1, outcome())
    with reading() as session:
        assert sheet_archive(session, campaign, 1) == ARCHIVE
        assert sheet_archive(session, campaign, 2) is None
        assert sheet_archive(session, campaign + 1, 1) is None


def test_objections_are_counted_by_campaign(campaign):
    doubt = {"campaign_id": campaign, "state": 1, "words": "有误"}
    doubt |= {"received_at": POSTED, "due": POSTED.date()}
    receipts = ["AAAABBBBCCCC2", "AAAABBBBCCCC3"]
    rows = [doubt | {"receipt": receipt} for receipt in receipts]
    with recording("test", POSTED) as records:
        records.add(Objection, ORGANISATION, rows)
    with reading() as session:
        assert objections_received(session, campaign) == 2
        assert objections_received(session, campaign + 1) == 0
