import sys

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.evaluation.fakes import FakeEnv, Reader
from vlsim.evaluation.rollout import evaluate
from vlsim.interface.policy import Observations
from vlsim.parallel.threads import one_thread_here


@pytest.fixture
def three_threads() -> None:
    torch.set_num_threads(3)


class Counter(Reader):
    threads = 0

    def act(self, observations: Observations) -> NDArray[np.float32]:
        self.threads = torch.get_num_threads()
        return super().act(observations)


@pytest.mark.usefixtures("three_threads")
def test_a_policy_acts_with_one_thread_and_the_caller_keeps_its_own() -> None:
    policy = Counter()
    evaluate(policy, FakeEnv, [1, 2], "seen")
    assert policy.threads == 1
    assert torch.get_num_threads() == 3


def fail_with_one_thread() -> None:
    with one_thread_here():
        raise KeyboardInterrupt


@pytest.mark.usefixtures("three_threads")
def test_the_caller_keeps_its_threads_after_an_error() -> None:
    with pytest.raises(KeyboardInterrupt):
        fail_with_one_thread()
    assert torch.get_num_threads() == 3


def test_torch_is_not_loaded_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch")
    with one_thread_here():
        assert "torch" not in sys.modules
