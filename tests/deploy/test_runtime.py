"""A robot's computer: a bundle acts without torch, simulator, Gymnasium and all that trains."""

import json
import subprocess
import sys
import textwrap

import numpy as np

from vlsim.agents.load import load_policy

ALLOWED = {
    *("PIL", "attr", "attrs", "cattrs", "numpy", "onnxruntime", "safetensors", "tokenizers"),
    *("typing_extensions", "vlsim"),
}
"""Packages of the line in docs/deployment.md; tyro is for commands."""

ROBOT = textwrap.dedent(
    """
    import importlib.metadata, json, sys

    allowed = json.loads(sys.argv[1])
    for name in importlib.metadata.packages_distributions():
        if name not in allowed:
            sys.modules[name] = None  # as if it were not installed
    import numpy as np
    import vlsim

    policy = vlsim.load_policy(sys.argv[2])
    policy.reset([0], ["put the red cube in the blue bowl"])
    picture = np.arange(120 * 160 * 3, dtype=np.uint32).astype(np.uint8).reshape(120, 160, 3)
    print(json.dumps(policy.act(policy.observe(picture)).tolist()))
    """
)


def on_a_robot(policy: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ROBOT, json.dumps(sorted(ALLOWED)), policy]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_bundle_acts_with_the_packages_of_a_robots_computer_alone() -> None:
    done = on_a_robot("zoo:demo@onnxruntime")
    assert done.returncode == 0, done.stderr
    policy = load_policy("zoo:demo")
    policy.reset([0], ["put the red cube in the blue bowl"])
    picture = np.arange(120 * 160 * 3, dtype=np.uint32).astype(np.uint8).reshape(120, 160, 3)
    expected = policy.act(policy.observe(picture))  # type: ignore[attr-defined]
    assert np.abs(json.loads(done.stdout) - expected).max() <= 1e-5


def test_what_needs_torch_says_so_there() -> None:
    done = on_a_robot("zoo:demo")
    assert done.returncode == 1
    assert "The engine 'torch' needs the package 'torch'" in done.stderr
