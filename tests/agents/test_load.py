"""Policies by name: what loading one needs, and what it does not."""

import subprocess
import sys

import pytest

from vlsim.agents.load import load_policy
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


def test_chance_needs_a_control() -> None:
    with pytest.raises(InvalidValueError, match="'random' needs a control mode"):
        load_policy("random")
    assert load_policy("random", control="planar").name == "random"
    assert load_policy("expert").name == "expert"
