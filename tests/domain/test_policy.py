"""Rights: nothing that is not written down, and where several hold together."""

import pytest

from kiosk.domain.policy import (
    RIGHTS,
    Action,
    Grant,
    NotOpen,
    Role,
    Scope,
    scope_of,
)

A, B = Scope(frozenset({1})), Scope(frozenset({2}))


def test_nobody_may_anything_without_a_role():
    for action in Action:
        with pytest.raises(NotOpen):
            scope_of([], action)


def test_a_role_opens_what_is_written_and_nothing_else():
    for role, rights in RIGHTS.items():
        for action in Action:
            if action in rights:
                assert scope_of([Grant(role)], action) == Scope()
            else:
                with pytest.raises(NotOpen):
                    scope_of([Grant(role)], action)


def test_two_units_are_managed_together():
    both = scope_of(
        [Grant(Role.MANAGER, A), Grant(Role.MANAGER, B)], Action.SEE_WINDOWS
    )
    assert both == Scope(frozenset({1, 2}))
    assert both.holds(2)
    assert not both.holds(3)
    assert not both.holds(None)


def test_a_role_of_the_whole_centre_takes_the_units_in():
    grants = [Grant(Role.MANAGER, A), Grant(Role.VIEWER)]
    assert scope_of(grants, Action.SEE_WINDOWS) == Scope()
    assert scope_of(grants, Action.EDIT_WINDOWS) == A
