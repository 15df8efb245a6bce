"""Policies by name: what loading one needs, and what it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from vlsim.agents.load import find_bundle, load_policy
from vlsim.errors import InvalidValueError


def test_loading_a_policy_needs_no_simulator() -> None:
    code = """
import sys
from vlsim.agents.load import load_policy
import numpy as np
policy = load_policy("zoo:demo")
policy.reset([0], ["lift the red cube"])
assert policy.act(policy.observe(np.zeros((64, 64, 3), np.uint8))).shape == (1, 1, 13)
loaded = {"pybullet", "vlsim.scene", "vlsim.envs.tabletop", "stable_baselines3", "vlsim.data"}
print(sorted(loaded & set(sys.modules)))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_a_policy_is_a_name_or_a_folder(tmp_path: Path) -> None:
    bundle = find_bundle("zoo:demo")
    assert bundle is not None
    (tmp_path / "policy").symlink_to(bundle)
    assert load_policy(tmp_path).name == load_policy(str(tmp_path)).name == str(tmp_path)
    with pytest.raises(InvalidValueError, match=r"or a folder, such as 'zoo:demo' or .*, got 3"):
        load_policy(3)  # type: ignore[arg-type]


def test_chance_needs_a_control() -> None:
    with pytest.raises(InvalidValueError, match="'random' needs a control mode"):
        load_policy("random")
    assert load_policy("random", control="planar").name == "random"
    assert load_policy("expert").name == "expert"
