"""A bundle states the sizes of its own task, and is read from them alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from vlsim.agents.config import TrainConfig
from vlsim.agents.load import find_bundle
from vlsim.agents.saving import actor_config, save_policy
from vlsim.deploy import load_bundle, read_manifest, save_bundle
from vlsim.deploy.engine_policy import load_engine_policy
from vlsim.envs import make_env
from vlsim.envs.tasks import TASKS
from vlsim.errors import BundleError
from vlsim.interface.action import control_rate
from vlsim.interface.conditions import misfits
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.config import STEERED
from vlsim.robots.catalogue import ROBOTS

SMALL = replace(TrainConfig(), dim=16, image_size=32)
LEARNABLE = [
    (name, control)
    for name, task in TASKS.items()
    for control in task.horizon
    if control in STEERED or (control == "primitive" and len(task.skills) == 1)
]


@pytest.mark.parametrize(("task", "control"), LEARNABLE)
def test_a_bundle_states_the_shapes_of_its_own_task(
    tmp_path: Path, task: str, control: str
) -> None:
    config = replace(SMALL, task=task, control=control)
    scenario = TASKS[task].scenario
    channels = TASKS[task].channels(control, ROBOTS["panda"])
    actor = Actor(actor_config(config, VOCABULARY_SIZE, scenario, channels))
    folder = save_policy(tmp_path / "p.vlsim", actor, config)
    manifest = read_manifest(folder)
    spec, about = manifest.spec, manifest.about
    env = make_env(task, control, image_size=32)
    assert list(misfits(spec, env.conditions)) == []
    assert spec.control == control and spec.rate_hz == control_rate(control)
    shapes = {
        "image": (32, 32, 3),
        "instruction": (scenario.n_words,),
        "proprio": (channels.n_proprio,),
    }
    for key, entry in about["inputs"].items():
        assert (tuple(entry["shape"]), entry["dtype"]) == (
            shapes[key],
            str(env.observation_space[key].dtype),
        )
    assert tuple(about["outputs"]["action"]["shape"]) == (channels.n_actions,)
    assert tuple(about["outputs"]["action"]["names"]) == channels.action
    entries = {entry["name"]: entry for entry in about["outputs"]["action"]["channels"]}
    assert tuple(entries) == channels.action
    if control == "ee_delta":
        assert entries["dz"] == {"name": "dz", "unit": "m", "low": -0.05, "high": 0.05}
    names = about["inputs"]["proprio"]["names"]
    assert names[len(channels.pose) :] == [f"previous {name}" for name in channels.action]
    observation, info = env.reset(seed=0)
    env.close()
    policy = load_engine_policy("p", folder)
    batch = {key: value[None] for key, value in observation.items()}
    policy.reset([0], [info["instruction"]])
    assert policy.act(batch).shape == (1, 1, env.control.size)


def test_loading_a_policy_leaves_torchs_random_numbers_as_they_were(tmp_path: Path) -> None:
    channels = TASKS["reach"].channels("primitive", ROBOTS["panda"])
    sizes = actor_config(SMALL, VOCABULARY_SIZE, TASKS["reach"].scenario, channels)
    config = replace(SMALL, task="reach", control="primitive")
    folder = save_policy(tmp_path / "p.vlsim", Actor(sizes), config)
    before = torch.get_rng_state()
    load_engine_policy("p", folder)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_bundle_that_states_another_policy_than_its_network_is_refused(tmp_path: Path) -> None:
    folder = find_bundle("zoo:demo")
    assert folder is not None
    bundle = load_bundle(folder)
    forged = save_bundle(
        tmp_path / "forged.vlsim",
        config=bundle.config,
        state=bundle.state,
        tokenizer_json=bundle.tokenizer_json,
        spec=replace(bundle.manifest.spec, control="ee_delta", rate_hz=10),
        about=bundle.manifest.about,
        golden=bundle.golden,
    )
    words = "states control ee_delta, robot panda, .*, 10 Hz; its network is for control primitive,"
    with pytest.raises(BundleError, match=words):
        load_engine_policy("forged", forged)


@pytest.mark.parametrize(
    ("config", "golden", "words"),
    [
        ({"backbone": {"dim": 10**8}}, {}, "config.json and weights do not fit: the shapes differ"),
        ({"hidden": "wide"}, {}, "config.json: 'hidden' must be a whole number, got 'wide'"),
        ({"action": ["dx"]}, {}, "config.json and weights do not fit: An action of 'prim"),
        ({"pose": 5}, {}, "config.json: 'pose' must be a list, got 5"),
        ({"pose": ["x"]}, {}, "config.json and weights do not fit: the shapes differ"),
        ({"backbone": {"image_size": 10**6}}, {}, "image_size is not that of the pictures in gold"),
        ({"backbone": {"vision": "hf:a/b"}}, {}, "configuration of the tower 'hf:a/b' is missing"),
        ({"backbone": {"fusion": "flim"}}, {}, "do not fit: No fusion part named 'flim'"),
        ({"backbone": {"eyes": 2}}, {}, "config.json: 'backbone': No field named 'eyes'"),
        ({}, {"image": None}, "config.json and weights do not fit: 'image'"),
        ({}, {"proprio": None}, "golden.safetensors does not fit: .* reads 'proprio'"),
        ({}, {"action": None}, "golden.safetensors does not fit: 'action'"),
        ({}, {"action": np.zeros(4, np.float32)}, r"'action' is \(4,\), the network's \(4, 4\)"),
        ({}, {"action": np.full((4, 4), np.nan)}, "actions differ by nan"),
        ({}, {"instruction": np.full((4, 20), 10**9)}, "golden.safetensors does not fit: .* ids"),
        ({}, {"image": np.zeros((4, 64, 64, 3))}, "golden.safetensors does not fit: .* float64"),
    ],
)
def test_a_forged_bundle_is_refused_in_one_line(
    tmp_path: Path, config: dict[str, Any], golden: dict[str, Any], words: str
) -> None:
    folder = find_bundle("zoo:demo")
    assert folder is not None
    bundle = load_bundle(folder)
    if "backbone" in config:
        config = {"backbone": bundle.config["backbone"] | config["backbone"]}
    arrays = {k: v for k, v in {**bundle.golden, **golden}.items() if v is not None}
    forged = save_bundle(
        tmp_path / "forged.vlsim",
        config=bundle.config | config,
        state=bundle.state,
        tokenizer_json=bundle.tokenizer_json,
        spec=bundle.manifest.spec,
        about=bundle.manifest.about,
        golden=arrays,
    )
    with pytest.raises(BundleError, match=words) as caught:
        load_engine_policy("forged", forged)
    assert "\n" not in str(caught.value)
