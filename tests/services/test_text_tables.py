"""Text as offices write it: encodings, delimiters, damage, lines."""

import gc
import io

import pytest

from kiosk.domain.sheets import QuotesBroken, TextUndecodable
from kiosk.services.text_tables import table_form, table_rows

TABLE = "窗口编号,时间\r\nA01,下午\r\n"


def rows_of(data: bytes) -> list[tuple[int, list[str]]]:
    stream = io.BytesIO(data)
    return list(table_rows(stream, table_form(stream, "h.csv")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_of_offices(encoding, delimiter):
    data = TABLE.replace(",", delimiter).encode(encoding)
    assert rows_of(data) == [(1, ["窗口编号", "时间"]), (2, ["A01", "下午"])]


def test_commas_in_a_comment_do_not_outweigh_the_headings():
    assert rows_of(b"a;b\n1;x,y,z,w\n") == [(1, ["a", "b"]), (2, ["1", "x,y,z,w"])]


@pytest.mark.parametrize("position", [65_535, 65_536, 65_537])
def test_character_across_two_reads_is_whole(position):
    data = b"a" * position + "满意".encode()
    assert rows_of(data) == [(1, ["a" * position + "满意"])]
    as_gbk = b"a" * position + "满意".encode("gbk")
    assert rows_of(as_gbk) == [(1, ["a" * position + "满意"])]


def test_character_that_was_lost_elsewhere_is_no_damage_of_this_file():
    data = "谢谢\N{REPLACEMENT CHARACTER}".encode()
    assert rows_of(data) == [(1, ["谢谢\N{REPLACEMENT CHARACTER}"])]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        TABLE.encode()[:-4],
        TABLE.encode().replace("口".encode(), "口".encode()[:2]),
        TABLE.encode("utf-16")[:-1],
    ],
)
def test_damaged_text_is_refused_not_guessed(data):
    with pytest.raises(TextUndecodable) as refusal:
        rows_of(data)
    assert refusal.value.values == {"file": "h.csv"}


def test_lines_count_from_the_file_and_blank_rows_are_left_out():
    data = b'a,b\r\n\r\n1,"x\r\ny"\r\n ,\r\n2,z'
    assert rows_of(data) == [(1, ["a", "b"]), (3, ["1", "x\r\ny"]), (6, ["2", "z"])]


@pytest.mark.parametrize("row", ['1,"open', '1,"x"y', '1,"' + "x" * 131_073 + '"'])
def test_row_that_is_no_table_is_named_with_its_line(row):
    with pytest.raises(QuotesBroken) as refusal:
        rows_of(b"a,b\n1,2\n" + row.encode())
    assert refusal.value.values == {"file": "h.csv", "line": 3}


def test_stream_stays_open_for_whoever_opened_it():
    stream = io.BytesIO(TABLE.encode())
    rows = table_rows(stream, table_form(stream, "h.csv"))
    next(rows)
    del rows
    gc.collect()
    assert not stream.closed


def test_name_of_the_file_is_quoted_without_tricks():
    with pytest.raises(TextUndecodable) as refusal:
        table_form(io.BytesIO(b"\xff\xff\xff"), "h\u202evsc.csv")
    assert refusal.value.values == {"file": "hvsc.csv"}
