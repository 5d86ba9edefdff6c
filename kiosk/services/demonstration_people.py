"""Who can be looked over the shoulder of in a demonstration: people of no password."""

from sqlalchemy import select

from kiosk.domain.accounts import EVERYTHING
from kiosk.domain.policy import Role
from kiosk.models import Account, Installation
from kiosk.services.accounts import (
    NewAccount,
    add_account,
    enable_account,
    grant_role,
    held_roles,
)
from kiosk.services.records import Book

DEMO = "demo"
"""Login of the organiser whom every link of a demonstration signs in."""


def enter_demonstration(records: Book) -> int:
    """Return the key of the demonstration's own organiser, made when it is missing.

    Switched off or demoted while somebody tried things out, it is one again.
    """
    session = records.session
    # Two browsers that open links at the same moment find one account.
    session.get_one(Installation, 1, with_for_update=True)
    key = session.scalar(
        select(Account.id).where(Account.login == DEMO, Account.password_hash == "")
    )
    if key is None:
        return add_account(records, _person(DEMO, "演示组织者", Role.ORGANISER))
    enable_account(records, key, EVERYTHING)
    if Role.ORGANISER not in held_roles(session, key):
        grant_role(records, key, EVERYTHING, role=Role.ORGANISER)
    return key


def add_demonstration_people(records: Book, unit_id: int) -> None:
    """Make a manager of one unit, a case handler, and a viewer of everything."""
    for new in (
        _person("demo-manager", "演示部门负责人", Role.MANAGER, unit_id),
        _person("demo-viewer", "演示查看人员", Role.VIEWER),
        _person("demo-handler", "演示回访专员", Role.CASE_HANDLER),
    ):
        add_account(records, new)


def _person(
    login: str, name: str, role: Role, unit_id: int | None = None
) -> NewAccount:
    return NewAccount(
        login=login,
        name=name,
        password_hash="",
        role=role,
        unit_id=unit_id,
        factor_required=False,
    )
