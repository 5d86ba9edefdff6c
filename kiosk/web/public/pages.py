"""What the public pages' templates are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.cases import CaseState
from kiosk.queries.case_own import CaseTold
from kiosk.queries.checkpoints import ChainView, CheckpointView
from kiosk.queries.receipts import ReceiptView
from kiosk.web.case_words import state_words


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """A receipt: neither level nor window, so that showing it tells nothing."""

    code: str
    found: ReceiptView
    told: CaseTold | None
    """How far the answer is; None where there is nothing to answer."""

    @property
    def state(self) -> str:
        """How far it is, in a word."""
        if self.told is None:
            return ""
        # Who asks whom inside is not the business of a receipt.
        inside = self.told.state is CaseState.DOUBTED
        return state_words(CaseState.CHECKING if inside else self.told.state)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the witness says, as one sentence."""

    words: str
    good: bool
    code: str = ""
    """The short code that was asked about; empty where a whole note was."""


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """The ledger as the public sees it: what was handed out, and the witness."""

    newest: Sequence[CheckpointView]
    past: Sequence[CheckpointView]
    total: int
    first: int
    """How many of the newest are skipped in `past`."""
    per_page: int
    chains: Sequence[ChainView]
    deciders: int
    """People who decide about held ratings."""
    typed: str = ""
    error: str = ""
    answer: Answer | None = None

    @property
    def earlier(self) -> int | None:
        """Where the page with older ones begins, or None on the last."""
        following = self.first + self.per_page
        return following if following < self.total else None

    @property
    def later(self) -> int | None:
        """Where the page with newer ones begins, or None on the first."""
        return max(0, self.first - self.per_page) if self.first else None
