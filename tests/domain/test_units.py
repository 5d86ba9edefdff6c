"""Units as a tree: no rings, eight levels, and lists that say where each stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.units import (
    DEPTH_MOST,
    NoUnitHeadings,
    UnitInItself,
    UnitRow,
    UnitTooDeep,
    check_place,
    check_unit_list,
    in_tree_order,
    parse_unit_list,
)
from tests.domain.window_tables import table

CHINESE = ["单位", "上级单位"]
CHAIN = {1: None, 2: 1, 3: 2}
"""1 at the top, 2 under it, 3 under that."""


def line_of(length: int) -> dict[int, int | None]:
    """Return units 1, 2, … each under the one before."""
    return {unit: unit - 1 or None for unit in range(1, length + 1)}


@pytest.mark.parametrize("parent", [1, 2, 3])
def test_a_unit_stands_neither_under_itself_nor_under_its_own(parent):
    with pytest.raises(UnitInItself):
        check_place(CHAIN, 1, parent)


@pytest.mark.parametrize(("unit", "parent"), [(3, 1), (2, 1), (9, 3)])
def test_any_other_place_is_right(unit, parent):
    check_place(CHAIN, unit, parent)


def test_eight_levels_fit_and_nine_do_not():
    check_place(line_of(DEPTH_MOST - 1), 99, DEPTH_MOST - 1)
    with pytest.raises(UnitTooDeep) as refusal:
        check_place(line_of(DEPTH_MOST), 99, DEPTH_MOST)
    assert refusal.value.values == {"most": 8}


def test_what_hangs_below_a_unit_counts_as_well():
    branch = {91: None, 92: 91, 93: 92}
    check_place(line_of(DEPTH_MOST - 3) | branch, 91, DEPTH_MOST - 3)
    with pytest.raises(UnitTooDeep):
        check_place(line_of(DEPTH_MOST - 2) | branch, 91, DEPTH_MOST - 2)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=40))
def test_allowed_moves_never_make_a_ring_or_too_many_levels(moves):
    parents: dict[int, int | None] = dict.fromkeys(range(1, 13))
    for unit, parent in moves:
        try:
            check_place(parents, unit, parent)
        except (UnitInItself, UnitTooDeep):
            continue
        parents[unit] = parent
    for parent in parents.values():
        above, levels = parent, 1
        while above is not None:
            above, levels = parents[above], levels + 1
            assert levels <= DEPTH_MOST


def test_a_tree_is_told_branch_by_branch_and_by_name():
    names = {1: "乙", 2: "甲", 3: "b", 4: "a", 5: "c"}
    parents = {1: None, 2: None, 3: 1, 4: 1, 5: 4}
    assert list(in_tree_order(parents, names)) == [
        (1, 0), (4, 1), (5, 2), (3, 1), (2, 0),
    ]  # fmt: skip


def test_a_unit_whose_parent_is_not_shown_stands_at_the_top():
    assert list(in_tree_order({3: 2, 4: 3}, {3: "x", 4: "y"})) == [(3, 0), (4, 1)]


# Lists


def rows_of(*lines):
    found = parse_unit_list(table(*lines))
    assert found.errors == ()
    return found.rows


def errors_of(*lines):
    found = parse_unit_list(table(*lines))
    return [(e.line, e.refusal.code, e.refusal.values) for e in found.errors]


@pytest.mark.parametrize(
    "headings",
    [CHINESE, ["unit", "parent"], ["部门", "主管部门"], ["Unit Name", "Parent unit"]],
)
def test_a_list_states_units_and_those_above(headings):
    assert rows_of(["单位一览"], headings, ["社保中心", "人社局"], ["人社局"]) == (
        UnitRow(3, "社保中心", "人社局"),
        UnitRow(4, "人社局", ""),
    )


def test_columns_may_change_places_and_headings_repeat_for_print():
    found = rows_of(["上级单位", "单位"], ["甲", "乙"], ["上级单位", "单位"])
    assert found == (UnitRow(2, "乙", "甲"),)


def test_the_apostrophe_of_our_own_export_is_taken_off():
    assert rows_of(CHINESE, ["'-甲", "'@乙"]) == (UnitRow(2, "-甲", "@乙"),)


def test_every_wrong_line_is_named():
    long = "长" * 101
    assert errors_of(
        CHINESE, ["", "甲"], [long, ""], ["乙", long], ["=1", ""], ["丙"], ["丙", "甲"]
    ) == [
        (2, "cell_empty", {"column": "单位"}),
        (3, "cell_too_long", {"column": "单位", "most": 100}),
        (4, "cell_too_long", {"column": "上级单位", "most": 100}),
        (5, "cell_formula", {"column": "单位"}),
        (7, "unit_twice", {"first": 6, "second": 7, "unit": "丙"}),
    ]
    assert errors_of(CHINESE, ["长" * 100, "长" * 100]) == []


def test_a_list_without_headings_is_refused():
    for lines in ([], [["甲", "乙"]], [["单位", "备注"], ["甲", ""]]):
        with pytest.raises(NoUnitHeadings):
            parse_unit_list(table(*lines))


def test_two_columns_of_one_meaning_are_refused():
    assert errors_of(["单位", "上级单位", "单位"], ["甲", "", "乙"]) == [
        (1, "column_twice", {"column": "单位"})
    ]


def check(rows, parents=None):
    given = [UnitRow(line, *row) for line, row in enumerate(rows, 2)]
    found = check_unit_list(given, parents or {})
    return [(e.line, e.refusal.code, e.refusal.values) for e in found]


def test_a_list_fits_the_units_that_there_are():
    assert check([("甲", ""), ("乙", "甲"), ("丙", "旧")], {"旧": None}) == []


def test_a_parent_that_is_nowhere_is_named():
    assert check([("乙", "甲")]) == [(2, "parent_unknown", {"parent": "甲"})]


def test_rings_are_found_within_a_list_and_with_what_is_there():
    ring = {"unit": "甲", "parent": "乙"}
    assert check([("甲", "乙"), ("乙", "甲")])[0] == (2, "unit_in_itself", ring)
    assert check([("甲", "乙")], {"甲": None, "乙": "甲"}) == [
        (2, "unit_in_itself", ring)
    ]
    assert check([("甲", "甲")]) == [
        (2, "unit_in_itself", {"unit": "甲", "parent": "甲"})
    ]


def test_a_list_makes_eight_levels_and_not_nine():
    names = [str(level) for level in range(10)]
    deep = [(name, names[at - 1] if at else "") for at, name in enumerate(names)]
    assert check(deep[:8]) == []
    assert check(deep[:9]) == [(10, "unit_too_deep", {"most": 8})]


def test_what_hangs_below_a_listed_unit_counts_though_no_line_names_it():
    names = [str(level) for level in range(7)]
    there = {name: names[at - 1] if at else None for at, name in enumerate(names)}
    there |= {"甲": None, "乙": "甲", "丙": "乙"}
    assert check([("甲", "4")], there) == []
    assert check([("甲", "5")], there) == [(2, "unit_too_deep", {"most": 8})]
    assert check([("丙", ""), ("甲", "5")], there) == []


def test_a_ring_of_twenty_is_refused_like_any():
    names = [str(level) for level in range(20)]
    ring = [(name, names[at - 1]) for at, name in enumerate(names)]
    assert len(check(ring)) == 20
