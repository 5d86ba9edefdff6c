"""Certificates and plaques: only of a final list, only for the organiser."""

import io

import pytest
from pypdf import PdfReader

import kiosk.web.manage.campaign_papers  # noqa: F401  registers the addresses
from kiosk.domain.policy import Role
from tests.ballots import SLUG, VOTING, make_ballot, star_rules
from tests.campaign_sheets import POSTED, outcome, publish, row
from tests.engines import ON_SQLITE
from tests.people import sign_in_as

pytestmark = ON_SQLITE
KINDS = ["certificates", "plaques"]
FINAL = {"kind": "result", "objections_until": None}


@pytest.fixture
def named(app, hall, clock):
    clock.now = VOTING
    make_ballot(star_rules(), {"star": 2}, VOTING)
    clock.now = POSTED


@pytest.fixture
def printing(app, named, clock):
    return sign_in_as(app, Role.ORGANISER, clock())


def pages(client, kind="certificates"):
    answer = client.get(f"/manage/campaigns/{SLUG}/{kind}.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    found = PdfReader(io.BytesIO(answer.data)).pages
    # pypdf hands out both bytes of a glyph's number, the upper one as NUL.
    return ["".join(p.extract_text().replace("\0", "").split()) for p in found]


@pytest.mark.parametrize("kind", KINDS)
def test_posted_list_is_no_result(printing, kind):
    publish(1, outcome(row(1, 1)))
    answer = printing.get(f"/manage/campaigns/{SLUG}/{kind}.pdf")
    assert answer.status_code in {409, 422}
    assert answer.mimetype != "application/pdf"


@pytest.mark.parametrize("kind", KINDS)
def test_result_that_elects_nobody_prints_nothing(printing, kind):
    publish(1, outcome(row(1, 1, elected=False)), **FINAL)
    answer = printing.get(f"/manage/campaigns/{SLUG}/{kind}.pdf")
    assert answer.status_code in {409, 422}


@pytest.mark.parametrize("kind", KINDS)
def test_each_who_was_elected_has_a_page(printing, kind):
    publish(1, outcome(row(1, 1), row(2, 2)), **FINAL)
    first, second = pages(printing, kind)
    assert "张三1" in first
    assert "张三2" in second
    assert "教务处" in first
    assert "微笑服务之星" in first
    assert "二〇二六年九月七日" in first


@pytest.mark.parametrize("approval", ["", "示表彰函〔2026〕8号"])
def test_approval_of_the_result_decides_what_it_says(printing, approval):
    publish(1, outcome(row(1, 1)), approval=approval, **FINAL)
    [only] = pages(printing)
    assert ("予以表彰" in only) == bool(approval)
    assert f"证书编号{SLUG}-1-star-1" in only


def test_after_a_cancellation_only_who_is_left_gets_one(printing):
    publish(1, outcome(row(1, 1), row(2, 2)), **FINAL)
    publish(2, outcome(row(2, 2)), kind="cancellation", objections_until=None)
    [only] = pages(printing)
    assert "张三2" in only


def test_viewers_and_strangers_print_nothing(app, client, named, clock):
    publish(1, outcome(row(1, 1)), **FINAL)
    address = f"/manage/campaigns/{SLUG}/certificates.pdf"
    viewer = sign_in_as(app, Role.VIEWER, clock())
    assert viewer.get(address).status_code in {403, 404}
    assert client.get(address).mimetype != "application/pdf"
