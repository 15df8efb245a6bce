"""The page about other people's libraries says what really happens, and its examples run."""

import contextlib
import importlib.util
import io
import re
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from numpy.typing import NDArray

from vlsim.envs.lerobot import LeRobotObservation
from vlsim.errors import UnknownNameError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "ecosystem.md"
EXAMPLES = ROOT / "docs" / "examples"
BLOCKS = re.findall(
    r"^## (.+?)$|^### (.+?)$|```python\n(.+?)```\n\n```text\n(.+?)```",
    PAGE.read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
HEADINGS = [first or second for first, second, _, _ in BLOCKS if first or second]
RUN = [(code, printed) for _, _, code, printed in BLOCKS if code]


def load(path: Path) -> ModuleType:
    """Import a file as EnvHub does: from its path, with none of its neighbours."""
    spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_python_block_of_the_page_says_what_it_prints() -> None:
    assert len(RUN) == PAGE.read_text(encoding="utf-8").count("```python\n") == 7
    assert HEADINGS[-1] == "EnvHub"


@pytest.mark.parametrize(("code", "printed"), RUN, ids=range(len(RUN)))
def test_a_block_prints_what_stands_below_it(
    code: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, str(PAGE), "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_file_that_the_page_names_is_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert sorted(links) == ["examples/envhub/env.py", "examples/ppo.py"]
    assert all((PAGE.parent / link).is_file() for link in links)


@pytest.mark.parametrize(
    ("cfg", "tasks"),
    [
        (None, ["reach", "push", "pick_place"]),
        (SimpleNamespace(task=None), ["reach", "push", "pick_place"]),
        (SimpleNamespace(task="push,reach"), ["push", "reach"]),
    ],
)
def test_the_envhub_file_gives_lerobot_the_tasks_it_asks_for(cfg: Any, tasks: list[str]) -> None:
    # LeRobot passes `cfg` only if it has one.
    asked = {} if cfg is None else {"cfg": cfg}
    envs = load(EXAMPLES / "envhub" / "env.py").make_env(n_envs=2, use_async_envs=False, **asked)
    assert list(envs) == tasks
    for numbered in envs.values():
        assert list(numbered) == [0]
        vector = numbered[0]
        assert isinstance(vector, SyncVectorEnv)
        assert isinstance(vector.envs[0], LeRobotObservation)
        assert vector.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
        vector.close()


def test_the_envhub_file_refuses_a_task_that_is_none() -> None:
    with pytest.raises(UnknownNameError, match=r"No task named 'push '\. Did you mean 'push'"):
        load(EXAMPLES / "envhub" / "env.py").make_env(cfg=SimpleNamespace(task="push ,reach"))


class Told(gym.Env[dict[str, NDArray[Any]], NDArray[np.float32]]):
    """One step long: word 2 asks for an action of 0.5, word 1 for -0.5."""

    observation_space = spaces.Dict(
        {
            "image": spaces.Box(0, 255, (16, 16, 3), np.uint8),
            "instruction": spaces.Box(0, 2, (3,), np.int64),
            "proprio": spaces.Box(-1, 1, (1,), np.float32),
        }
    )
    action_space = spaces.Box(-1, 1, (1,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        super().reset(seed=seed)
        self.word = int(self.np_random.integers(1, 3))
        return self._observe(), {}

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[dict[str, NDArray[Any]], float, bool, bool, dict[str, Any]]:
        missed = abs(float(action[0]) - (self.word - 1.5))
        return self._observe(), -missed, True, False, {"is_success": missed < 0.1}

    def _observe(self) -> dict[str, NDArray[Any]]:
        words = np.array([self.word, 0, 0])
        return {
            "image": np.zeros((16, 16, 3), np.uint8),
            "instruction": words,
            "proprio": np.zeros(1, np.float32),
        }


def test_the_ppo_in_one_file_learns_what_words_ask_for() -> None:
    envs = SyncVectorEnv([Told, Told], autoreset_mode=AutoresetMode.SAME_STEP)
    rewards = load(EXAMPLES / "ppo.py").train(envs, 6 * 2 * 128, learning_rate=3e-3)
    assert len(rewards) == 6
    # Whoever does not read misses by 0.5 or more, whatever the answer.
    assert rewards[0] < -0.5 < -0.43 < rewards[-1]
    envs.close()


def test_the_ppo_in_one_file_trains_on_a_real_task(capsys: pytest.CaptureFixture[str]) -> None:
    load(EXAMPLES / "ppo.py").main(n_envs=2, mode="sync", steps=256 + 255)
    printed = capsys.readouterr().out
    assert re.fullmatch(r"update 0: reward [+-]0\.\d{4}, \d of \d episodes succeeded\n", printed)
