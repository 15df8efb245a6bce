import pytest

from tests.records import episode, episodes
from vlsim.errors import InvalidValueError
from vlsim.metrics import mean_return, mean_steps, referent_accuracy, success_at_end, success_rate


def test_success_rate_counts_a_goal_that_was_reached_and_spoilt() -> None:
    spoilt = [episode(success_once=True, success_at_end=False)] * 3
    assert success_rate(spoilt).value == 1.0
    assert success_at_end(spoilt).value == 0.0


def test_success_rate_is_exact() -> None:
    estimate = success_rate(episodes([1, 0, 1, 1]))
    assert (estimate.value, estimate.n) == (0.75, 4)
    assert (round(estimate.low, 3), round(estimate.high, 3)) == (0.301, 0.954)


def test_referent_accuracy_leaves_out_episodes_in_which_nothing_was_touched() -> None:
    acted = [episode(referent=2, attempted=a) for a in (2, 2, 2, 0, None, None)]
    assert (referent_accuracy(acted).value, referent_accuracy(acted).n) == (0.75, 4)


def test_referent_zero_is_an_object_and_not_nothing() -> None:
    assert referent_accuracy([episode(referent=0, attempted=0)]).value == 1.0


def test_a_policy_that_never_acts_has_no_referent_accuracy() -> None:
    with pytest.raises(InvalidValueError, match="got none"):
        referent_accuracy([episode(attempted=None)])


def test_means_are_exact() -> None:
    assert mean_return([episode(return_=r) for r in (0.1, 0.2, 0.3)]).value == pytest.approx(0.2)
    assert mean_steps([episode(steps=s) for s in (1, 2, 6)]).value == 3.0
