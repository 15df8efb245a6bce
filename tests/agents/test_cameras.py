"""A network that sees through several cameras: what it learns from, and what its bundle needs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from vlsim.agents.load import load_policy
from vlsim.deploy.engine_policy import EnginePolicy
from vlsim.errors import InvalidValueError
from vlsim.interface.conditions import Conditions
from vlsim.interface.observation import channels
from vlsim.scripts import makers
from vlsim.scripts import train as command
from vlsim.scripts.presets import PRESETS

SMOKE = replace(PRESETS["smoke"].config, threads=1, precision="fp32")

pytestmark = pytest.mark.xdist_group("training")


def test_a_run_that_sees_through_two_cameras(tmp_path: Path) -> None:
    few = replace(SMOKE.still, n_scenes=16)
    sizes = {"image_size": 32, "dim": 16}
    config = replace(
        SMOKE, task="reach", control="ee_delta", still=few, cameras="front,wrist", **sizes
    )
    run = command.start(config, tmp_path, "two")
    grounded, policy = (
        load_file(folder / "weights.safetensors") for folder in (run / "grounded", run / "policy")
    )
    moved = (grounded["backbone.views"] != policy["backbone.views"]).any(1)
    assert moved.all(), "PPO learns from both pictures"
    cameras = {"front": 32, "wrist": 32}
    assert makers.conditions([str(run)], makers.AUTO, 0) == Conditions("ee_delta", cameras=cameras)
    about = json.loads((run / "policy" / "manifest.json").read_text())["about"]
    assert about["inputs"]["image_wrist"] == {
        **about["inputs"]["image"],
        "rule": about["inputs"]["image"]["rule"].replace("front", "wrist"),
    }
    assert about["cameras"]["wrist"]["mount"] == "hand"
    assert about["workspace"]["low"] == [0.28, -0.26, 0.012]
    actor = load_policy(str(run))
    assert isinstance(actor, EnginePolicy)
    actor.reset([0], ["lift the red cube"])
    dark, light = np.zeros((32, 32, 3), np.uint8), np.full((32, 32, 3), 255, np.uint8)
    pose = [0.0] * channels("ee_delta").n_proprio
    first, second = (
        actor.act(actor.observe({"front": dark, "wrist": wrist}, proprio=pose))
        for wrist in (dark, light)
    )
    assert not np.array_equal(first, second)
    with pytest.raises(InvalidValueError, match="through front, wrist, and there is no picture of"):
        actor.observe(dark, proprio=pose)
    with pytest.raises(InvalidValueError, match="reads 'image_wrist', and the observation has"):
        actor.act({"image": dark[None], "proprio": np.array([pose], np.float32)})
