"""Who records what: any policy in any environment that fits, made where they are needed."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from vlsim.agents.scripted.expert import Expert
from vlsim.data.manifest import Request
from vlsim.data.recorder import Recorder
from vlsim.envs import make_env
from vlsim.errors import InvalidValueError
from vlsim.interface.observation import channels
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.seeding import derive

CHANNELS = channels("primitive")
REQUEST = Request(
    task="reach",
    control="primitive",
    set="seen",
    episodes=2,
    seed=0,
    image_size=32,
    code="",
    pose=CHANNELS.pose,
    action=CHANNELS.action,
)
MAKE_ENV = partial(make_env, "reach", "primitive", image_size=32, privileged=True)


class Astray:
    """Reaches for a corner of the picture twice, without looking."""

    name, spec = "astray", PolicySpec("primitive", chunk=2)

    def __init__(self, told: list[tuple[Sequence[int], Sequence[str]]]) -> None:
        self.told = told

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.told.append((seeds, instructions))

    def act(self, observations: Observations) -> NDArray[np.float32]:
        assert observations["image"].shape == (1, 32, 32, 3)
        return np.full((1, 2, CHANNELS.n_actions), 0.9, np.float32)


def test_a_policy_is_told_the_words_and_acts_in_chunks() -> None:
    told: list[tuple[Sequence[int], Sequence[str]]] = []
    recorder = Recorder(REQUEST, MAKE_ENV, lambda: Astray(told))
    shard = recorder(0)
    recorder.close()
    seeds = [derive(0, "demonstrations", number) for number in range(2)]
    assert told == [([a.seed], [a.instruction]) for a in shard.attempts]
    assert [attempt.seed for attempt in shard.attempts] == seeds
    assert not any(attempt.success for attempt in shard.attempts)
    assert shard.rows == 0


def test_the_expert_is_told_the_truth_and_succeeds() -> None:
    recorder = Recorder(REQUEST, MAKE_ENV, Expert)
    shard = recorder(0)
    recorder.close()
    assert [(attempt.success, attempt.steps) for attempt in shard.attempts] == [(True, 1)] * 2
    assert shard.rows == 2


def test_a_policy_that_does_not_fit_is_refused_before_anything_is_recorded() -> None:
    class Elsewhere(Astray):
        spec = PolicySpec("planar")

    with pytest.raises(InvalidValueError, match="'astray' needs control 'planar', not 'primitive'"):
        Recorder(REQUEST, MAKE_ENV, lambda: Elsewhere([]))
