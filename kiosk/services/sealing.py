"""Words that only the holder of a key reads: sealed here, opened here, no key kept.

AES-256-GCM with a fresh nonce for each seal. What is sealed is bound to the rating it
belongs to, so that rows cannot change places unnoticed, and is filled up to whole
blocks, so that its length tells nothing.
"""

import json
import secrets
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.domain.contacts import Reach, SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"
_BLOCK = 64


class Sealer:
    """Seals and opens contacts, and other words that are secret, with one key."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 random bytes. Raises ValueError for another length."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)

    def seal(self, reach: Reach, rating: UUID) -> bytes:
        """Return a contact as it is stored: version, nonce, ciphertext and tag."""
        return self._sealed([reach.name, reach.phone], rating)

    def open(self, sealed: bytes, rating: UUID) -> Reach:
        """Return what was sealed. Raises SealBroken: another key, row or version."""
        name, phone = self._opened(sealed, rating)
        return Reach(name, phone)

    def seal_words(self, words: str, owner: UUID) -> bytes:
        """Return words as they are stored, bound to whatever `owner` names."""
        return self._sealed(words, owner)

    def open_words(self, sealed: bytes, owner: UUID) -> str:
        """Return words that were sealed. Raises SealBroken as `open` does."""
        return str(self._opened(sealed, owner))

    def _sealed(self, told: object, owner: UUID) -> bytes:
        words = json.dumps(told, ensure_ascii=False).encode()
        # JSON takes blanks at its end, so they come off by themselves.
        filled = words.ljust(-(-len(words) // _BLOCK) * _BLOCK)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, filled, owner.bytes)

    def _opened(self, sealed: bytes, owner: UUID) -> Any:
        version, rest = sealed[:1], sealed[1:]
        if version != _VERSION:
            raise SealBroken
        nonce, hidden = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return json.loads(self._cipher.decrypt(nonce, hidden, owner.bytes))
        except (InvalidTag, ValueError) as broken:
            raise SealBroken from broken
