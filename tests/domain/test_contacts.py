"""What is taken for a name, a number and a reason, and how long a contact stays."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.contacts import (
    NAME_MOST,
    REASON_MOST,
    NameTooLong,
    OpeningReasonWrong,
    Outcome,
    OutcomeUnknown,
    PhoneNotRight,
    is_open,
    kept_until,
    parse_name,
    parse_opening_reason,
    parse_outcome,
    parse_phone,
    phone_hint,
    settled_before,
)

NOON = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13900005678", "13900005678"),
        (" 139 0000 5678 ", "139 0000 5678"),
        ("１３９００００５６７８", "13900005678"),
        ("139-0000-5678", "139-0000-5678"),
        ("0551-62999999", "0551-62999999"),
        ("(0551) 62999999", "(0551) 62999999"),
        ("（0551）6299999", "(0551)6299999"),
        ("0551-62999999转802", "0551-62999999转802"),
        ("0551-62999999 ext. 802", "0551-62999999 ext. 802"),
        ("0551-62999999 EXT 8", "0551-62999999 EXT 8"),
        ("+86 139 0000 5678", "+86 139 0000 5678"),
        ("+1 202 555 0142", "+1 202 555 0142"),
        ("6299999", "6299999"),
        ("400-000-0000", "400-000-0000"),
        ("+123456789012345", "+123456789012345"),
        ("139\u200b00005678", "13900005678"),
        ("7" + " " * 40 + "654321", "7 654321"),
    ],
)
def test_numbers_that_can_be_called(typed, kept):
    assert parse_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "没有",
        "629999",
        "1390000567",
        "139000056789",
        "110",
        "+1234567890123456",
        "2345678901234567",
        "34052419800101001X",
        "340524198001010010",
        "li@example.org",
        "0551-62999999转",
        "0551-62999999转8029999",
        "++8613900005678",
        "13900005678; DROP TABLE contact",
        "1" * 300_000,
        "139\u066000005678",
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(PhoneNotRight):
        parse_phone(typed)


def test_a_hint_is_two_digits_whatever_stands_between():
    assert phone_hint("0551-6299 99-1 (7)") == "17"


def test_a_name_is_cleaned_may_be_empty_and_has_an_end():
    assert parse_name(" 李\u202e 女士\n") == "李 女士"
    assert parse_name("") == ""
    assert parse_name("李" * NAME_MOST) == "李" * NAME_MOST
    with pytest.raises(NameTooLong):
        parse_name("李" * (NAME_MOST + 1))


@pytest.mark.parametrize(
    "text", ["首次回访", "第 2 次，上午 9:30 后", "A" * REASON_MOST]
)
def test_a_reason_in_words_opens(text):
    assert parse_opening_reason(f" {text}\n") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \u200b",
        "A" * (REASON_MOST + 1),
        "回访 13900005678",
        "回访１３９０ ０００ ５６７８",
    ],
)
def test_no_reason_a_long_one_and_one_with_a_number_do_not(text):
    with pytest.raises(OpeningReasonWrong):
        parse_opening_reason(text)


def test_a_reason_may_hold_six_digits_and_not_seven():
    assert parse_opening_reason("房号 123456") == "房号 123456"
    with pytest.raises(OpeningReasonWrong):
        parse_opening_reason("房号 1234567")


def test_results_of_calls():
    assert [parse_outcome(str(each)) for each in Outcome] == list(Outcome)
    with pytest.raises(OutcomeUnknown):
        parse_outcome("")


def test_a_reason_shows_the_contact_for_an_hour():
    hour = timedelta(hours=1)
    tick = timedelta(microseconds=1)
    assert is_open(NOON, NOON)
    assert is_open(NOON, NOON + hour - tick)
    assert not is_open(NOON, NOON + hour)
    assert not is_open(NOON, NOON - tick)
    assert not is_open(None, NOON)


def test_a_contact_stays_ninety_days_after_the_call():
    assert kept_until(NOON) - NOON == timedelta(days=90)
    assert settled_before(kept_until(NOON)) == NOON
