"""What the ledger refuses."""

from kiosk.domain.errors import RuleBroken, sentence


class EntryUnknown(RuleBroken):
    """There is no entry with this number."""

    code = "entry_unknown"
    text = sentence("The ledger has no entry %(number)s.")


class EntryNeeded(RuleBroken):
    """An entry without personal data, which the counts rest on."""

    code = "entry_needed"
    text = sentence(
        "Entries of the kind %(kind)s hold no personal data and stay. Only ratings "
        "and records can be erased."
    )


class NoComment(RuleBroken):
    """An entry is not about a rating with words."""

    code = "no_comment"
    text = sentence("There is no comment with the entry %(number)s.")


class WhyMissing(RuleBroken):
    """Erasing needs a reason; it stays in the ledger."""

    code = "why_missing"
    text = sentence("Please say why, in at most %(most)s characters.")
