"""Checkpoints as text: the form that is signed, and every way it comes back."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest

from kiosk.domain.notes import (
    NOTE_MOST,
    NotACheckpoint,
    NotACode,
    Note,
    Signature,
    SignatureCut,
    Statement,
    key_id,
    note_text,
    parse_code,
    parse_note,
)

ORIGIN = "window-kiosk/6f1c0c1e-0000-4000-8000-000000000001/centre/main"
TIP = bytes(range(32))
PUBLIC = bytes(reversed(range(32)))
SIGNED = bytes(range(64))
STATEMENT = Statement(ORIGIN, 1234, TIP)
NOTE = note_text(STATEMENT, PUBLIC, SIGNED)
KEY = sha256(ORIGIN.encode() + b"\n\x01" + PUBLIC).digest()[:4]
READ = Note(STATEMENT, (Signature(ORIGIN, KEY, SIGNED),))


def test_what_is_signed_is_exactly_three_lines():
    assert STATEMENT.body == (
        f"{ORIGIN}\n1234\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )


def test_note_is_the_body_an_empty_line_and_the_signature():
    signed = b64encode(KEY + SIGNED).decode()
    assert f"{STATEMENT.body}\n\u2014 {ORIGIN} {signed}\n" == NOTE


def test_key_id_is_that_of_the_published_form():
    """The example key in the documents of Go's package note."""
    kind_and_key = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert key_id("PeterNeumann", kind_and_key[1:]).hex() == "c74f20a3"


def test_a_note_is_read_as_it_was_written():
    assert parse_note(NOTE) == READ


@pytest.mark.parametrize(
    "text",
    [
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("\n", "\r"),
        NOTE.replace("\n", "\n\n\n"),
        f"\ufeff \n\t{NOTE}\n  \n",
        "\n".join(f"   {line}\t" for line in NOTE.splitlines()),
        NOTE.replace("\u2014", "\u2013"),
        NOTE.replace("\u2014", "-"),
        NOTE.replace("\u2014", "--"),
        NOTE.replace(ORIGIN, f"{ORIGIN[:20]}\u200b{ORIGIN[20:]}"),
        NOTE.replace(ORIGIN, f"{ORIGIN[:20]}\n{ORIGIN[20:]}", 1),
    ],
    ids=[
        "windows",
        "old-mac",
        "blank-lines",
        "blanks-around",
        "indented",
        "en-dash",
        "hyphen",
        "two-hyphens",
        "invisible",
        "broken-name",
    ],
)
def test_what_a_printer_a_mail_or_a_hand_does_is_forgiven(text):
    assert parse_note(text) == READ


def test_a_signature_broken_into_lines_is_joined():
    head, tail = NOTE.rstrip("\n")[:-40], NOTE.rstrip("\n")[-40:]
    assert parse_note(f"{head}\n  {tail[:20]}\n{tail[20:]}\n") == READ


def test_the_three_lines_alone_are_a_note_without_signature():
    assert parse_note(STATEMENT.body) == Note(STATEMENT, ())


def test_several_signatures_are_kept_apart():
    other = b64encode(b"abcd" + SIGNED).decode()
    note = parse_note(f"{NOTE}\u2014 witness.example {other}\n")
    assert note.signatures == (
        Signature(ORIGIN, KEY, SIGNED),
        Signature("witness.example", b"abcd", SIGNED),
    )


@pytest.mark.parametrize("size", [0, 1, 10**18 - 1])
def test_sizes_from_none_to_the_largest_are_read(size):
    statement = Statement(ORIGIN, size, TIP)
    assert parse_note(statement.body).statement == statement


TIP_LINE = b64encode(TIP).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        ORIGIN,
        f"{ORIGIN}\n1234\n",
        f"1234\n{TIP_LINE}\n",
        f"{ORIGIN}\n{TIP_LINE}\n",
        f"{ORIGIN}\n-1\n{TIP_LINE}\n",
        f"{ORIGIN}\n01\n{TIP_LINE}\n",
        f"{ORIGIN}\n{10**18}\n{TIP_LINE}\n",
        f"{ORIGIN}\n１２\n{TIP_LINE}\n",
        f"{ORIGIN}\n1234\n{TIP_LINE[:-2]}\n",
        f"{ORIGIN}\n1234\n{b64encode(TIP[:31]).decode()}\n",
        f"{ORIGIN}\n1234\n不是存证{TIP_LINE}\n",
        f"two words\n1234\n{TIP_LINE}\n",
        f"{NOTE}{' ' * NOTE_MOST}",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NotACheckpoint):
        parse_note(text)


def test_a_note_as_long_as_allowed_is_read():
    assert parse_note(NOTE + " " * (NOTE_MOST - len(NOTE))) == READ


@pytest.mark.parametrize(
    "line",
    [
        "\u2014",
        "\u2014 ",
        f"\u2014 {ORIGIN}",
        f"\u2014 {ORIGIN} abcd",
        f"\u2014 {ORIGIN} {b64encode(KEY + SIGNED[:63]).decode()}",
        f"\u2014 {ORIGIN} {b64encode(KEY + SIGNED).decode()[:-3]}",
        f"{ORIGIN} {b64encode(KEY + SIGNED).decode()}",
        f"signed \u2014 {ORIGIN} {b64encode(KEY + SIGNED).decode()}",
        "thanks",
    ],
)
def test_a_signature_that_is_not_whole_is_said_so(line):
    with pytest.raises(SignatureCut):
        parse_note(f"{STATEMENT.body}\n{line}\n")


def test_short_code_is_ten_letters_of_the_bodys_hash():
    assert Statement("a", 1, bytes(32)).code == "7IZNT-LOOBN"
    assert Statement("a", 2, bytes(32)).code != Statement("a", 1, bytes(32)).code


@pytest.mark.parametrize(
    "typed",
    [
        "ZOIRP-BVQ2V",
        "zoirp-bvq2v",
        "ZOIRPBVQ2V",
        " Z O I R P  B V Q 2 V ",
        "Z01RP\u2013BVQ2V",
        "ＺＯＩＲＰ－ＢＶＱ２Ｖ",
        "ZOIRP-8VQ2V",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert parse_code(typed) == "ZOIRP-BVQ2V"


@pytest.mark.parametrize(
    "typed",
    ["", "ZOIRP", "ZOIRP-BVQ2", "ZOIRP-BVQ2VV", "ZOIRP-BVQ9V", "非常满意非常满意"],
)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(NotACode):
        parse_code(typed)
