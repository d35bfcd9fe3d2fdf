import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rftdeck.advantages import advantages, is_flat

rewards = st.lists(st.one_of(st.none(), st.floats(-5, 5)), min_size=1, max_size=8)


def test_advantages_of_a_group_by_hand() -> None:
    # mean .5; std with Bessel's correction of (1, 0, 0, 1) is .57735
    found = advantages([[1, 0, 0, 1]], "group")[0]
    assert found == pytest.approx([0.86588, -0.86588, -0.86588, 0.86588], abs=1e-4)


def test_advantages_without_scaling_are_distances_from_the_mean() -> None:
    assert advantages([[1, 0, 0, 1]], "none") == [[0.5, -0.5, -0.5, 0.5]]


def test_advantages_by_the_batch_share_one_standard_deviation() -> None:
    wide, narrow = advantages([[0, 4], [1, 1.5]], "batch")
    std = math.sqrt(sum((x - 1.625) ** 2 for x in (0, 4, 1, 1.5)) / 3)
    assert wide[1] == pytest.approx(2 / (std + 1e-4))
    assert narrow[1] == pytest.approx(0.25 / (std + 1e-4))


def test_advantage_of_an_unscorable_completion_is_none_and_counts_for_nobody() -> None:
    assert advantages([[1, None, 0]], "none") == [[0.5, None, -0.5]]
    assert advantages([[None, None]], "group") == [[None, None]]


@given(st.lists(rewards, min_size=1, max_size=4), st.sampled_from(["group", "batch", "none"]))
def test_advantages_of_a_group_sum_to_zero(groups: list[list[float | None]], scale: str) -> None:
    for given_, found in zip(groups, advantages(groups, scale), strict=True):
        assert [value is None for value in found] == [value is None for value in given_]
        assert sum(value for value in found if value is not None) == pytest.approx(0, abs=1e-6 * 1e4)


def test_flat_groups() -> None:
    assert is_flat([1.0, 1.0, None])
    assert is_flat([None])
    assert not is_flat([0.0, 1.0])
