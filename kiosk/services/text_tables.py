"""Tables of any length as text: the encoding is found, then rows are streamed.

What fits into memory, workbooks among it, is read by kiosk.services.sheets; both
understand the same encodings and delimiters.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from kiosk.domain.free_text import clean_text
from kiosk.domain.sheets import QuotesBroken, TextUndecodable

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = ",;\t"
_CHUNK = 1 << 16


@dataclass(frozen=True)
class TableForm:
    """How a file's bytes become rows; `file` is its name, for refusals."""

    file: str
    encoding: str
    delimiter: str


def table_form(stream: BinaryIO, file_name: str) -> TableForm:
    """Find out how a seekable file of text is written.

    UTF-8, GB18030 (GBK) or, with its mark, UTF-16; commas, semicolons or tabs.
    Raises TextUndecodable.
    """
    file = clean_text(file_name)
    encoding = _encoding(stream)
    if encoding is None:
        raise TextUndecodable(file=file)
    stream.seek(0)
    heading = stream.readline(_CHUNK).decode(encoding, errors="ignore")
    return TableForm(file, encoding, max(_DELIMITERS, key=heading.count))


def table_rows(stream: BinaryIO, form: TableForm) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line it begins in.

    Raises QuotesBroken where the text stops being a table.
    """
    stream.seek(0)
    raw = io.BufferedReader(_Borrowed(stream), _CHUNK)
    text = io.TextIOWrapper(raw, form.encoding, newline="")
    reader = csv.reader(text, delimiter=form.delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as broken:
        raise QuotesBroken(file=form.file, line=line) from broken


def _encoding(stream: BinaryIO) -> str | None:
    stream.seek(0)
    if stream.read(2) in _UTF16_MARKS:
        return "utf-16" if _decodes(stream, "utf-16") else None
    if _decodes(stream, "utf-8-sig"):
        return "utf-8-sig"
    if not _damaged_utf8(stream) and _decodes(stream, "gb18030"):
        return "gb18030"
    return None


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    try:
        for _ in _decoded(stream, encoding, "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _damaged_utf8(stream: BinaryIO) -> bool:
    """Whether something broke a file that was UTF-8.

    GB18030 gives a meaning to nearly all bytes, so it would be taken with every
    word wrong. Read as UTF-8, real GBK fails at almost every character, a damaged
    file at few.
    """
    broken = sound = 0
    for text in _decoded(stream, "utf-8-sig", "replace"):
        lost = text.count("\N{REPLACEMENT CHARACTER}")
        broken += lost
        sound += sum(mark > "\x7f" for mark in text) - lost
    return broken < sound


def _decoded(stream: BinaryIO, encoding: str, errors: str) -> Iterator[str]:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


class _Borrowed(io.RawIOBase):
    """A caller's stream, which must not be closed together with its decoder."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
