"""`import vlsim` is cheap, makes the environments known, and offers the public names."""

import json
import subprocess
import sys

import gymnasium
import pytest

import vlsim
from vlsim.envs import ENV_IDS
from vlsim.envs.tasks import TASKS


@pytest.mark.parametrize("name", vlsim.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(vlsim, name).__name__ == name
    assert name in dir(vlsim)


def test_only_public_names_are_listed() -> None:
    assert sorted(dir(vlsim)) == sorted([*vlsim.__all__, "__version__"])


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'vlsim' has no attribute 'nothing'"):
        vlsim.nothing  # noqa: B018


def test_importing_it_imports_neither_torch_nor_the_simulator() -> None:
    code = (
        "import json, sys, vlsim\n"
        "heavy = ('torch', 'pybullet', 'transformers', 'stable_baselines3', 'tokenizers', 'PIL')\n"
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_gymnasium_knows_every_task_by_the_id_that_the_task_names() -> None:
    assert {name: task.env_id for name, task in TASKS.items()} == ENV_IDS
    assert set(ENV_IDS.values()) <= set(gymnasium.registry)


def test_gymnasium_imports_vlsim_by_itself_when_the_id_says_so() -> None:
    code = (
        "import gymnasium, sys\n"
        "assert 'vlsim' not in sys.modules\n"
        "env = gymnasium.make('vlsim:vlsim/PickPlace-v1')\n"
        "print(env.spec.kwargs['task'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pick_place" in done.stdout.splitlines()
