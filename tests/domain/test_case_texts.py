"""Who reads what is written in a case: each kind for each reader, written out."""

import pytest

from kiosk.domain.case_texts import Reader, TextKind, check_readable, readable
from kiosk.domain.policy import NotOpen

READERS = (Reader.CITIZEN, Reader.CLERK, Reader.UNIT, Reader.OUTSIDE)
READ = {
    # citizen, the clerk concerned, unit, outside
    TextKind.VOICE: (True, False, True, True),
    TextKind.REPLY: (True, True, True, True),
    TextKind.MEASURE: (True, True, True, True),
    TextKind.FINDING: (False, True, True, True),
    TextKind.PAUSE: (True, False, True, True),
    TextKind.RESULT: (True, False, True, True),
    TextKind.NOTE: (False, False, True, True),
    TextKind.STATEMENT: (False, True, True, True),
    TextKind.APPEAL: (False, False, False, True),
    TextKind.RULING: (False, False, True, True),
    TextKind.CALL: (False, False, False, True),
    TextKind.EXAMPLE: (False, False, True, True),
}


def test_every_kind_and_reader_is_spoken_of():
    assert set(READ) == set(TextKind)
    assert set(READERS) == set(Reader)


@pytest.mark.parametrize("kind", TextKind)
@pytest.mark.parametrize("reader", READERS)
def test_who_reads_a_kind(reader, kind):
    allowed = READ[kind][READERS.index(reader)]
    assert readable(reader, kind) is allowed
    if allowed:
        check_readable(reader, kind)
    else:
        with pytest.raises(NotOpen):
            check_readable(reader, kind)
