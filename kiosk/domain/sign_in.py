"""Refusals of signing in, and where somebody may be led afterwards."""

from kiosk.domain.errors import RuleBroken, sentence

HOME = "/manage"
_PATH_MOST = 500


class SignInWrong(RuleBroken):
    """Login and password do not belong together; nobody learns which is wrong."""

    code = "sign_in_wrong"
    text = sentence("Login or password is not right. Please type both again.")


class PasswordWrong(RuleBroken):
    """Somebody signed in does not know the account's password."""

    code = "password_wrong"
    text = sentence("This is not your password. Please type it again.")


class CodeWrong(RuleBroken):
    """A code of the second factor is not the right one, or is used up."""

    code = "code_wrong"
    text = sentence(
        "This code is not right or was used already. Please type the one that your "
        "phone shows now."
    )


class FactorNeeded(RuleBroken):
    """A second factor may not be turned off."""

    code = "factor_needed"
    text = sentence("Your account needs a second factor; it cannot be turned off.")


def onward_path(asked: str) -> str:
    """Return the page to go on to: the one asked for, if it is one of this server.

    A path begins with a single slash. Browsers take a backslash for a slash and drop
    line ends and tabs, so an address with one of those is not followed.
    """
    is_ours = (
        asked.startswith("/")
        and not asked.startswith("//")
        and len(asked) <= _PATH_MOST
        and "\\" not in asked
        and all(one > " " and one != "\x7f" for one in asked)
    )
    return asked if is_ours else HOME
