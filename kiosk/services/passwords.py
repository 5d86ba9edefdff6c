"""Passwords as they are stored: Argon2id, never what was typed."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.domain.passwords import PasswordTooLong, normal_password
from kiosk.domain.tokens import new_token

# OWASP's floor for Argon2id: enough against a stolen database, and a hall's small
# machine still signs somebody in within a few hundredths of a second.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each takes 19 MiB: a queue of guesses must not take the memory of the taps.
_turn = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return what is stored of a password; raise PasswordTooLong for a whole book."""
    normal = normal_password(password)
    with _turn:
        return _hasher.hash(normal.encode("utf-8", "surrogatepass"))


# Work for a guess at an account that does not exist, so that the time tells nothing.
# Nobody knows the password it was made of.
_NOBODYS = hash_password(new_token())


def password_matches(stored: str, password: str) -> bool:
    """Whether `password` is the one that `stored` was made of.

    An empty `stored` matches nothing and takes as long as any other.
    """
    try:
        normal = normal_password(password)
    except PasswordTooLong:
        return False
    with _turn:
        try:
            _hasher.verify(stored or _NOBODYS, normal.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return True


def is_outdated(stored: str) -> bool:
    """Whether a stored hash was made with other costs than new ones are."""
    return _hasher.check_needs_rehash(stored)
