"""The benchmark of mixtures steps every task, and sees an observation that is none of the space."""

import numpy as np
import pytest

from benchmarks.mixture import MixtureConfig, step_mixture
from vlsim.envs.tasks import TASKS
from vlsim.envs.vector import ParallelEnvs

CONFIG = MixtureConfig(actions=2 * len(TASKS), workers=1)


def test_every_task_is_stepped() -> None:
    row = step_mixture("primitive", CONFIG)
    assert (row["actions"], row["outside"]) == (28, 0)
    assert set(row["episodes"]) == set(TASKS)
    # One attempt is all that the shortest episodes have.
    assert (row["episodes"]["reach"], row["episodes"]["lift"]) == (2, 2)


def test_an_observation_outside_of_the_space_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    original = ParallelEnvs.step_wait

    def spoilt(self: ParallelEnvs) -> object:
        observations, *rest = original(self)
        observations["proprio"][3, 0] = np.nan
        return observations, *rest

    monkeypatch.setattr(ParallelEnvs, "step_wait", spoilt)
    assert step_mixture("ee_delta", CONFIG)["outside"] == 2
