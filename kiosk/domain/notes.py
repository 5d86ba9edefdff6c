"""Checkpoints as text: what is signed, what is handed out, and how it is read again.

The form is that of C2SP's signed notes and log checkpoints (c2sp.org/signed-note,
c2sp.org/tlog-checkpoint): three lines, an empty one, and a line for each signature.
In place of a tree's root stands the hash of the chain's last entry.
"""

import re
import unicodedata
from base64 import b32encode, b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from kiosk.domain.errors import RuleBroken, sentence

NOTE_MOST = 4_000
"""Characters of a pasted note; a real one has some three hundred."""
HASH_BYTES = 32
SIGNATURE_BYTES = 64
_KEY_ID_BYTES = 4
_ED25519 = b"\x01"
"""Names the kind of signature in a key's id."""
_CODE_GROUP = 5
_CODE_LETTERS = 10
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
# A printer, a word processor or a typist makes another dash of it.
_DASH = re.compile(r"(?:^|\s)[\u2014\u2013\u2015\u2212-]{1,2}\s")
# Digits that base32 does not have, for the letters they are mistaken for.
_MISREAD = str.maketrans("018", "OIB")


class NotACheckpoint(RuleBroken):
    """What was pasted does not have the form of a checkpoint."""

    code = "checkpoint_unreadable"
    text = sentence(
        "This is no checkpoint. It has three lines: a name, a number and a line that "
        "ends in “=”. Please copy all of it."
    )


class SignatureCut(RuleBroken):
    """The signature of a checkpoint is not whole."""

    code = "signature_unreadable"
    text = sentence(
        "The line with the signature is not whole. Please copy it to its end, or "
        "leave it out."
    )


class NotACode(RuleBroken):
    """What was typed is no short code of a checkpoint."""

    code = "short_code_unreadable"
    text = sentence(
        "The short code of a checkpoint has ten letters and digits, in two groups "
        "of five. Please compare it with the board."
    )


class SigningKeyUnreadable(RuleBroken):
    """The file of the signing key holds no key of ours."""

    code = "signing_key_unreadable"
    text = sentence(
        "The signing key in %(path)s cannot be read. Bring it back from a backup, or "
        "move it away: a new one is then made. Checkpoints signed before stay valid."
    )


class LedgerBusy(RuleBroken):
    """As many copies of the ledger are being fetched as the server can spare."""

    code = "ledger_busy"
    text = sentence(
        "Others are fetching the ledger at this moment. Please try again in a minute."
    )


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says: so long was this chain, and this was its last hash."""

    origin: str
    """Name of the chain."""
    size: int
    """Entries, from 0."""
    tip: bytes
    """Hash of entry number `size`, 32 bytes."""

    @property
    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.tip).decode()}\n"

    @property
    def code(self) -> str:
        """The short code, such as `4QKZA-7M2XD`: to be compared by eye or by voice.

        Fifty bits of SHA-256 of the body. It finds a mistake and a careless change;
        against somebody with much computing power only the whole note holds.
        """
        letters = b32encode(sha256(self.body.encode()).digest())[:_CODE_LETTERS]
        return in_groups(letters.decode())


@dataclass(frozen=True, slots=True)
class Signature:
    """A line under the three: who is said to have signed, with which key."""

    name: str
    key_id: bytes
    """Four bytes, a hint; see `key_id`."""
    signature: bytes
    """Ed25519, 64 bytes; not checked yet."""


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as somebody brings it back."""

    statement: Statement
    signatures: tuple[Signature, ...]


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a note names the key of its signature.

    public: Ed25519, raw. The rule is that of C2SP's signed notes.
    """
    named = name.encode() + b"\n" + _ED25519 + public
    return sha256(named).digest()[:_KEY_ID_BYTES]


def note_text(statement: Statement, public: bytes, signature: bytes) -> str:
    """Return the note: the three lines, an empty one, the line of the signature."""
    signed = b64encode(key_id(statement.origin, public) + signature).decode()
    return f"{statement.body}\n\u2014 {statement.origin} {signed}\n"


def parse_note(text: str) -> Note:
    """Read a note, also as a printer, a mail or a careless hand left it.

    Blanks around, empty lines, other line ends, other dashes and broken lines are
    forgiven; the signature may be missing. Raises NotACheckpoint or SignatureCut.
    """
    lines = [line for line in map(_bare, text.splitlines()) if line]
    at = next((nth for nth, line in enumerate(lines) if _SIZE.fullmatch(line)), 0)
    origin = "".join(lines[:at])
    if len(text) > NOTE_MOST or not origin or " " in origin or at + 1 >= len(lines):
        raise NotACheckpoint
    statement = Statement(origin, int(lines[at]), _tip(lines[at + 1]))
    return Note(statement, _signatures(lines[at + 2 :]))


def parse_code(typed: str) -> str:
    """Return a short code as it is written, however it was typed; raise NotACode."""
    letters = unicodedata.normalize("NFKC", typed).upper()
    code = re.sub(r"[\s\u2010-\u2015\u2212-]", "", letters).translate(_MISREAD)
    if not re.fullmatch(rf"[A-Z2-7]{{{_CODE_LETTERS}}}", code):
        raise NotACode
    return in_groups(code)


def in_groups(letters: str) -> str:
    """Return ten letters as two groups of five."""
    return f"{letters[:_CODE_GROUP]}-{letters[_CODE_GROUP:]}"


def _bare(line: str) -> str:
    """Return a line without what cannot be seen and without blanks around it."""
    shown = (sign for sign in line if unicodedata.category(sign) != "Cf")
    return "".join(shown).strip()


def _tip(line: str) -> bytes:
    tip = _bytes(line)
    if tip is None or len(tip) != HASH_BYTES:
        raise NotACheckpoint
    return tip


def _signatures(lines: list[str]) -> tuple[Signature, ...]:
    said = " ".join(lines)
    if not said:
        return ()
    before, *parts = _DASH.split(f"{said} ")
    if before.strip() or not parts:
        raise SignatureCut
    return tuple(_signature(part.split()) for part in parts)


def _signature(words: list[str]) -> Signature:
    # A narrow page breaks the long word; what follows the name belongs together.
    given = _bytes("".join(words[1:]))
    if given is None or len(given) != _KEY_ID_BYTES + SIGNATURE_BYTES:
        raise SignatureCut
    return Signature(words[0], given[:_KEY_ID_BYTES], given[_KEY_ID_BYTES:])


def _bytes(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None
