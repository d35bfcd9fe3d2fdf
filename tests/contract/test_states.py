import pytest
from hypothesis import given
from hypothesis import strategies as st
from rftdeck.states import ACTIVE, FINISHED, TRANSITIONS, RunState, TransitionError, check_transition


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(RunState)


@given(st.sampled_from(RunState), st.sampled_from(RunState))
def test_only_the_table_decides(old: RunState, new: RunState) -> None:
    if new in TRANSITIONS[old]:
        check_transition(old, new)
    else:
        with pytest.raises(TransitionError, match=f"{old} run cannot become {new}"):
            check_transition(old, new)


def test_completed_and_cancelled_are_final() -> None:
    assert not TRANSITIONS[RunState.COMPLETED]
    assert not TRANSITIONS[RunState.CANCELLED]
    assert not ACTIVE & FINISHED


def test_training_starts_through_a_claim_alone() -> None:
    assert [old for old in RunState if RunState.CLAIMED in TRANSITIONS[old]] == [RunState.QUEUED]
    assert [old for old in RunState if RunState.RUNNING in TRANSITIONS[old]] == [RunState.CLAIMED]
