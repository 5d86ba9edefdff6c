"""Long lists: what is searched for, and which page of the found is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")

PER_PAGE = 50
_SEARCH_MOST = 60


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    number: int
    """From 1."""
    total: int
    """Items on all pages together."""

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PER_PAGE))


def searched() -> str:
    """Return what is searched for, in lower case; "" for everything."""
    return request.args.get("q", "").strip()[:_SEARCH_MOST].casefold()


def matches(words: str, *texts: str) -> bool:
    """Whether each of the words is found in one of the texts, whatever their case."""
    folded = " ".join(texts).casefold()
    return all(word in folded for word in words.split())


def paged(items: Sequence[T]) -> Paged[T]:
    """Return the asked-for page of a list that is at hand whole."""
    last = max(1, -(-len(items) // PER_PAGE))
    number = min(asked_page(), last)
    start = (number - 1) * PER_PAGE
    return Paged(items[start : start + PER_PAGE], number, len(items))


def asked_page() -> int:
    """Return the number of the page that is asked for, from 1."""
    typed = request.args.get("page", "1")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() else 1
