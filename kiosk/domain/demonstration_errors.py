"""Why a demonstration is refused: it never mixes with real windows and ratings."""

from kiosk.domain.errors import RuleBroken, sentence


class InstallationReal(RuleBroken):
    """The installation has been set up as a real one."""

    code = "installation_real"
    text = sentence(
        "This installation is set up as a real one and stays so. "
        "For a demonstration, begin with a new database."
    )


class WindowsThere(RuleBroken):
    """Windows were taken in before the demonstration was asked for."""

    code = "windows_there"
    text = sentence(
        "This installation has windows already, so it cannot become a demonstration. "
        "Please begin with a new database."
    )
