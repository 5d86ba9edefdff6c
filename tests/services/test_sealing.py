"""Sealed contacts: nobody without the key, no row in another's place, no lengths."""

from uuid import UUID

import pytest

from kiosk.domain.contacts import Reach, SealBroken
from kiosk.services.sealing import KEY_BYTES, Sealer

RATING = UUID("6a0c0a4e-40e2-4a3f-8b43-2f1a9c1d7b10")
OTHER = UUID("6a0c0a4e-40e2-4a3f-8b43-2f1a9c1d7b11")
LI = Reach('李女士 𠮷 \\ "', "13900005678")
SEALER = Sealer(b"k" * KEY_BYTES)


def test_what_is_sealed_opens_again():
    assert SEALER.open(SEALER.seal(LI, RATING), RATING) == LI


def test_the_same_is_never_sealed_alike_and_shows_nothing():
    first, second = SEALER.seal(LI, RATING), SEALER.seal(LI, RATING)
    assert first != second
    assert b"139" not in first


def test_its_length_tells_nothing_of_the_name():
    short, longer = Reach("", "1234567"), Reach("李女士", "13900005678")
    assert len(SEALER.seal(short, RATING)) == len(SEALER.seal(longer, RATING))


@pytest.mark.parametrize(
    "sealer", [Sealer(b"j" * KEY_BYTES), SEALER], ids=["another key", "another row"]
)
def test_another_key_or_another_row_does_not_open_it(sealer):
    rating = RATING if sealer is not SEALER else OTHER
    with pytest.raises(SealBroken):
        sealer.open(SEALER.seal(LI, RATING), rating)


def test_one_changed_bit_anywhere_is_seen():
    sealed = SEALER.seal(LI, RATING)
    for place in range(len(sealed)):
        forged = bytearray(sealed)
        forged[place] ^= 1
        with pytest.raises(SealBroken):
            SEALER.open(bytes(forged), RATING)


@pytest.mark.parametrize("length", [0, 1, 13, 28])
def test_a_seal_cut_short_is_none(length):
    with pytest.raises(SealBroken):
        SEALER.open(SEALER.seal(LI, RATING)[:length], RATING)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"k" * length)
