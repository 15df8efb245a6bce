"""`vlsim run` with the packages of a robot's computer alone: no torch, no simulator."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.deploy.test_runtime import ALLOWED
from vlsim.deploy.running.films import Films
from vlsim.errors import InvalidValueError

COMMAND = {"docstring_parser", "tqdm", "typeguard", "tyro"}
"""What `vlsim run` needs beside what a policy needs; films need imageio-ffmpeg, too."""
CELL = textwrap.dedent(
    """
    import numpy as np
    from vlsim.robots.wiring import Wiring

    class Arm:
        name = "stiff"
        wiring = Wiring("panda")
        is_connected = is_calibrated = True
        at = {"ee.x": 0.3, "ee.y": 0.0, "ee.z": 0.3, "ee.yaw": 0.0, "ee.tilt": 0.0}
        at |= {"gripper.pos": 0.08}
        action_features = dict.fromkeys(at, float)
        observation_features = {**action_features, "front": (48, 64, 3)}
        seen = 0

        def connect(self, calibrate=True): ...
        calibrate = configure = disconnect = connect

        def get_observation(self):
            self.seen += 1
            return {**self.at, "front": np.full((48, 64, 3), self.seen % 256, np.uint8)}

        def send_action(self, action):
            self.at = dict(action)
            return action
    """
)
RUN = textwrap.dedent(
    """
    import importlib.metadata, json, sys
    from importlib.machinery import PathFinder

    allowed = json.loads(sys.argv[1])
    blocked = set(importlib.metadata.packages_distributions()) - set(allowed)

    class Installed(PathFinder):
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            # As if it were not installed; None in sys.modules would be something else to tyro.
            if name.partition(".")[0] in blocked:
                return None
            return super().find_spec(name, path, target)

    sys.meta_path[:] = [Installed if f is PathFinder else f for f in sys.meta_path]
    from vlsim.scripts.run import main

    main(sys.argv[2:])
    """
)


def test_a_policy_runs_on_a_robots_computer(tmp_path: Path) -> None:
    (tmp_path / "cell.py").write_text(CELL)
    options = ["--robot", "cell:Arm", "--instruction", "put the red cube in the blue bowl"]
    limits = ["--enable-motion", "--speed", "1", "--seconds", "1", "--hz", "60", "--no-films"]
    allowed = json.dumps(sorted(ALLOWED | COMMAND))
    command = [sys.executable, "-c", RUN, allowed, "zoo:demo@onnxruntime", *options, *limits]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "the time of the run is over. Missed periods" in done.stdout
    (folder,) = (tmp_path / "robot_runs").iterdir()
    steps = [json.loads(line) for line in (folder / "steps.jsonl").read_text().splitlines()]
    # The arm was home already: it is on its way to what the policy pointed at.
    assert any("action" in step for step in steps)
    assert steps[-1]["pose"][0] > 0.31


def test_films_that_cannot_be_made_say_so_before_anything_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(InvalidValueError, match=r"install imageio\[ffmpeg\], or use --no-films"):
        Films(tmp_path, 30.0)
