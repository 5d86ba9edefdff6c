"""Secret ballots: one-time codes, what a ballot may say, and how ballots are counted.

An elector is a slip of paper with a number and a code. That a number has voted is
entered and public; what a ballot says is kept apart, with nothing that leads from one
to the other.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from kiosk.domain.campaign_inputs import Votes
from kiosk.domain.campaign_kinds import PartKind, Tie
from kiosk.domain.campaign_rules import Award, Rules
from kiosk.domain.errors import RuleBroken, sentence

CODES_MOST = 500
"""Codes that are made at once: 50 sheets of slips."""
FEWEST_BALLOTS = 5
"""What fewer ballots of one electorate say is not told: it would tell who said it."""
# Without 0/o, 1/l/i and vowels: read aloud without doubt, spells no words.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_GROUP = 4
_LENGTH = 12
"""57 random bits: against them, trying over a network is hopeless."""


class NoBallot(RuleBroken):
    """A campaign has no award that is voted about, or nobody to vote."""

    code = "ballot_none"
    text = sentence("There is no ballot in this campaign.")


class BallotNotAnnounced(RuleBroken):
    """Codes are asked for while the rules are still a draft."""

    code = "ballot_not_announced"
    text = sentence("Please announce the campaign first, then make the codes.")


class BallotCodeUnknown(RuleBroken):
    """No such code was given out for this campaign."""

    code = "ballot_code_unknown"
    text = sentence(
        "This code is not known here. Please compare it with your slip, letter by "
        "letter; there is neither a 0 nor a 1 in it."
    )


class BallotCodeSpent(RuleBroken):
    """A code was used before."""

    code = "ballot_code_spent"
    text = sentence(
        "A ballot was handed in with this code already. It counts as it is, and it "
        "cannot be changed."
    )


class BallotCodeCancelled(RuleBroken):
    """Another code was given out in the place of this one."""

    code = "ballot_code_cancelled"
    text = sentence(
        "This code was reported lost and is void. Please use the slip that was given "
        "out in its place."
    )


class BallotClosed(RuleBroken):
    """The ballots are counted; a ballot, or a code, comes too late."""

    code = "ballot_closed"
    text = sentence("The ballot is closed and the votes are counted.")


class BallotStillOpen(RuleBroken):
    """Somebody would count while votes may still come in."""

    code = "ballot_open"
    text = sentence("Votes are taken until the end of the day of %(day)s.")


class TooManyNames(RuleBroken):
    """A ballot names more candidates than it may; it does not count as it is."""

    code = "ballot_names"
    text = sentence(
        "You chose %(chosen)d names, and at most %(most)d are allowed. Nothing was "
        "handed in: please take some away and send it once more."
    )


class NotOnBallot(RuleBroken):
    """A ballot names somebody who is not on it, or not any more."""

    code = "ballot_stranger"
    text = sentence(
        "Somebody you chose is not on the ballot any more. Nothing was handed in: "
        "please look through the names once more."
    )


class ElectorateUnknown(RuleBroken):
    """The rules know no such electorate."""

    code = "electorate_unknown"
    text = sentence("Please choose one of the electorates in the rules.")


class CodesCount(RuleBroken):
    """Not a number of codes that can be made at once."""

    code = "codes_count"
    text = sentence("Please enter a whole number from 1 to %(most)d.")


class CodesMadeMeanwhile(RuleBroken):
    """Codes were made since the page was opened, perhaps by the same form."""

    code = "codes_meanwhile"
    text = sentence(
        "Codes were made since this page was opened, so none were made now. Please "
        "look at how many there are, and then enter how many are still missing."
    )


class NoSuchSlip(RuleBroken):
    """No slip of an electorate has this number."""

    code = "slip_unknown"
    text = sentence("There is no slip of this number. It stands beside the code.")


def new_ballot_code() -> str:
    """Return a fresh one-time code, as it is stored hashed: without hyphens."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def new_vote_key() -> bytes:
    """Return a random key of a vote's row, 128 bits: it tells nothing at all."""
    return secrets.token_bytes(16)


def shown_code(code: str) -> str:
    """Return a code in groups of four, as slips show it."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def parse_ballot_code(text: str) -> str:
    """Return a typed code as it is hashed. Raises BallotCodeUnknown."""
    found = "".join(mark for mark in text.lower() if mark.isalnum())
    if len(found) != _LENGTH or not set(found) <= set(_ALPHABET):
        raise BallotCodeUnknown
    return found


def parse_codes_count(text: str) -> int:
    """Return how many codes to make, 1 to CODES_MOST. Raises CodesCount."""
    typed = text.strip()
    digits = typed.isascii() and typed.isdigit() and len(typed) <= len(str(CODES_MOST))
    if not digits or not 1 <= int(typed) <= CODES_MOST:
        raise CodesCount(most=CODES_MOST)
    return int(typed)


def ballot_awards(rules: Rules) -> tuple[Award, ...]:
    """Return the awards that are voted about, in the order of the rules.

    Raises NoBallot where there are none, or nobody to vote.
    """
    found = tuple(award for award in rules.awards if _voted(award))
    if not found or not rules.electorates:
        raise NoBallot
    return found


def has_ballot(rules: Rules) -> bool:
    """Whether anything is voted about."""
    return bool(rules.electorates) and any(_voted(award) for award in rules.awards)


def check_choices(
    award: Award, chosen: Iterable[int], standing: Collection[int]
) -> tuple[int, ...]:
    """Return the candidates that a ballot names, in rising order; none is allowed.

    `standing`: keys of those on the ballot. A name that is given twice counts once.
    Raises TooManyNames, NotOnBallot.
    """
    names = set(chosen)
    if len(names) > award.choices:
        raise TooManyNames(chosen=len(names), most=award.choices)
    if not names <= set(standing):
        raise NotOnBallot
    return tuple(sorted(names))


def count_votes(
    ballots: Iterable[tuple[str, str, Collection[int]]], awards: Mapping[int, str]
) -> dict[int, dict[str, Votes]]:
    """Count ballots, each an electorate, an award and the candidates it names.

    `awards`: the award of each candidate, by the candidate's key. The answer has
    every one of them, and of the electorates those with at least FEWEST_BALLOTS.
    """
    cast: Counter[tuple[str, str]] = Counter()
    named: Counter[tuple[str, int]] = Counter()
    for electorate, award, choices in ballots:
        cast[electorate, award] += 1
        named.update((electorate, key) for key in choices)
    told: dict[str, dict[str, int]] = defaultdict(dict)
    for (electorate, award), count in sorted(cast.items()):
        if count >= FEWEST_BALLOTS:
            told[award][electorate] = count
    return {
        key: {
            electorate: Votes(votes=named[electorate, key], ballots=count)
            for electorate, count in told[award].items()
        }
        for key, award in sorted(awards.items())
    }


def _voted(award: Award) -> bool:
    return award.has(PartKind.BALLOT) or Tie.BALLOT in award.ties
