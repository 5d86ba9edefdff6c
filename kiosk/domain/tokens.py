"""Secrets of one-time links, cookies and codes: made here, stored only as hashes."""

import secrets
from hashlib import sha256

_BYTES = 24
# Without 0/o, 1/l/i and vowels: read aloud without doubt, spells no words.
_CODE_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_CODE_LENGTH = 7


def new_token() -> str:
    """Return a fresh secret of 192 random bits, safe in an address."""
    return secrets.token_urlsafe(_BYTES)


def token_hash(token: str) -> bytes:
    """Return what is stored of a secret; SHA-256 is enough for random ones."""
    return sha256(token.encode()).digest()


def new_code() -> str:
    """Return a random code that names a window or a screen; it opens nothing.

    Short, so that the QR code of a window's address stays coarse.
    """
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
