"""What the pages of reply templates are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from kiosk.domain.replies import CAUSES, NAME_MOST, REPLY_MOST
from kiosk.domain.reply_words import SUGGESTED
from kiosk.queries.replies import ReplyWords
from kiosk.web.case_words import cause_words
from kiosk.web.forms import Form


def for_words(cause: int) -> str:
    """Return what a template is for, in the language of the request."""
    return cause_words(cause) if cause else str(gettext("Every cause"))


@dataclass(frozen=True, kw_only=True)
class _ReplyForm:
    form: Form
    name_most: int = NAME_MOST
    words_most: int = REPLY_MOST

    @property
    def causes(self) -> list[tuple[int, str]]:
        """What a template can be for."""
        return [(cause, for_words(cause)) for cause in CAUSES]


@dataclass(frozen=True, kw_only=True)
class RepliesPage(_ReplyForm):
    """All templates of a centre by cause, and the form of a new one."""

    replies: Sequence[ReplyWords]
    suggested: int = len(SUGGESTED)
    done: str = ""
    refusal: str = ""
    """Why the suggested ones were not taken."""

    @property
    def groups(self) -> list[tuple[str, list[ReplyWords]]]:
        """Those that are offered, by what they are for."""
        return [
            (for_words(cause), found)
            for cause in CAUSES
            if (found := [one for one in self._offered if one.cause == cause])
        ]

    @property
    def ended(self) -> list[ReplyWords]:
        """Those that are offered no more."""
        return [one for one in self.replies if one.ended_at is not None]

    @property
    def _offered(self) -> list[ReplyWords]:
        return [one for one in self.replies if one.ended_at is None]


@dataclass(frozen=True, kw_only=True)
class ReplyPage(_ReplyForm):
    """One template to be changed."""

    reply: ReplyWords
