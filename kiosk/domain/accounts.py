"""Accounts: how a login is written, and who may give, change and end roles."""

import re
import unicodedata
from collections.abc import Collection
from datetime import timedelta

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text
from kiosk.domain.policy import NO_FACTOR_ROLES, UNIT_ROLES, Role

NAME_MOST = 60
LOGIN_LEAST, LOGIN_MOST = 2, 40
INVITATION_LIFE = timedelta(days=7)
"""How long an invitation waits: over a weekend and a business trip."""
EVERYTHING = frozenset(Role)
"""The roles of whoever sits at the server's own terminal."""

_LOGIN = re.compile(rf"[a-z0-9._@-]{{{LOGIN_LEAST},{LOGIN_MOST}}}")


class LoginInvalid(RuleBroken):
    """A login is too short, too long, or holds other characters than it may."""

    code = "login_invalid"
    text = sentence(
        "A login has %(least)d to %(most)d characters: letters a to z, digits and . _ "
        "- @ only."
    )


class LoginTaken(RuleBroken):
    """Somebody else has this login already."""

    code = "login_taken"
    text = sentence("This login is taken already. Please choose another one.")


class NameInvalid(RuleBroken):
    """A person's name is empty or too long."""

    code = "name_invalid"
    text = sentence("Please write the name with at most %(most)d characters.")


class PasswordsDiffer(RuleBroken):
    """A password was not typed the same way twice."""

    code = "passwords_differ"
    text = sentence("The two passwords are not the same. Please type both again.")


class LastOrganiser(RuleBroken):
    """The only organiser who can sign in must stay one."""

    code = "last_organiser"
    text = sentence(
        "This is the only organiser who can sign in. Please make somebody else an "
        "organiser first; nothing was changed."
    )


class RoleAbove(RuleBroken):
    """Only an organiser makes organisers or changes the account of one."""

    code = "role_above"
    text = sentence("Only an organiser can do this. Please ask one; nothing changed.")


class RoleUnknown(RuleBroken):
    """A role that does not exist."""

    code = "role_unknown"
    text = sentence("Please choose one of the roles.")


class RoleHeld(RuleBroken):
    """Somebody is given what they are already."""

    code = "role_held"
    text = sentence("This account has that role already.")


class UnitNeeded(RuleBroken):
    """A role that holds in a unit was given without one."""

    code = "unit_needed"
    text = sentence("This role is for one unit. Please choose the unit.")


class UnitNotForRole(RuleBroken):
    """A unit was named for a role that holds in the whole centre."""

    code = "unit_not_for_role"
    text = sentence("This role holds in the whole centre; please choose no unit.")


class UnitUnknown(RuleBroken):
    """No unit of the centre is meant, or it has ended."""

    code = "unit_unknown"
    text = sentence("This unit does not exist any more. Please choose another one.")


class ClerkNotForRole(RuleBroken):
    """A clerk was named for another role."""

    code = "clerk_not_for_role"
    text = sentence("Only the role of a clerk belongs to a clerk of the list.")


class ClerkHasAccount(RuleBroken):
    """A clerk has an account, or is not there any more."""

    code = "clerk_has_account"
    text = sentence(
        "This clerk has an account already or is not in service. Please choose "
        "another one."
    )


def clean_login(typed: str) -> str:
    """Return a login as it is kept: NFKC and in lower case. Raises LoginInvalid.

    ASCII only, so that no two logins look the same; full-width letters, as Chinese
    keyboards make them, become plain ones.
    """
    login = unicodedata.normalize("NFKC", typed.strip()).lower()
    if not _LOGIN.fullmatch(login):
        raise LoginInvalid(least=LOGIN_LEAST, most=LOGIN_MOST)
    return login


def clean_name(typed: str) -> str:
    """Return a person's name without control characters. Raises NameInvalid."""
    name = clean_text(typed)
    if not 0 < len(name) <= NAME_MOST:
        raise NameInvalid(most=NAME_MOST)
    return name


def parse_role(typed: str) -> Role:
    """Return a role by its value. Raises RoleUnknown."""
    try:
        return Role(typed)
    except ValueError:
        raise RoleUnknown from None


def needs_factor(roles: Collection[Role]) -> bool:
    """Whether an account with these roles must have a second factor."""
    return not NO_FACTOR_ROLES.issuperset(roles)


def check_unit(role: Role, unit_id: int | None) -> None:
    """Refuse a unit that the role does not need, and none where it needs one."""
    if role in UNIT_ROLES and unit_id is None:
        raise UnitNeeded
    if role not in UNIT_ROLES and unit_id is not None:
        raise UnitNotForRole


def check_may_touch(own: Collection[Role], theirs: Collection[Role]) -> None:
    """Refuse to give or take these roles, or to change an account that has them.

    own: roles of who acts. Nobody reaches above themselves: organisers are made
    and changed by organisers only. Raises RoleAbove.
    """
    if Role.ORGANISER in theirs and Role.ORGANISER not in own:
        raise RoleAbove
