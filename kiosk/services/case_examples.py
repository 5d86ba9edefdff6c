"""Examples for a report: told again by its writer, one for each case."""

from sqlalchemy import select

from kiosk.domain.case_examples import parse_example
from kiosk.domain.case_texts import TextKind
from kiosk.models import CaseText
from kiosk.queries.case_voices import case_voices
from kiosk.services.case_texts import erase_texts, write_text
from kiosk.services.cases import Actor, held_case
from kiosk.services.records import Book


def write_example(
    records: Book, found: tuple[int, int], actor: Actor, words: str
) -> None:
    """Keep how a case is told in reports; a new telling takes the place of the old.

    `found`: keys of the centre and the case. Raises NotOpen, WordsMissing,
    WordsTooLong, and TooClose where it repeats what a citizen wrote.
    """
    case = held_case(records.session, found)
    voices = [
        *case_voices(records.session, case.id),
        *_words(records, case.id, TextKind.VOICE),
    ]
    example = parse_example(words, voices)
    if _words(records, case.id, TextKind.EXAMPLE) == [example]:
        return
    erase_texts(records, case, [TextKind.EXAMPLE], "told anew")
    write_text(records, case, TextKind.EXAMPLE, example, actor.account_id)


def _words(records: Book, case_id: int, kind: TextKind) -> list[str]:
    return list(
        records.session.scalars(
            select(CaseText.words).where(
                CaseText.case_id == case_id,
                CaseText.kind == str(kind),
                CaseText.erased_at.is_(None),
            )
        )
    )
