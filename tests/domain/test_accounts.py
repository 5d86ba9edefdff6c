"""Logins, names, and who reaches whom."""

import pytest

from kiosk.domain.accounts import (
    LoginInvalid,
    NameInvalid,
    RoleAbove,
    RoleUnknown,
    UnitNeeded,
    UnitNotForRole,
    check_may_touch,
    check_unit,
    clean_login,
    clean_name,
    needs_factor,
    parse_role,
)
from kiosk.domain.policy import Role


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ab", "ab"),
        ("a" * 40, "a" * 40),
        ("  Wang.Fang ", "wang.fang"),
        ("ＷａｎｇＦａｎｇ０１", "wangfang01"),
        ("li_na-2@hall.example", "li_na-2@hall.example"),
    ],
)
def test_a_login_is_kept_plain_and_small(typed, kept):
    assert clean_login(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a", "a" * 41, "王芳", "аb", "a b", "a\x00b", "a\u202eb", "a/b", "İi"],
    ids=ascii,
)
def test_a_login_of_other_characters_is_refused(typed):
    with pytest.raises(LoginInvalid) as refused:
        clean_login(typed)
    assert refused.value.values == {"least": 2, "most": 40}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("王", "王"), ("𠀀𪚥" * 30, "𠀀𪚥" * 30), (" 王\u202e \t芳\x07", "王 芳")],
)
def test_a_name_may_have_sixty_characters_of_any_script(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "\u200b ", "𠀀" * 61])
def test_no_name_or_a_longer_one_is_refused(typed):
    with pytest.raises(NameInvalid):
        clean_name(typed)


def test_roles_are_known_by_their_value():
    assert [parse_role(str(role)) for role in Role] == list(Role)
    with pytest.raises(RoleUnknown):
        parse_role("king")


def test_a_manager_has_a_unit_and_nobody_else_has_one():
    check_unit(Role.MANAGER, 1)
    check_unit(Role.ORGANISER, None)
    with pytest.raises(UnitNeeded):
        check_unit(Role.MANAGER, None)
    with pytest.raises(UnitNotForRole):
        check_unit(Role.VIEWER, 1)


def test_only_a_viewer_needs_no_second_factor():
    assert [role for role in Role if not needs_factor([role])] == [Role.VIEWER]
    assert needs_factor([Role.VIEWER, Role.CLERK])


@pytest.mark.parametrize("theirs", list(Role))
def test_only_an_organiser_reaches_an_organiser(theirs):
    check_may_touch([Role.ORGANISER], [theirs])
    if theirs is Role.ORGANISER:
        with pytest.raises(RoleAbove):
            check_may_touch([Role.ADMINISTRATOR], [Role.VIEWER, theirs])
    else:
        check_may_touch([Role.ADMINISTRATOR], [theirs])
