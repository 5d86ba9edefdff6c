"""Decisions from outside a unit, with the words that go with each."""

from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import parse_words
from kiosk.domain.masking import mask
from kiosk.services.case_answers import agree_unfounded
from kiosk.services.case_returns import grade_suggestion, reopen_case
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Actor, held_case
from kiosk.services.records import Book


def find_unfounded(
    records: Book,
    found: tuple[int, int],
    actor: Actor,
    told: tuple[str, str],
    clock: Clock,
) -> None:
    """Find a case unfounded. `told`: the reply to its citizen, and why it is so.

    The unit and the clerk concerned read the reason. Raises NotOpen, NotNow,
    OutsideOnly, WordsMissing, WordsTooLong.
    """
    reply, reason = told
    finding = parse_words(reason)
    agree_unfounded(records, found, actor, reply, clock)
    case = held_case(records.session, found)
    write_text(records, case, TextKind.FINDING, finding, actor.account_id)


def grade_idea(
    records: Book,
    found: tuple[int, int],
    actor: Actor,
    grade: int,
    told: tuple[str, str],
) -> None:
    """Grade a golden idea. `told`: thanks to its citizen, and the award it may enter.

    The second is a note between unit and handlers, and may be "". Raises NotOpen,
    OutsideOnly, NotNow, GradeUnknown, WordsMissing, WordsTooLong.
    """
    thanks, award = told
    note = parse_words(award) if award.strip() else ""
    grade_suggestion(records, found, actor, grade, thanks)
    if note:
        case = held_case(records.session, found)
        write_text(records, case, TextKind.NOTE, note, actor.account_id)


def reopen_told(
    records: Book, found: tuple[int, int], actor: Actor, words: str, clock: Clock
) -> None:
    """Open a case again for a citizen who says, to a handler, that it is not settled.

    The words are the citizen's, with numbers hidden; the unit reads them. Raises
    NotOpen, NotNow, OutsideOnly, ReopenedBefore, WordsMissing, WordsTooLong.
    """
    said = mask(parse_words(words))
    reopen_case(records, found, actor, clock)
    case = held_case(records.session, found)
    write_text(records, case, TextKind.VOICE, said, None)
