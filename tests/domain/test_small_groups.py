"""Counts under five are never shown, nor can they be found by subtraction."""

import pytest

from kiosk.domain.small_groups import shown_count, shown_total


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (1, None), (4, None), (5, 5), (6, 6), (467, 467)]
)
def test_counts_under_five_are_hidden(count, shown):
    assert shown_count(count) == shown


@pytest.mark.parametrize(
    ("counts", "total"),
    [([], 0), ([4], 0), ([5], 5), ([4, 5, 0, 12], 17), ([4, 4, 4], 0)],
)
def test_sum_leaves_hidden_counts_out(counts, total):
    assert shown_total(counts) == total
