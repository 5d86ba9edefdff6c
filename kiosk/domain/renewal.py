"""Why a new beginning is refused."""

from kiosk.domain.errors import RuleBroken, sentence


class NotADemonstration(RuleBroken):
    """Only a demonstration can be left; a real installation keeps its data."""

    code = "not_a_demonstration"
    text = sentence("This installation is not a demonstration; nothing was changed.")


class StillLoading(RuleBroken):
    """The demonstration is being loaded; what is written now must not be orphaned."""

    code = "demonstration_loading"
    text = sentence(
        "The demonstration is still being loaded. Please wait until it is complete; "
        "nothing was changed."
    )
