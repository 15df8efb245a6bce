"""A trained actor, written as a bundle that says truthfully what it reads and does."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.config import TrainConfig
from vlsim.deploy.bundle import save_bundle
from vlsim.deploy.golden import golden_actions
from vlsim.deploy.network import GOLDEN_TOLERANCE, TorchEngine
from vlsim.deploy.sizes import actor_spec
from vlsim.interface.action import action_spec
from vlsim.interface.cameras import CAMERAS, choose_cameras
from vlsim.interface.labels import AIMED_ROLES, ROLES
from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO, Channels, camera_key
from vlsim.interface.preprocess import SIZE_RULE
from vlsim.language.tokenizer import PAD_ID, default_tokenizer
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.precision import FP32
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scene.randomization import choose_terms
from vlsim.seeding import stream
from vlsim.world.hand import HIGH, LOW

GOLDEN_ROWS = 4


def actor_config(
    config: TrainConfig, vocabulary_size: int, scenario: ScenarioConfig, channels: Channels
) -> ActorConfig:
    """Return the sizes of the actor that a training run builds.

    Args:
        config: The run.
        vocabulary_size: Token ids that words are drawn from.
        scenario: Of the task: how long its instructions are, and what its goals name.
        channels: What is measured and done in the task.
    """
    backbone = BackboneConfig(
        vocabulary_size,
        config.dim,
        config.image_size,
        config.vision,
        config.text,
        config.fusion,
        config.vision_tuning,
        config.text_tuning,
        cameras=tuple(choose_cameras(config.cameras)),
        roles=tuple(role for role in ROLES if role in {*AIMED_ROLES, *scenario.slots}),
    )
    return ActorConfig(config.control, scenario.n_words, channels, backbone)


def save_policy(
    folder: Path, actor: Actor, config: TrainConfig, origin: Mapping[str, Any] | None = None
) -> Path:
    """Write an actor as a bundle, with golden inputs and outputs.

    Args:
        folder: Where it shall be.
        actor: The network.
        config: The run that it was trained by.
        origin: What else there is to say about where it comes from, as JSON.

    Returns:
        The folder.
    """
    sizes = actor.config
    rng = stream(config.seed, "golden")
    side = sizes.backbone.image_size
    observations: dict[str, NDArray[Any]] = {
        IMAGE: _pictures(side, rng),
        INSTRUCTION: _sentences(sizes, rng),
        PROPRIO: rng.normal(size=(GOLDEN_ROWS, sizes.channels.n_proprio)).astype(np.float32),
    }
    for key in sizes.backbone.image_keys[1:]:
        observations[key] = _pictures(side, rng)
    # A copy: the actor may go on learning, on another device and with fewer bits.
    deployed = deepcopy(actor).cpu()
    deployed.backbone.precision = FP32
    engine = TorchEngine(deployed)
    action = golden_actions(folder.name, engine, sizes, observations, blind=config.blind)
    return save_bundle(
        folder,
        config={
            "control": sizes.control,
            "backbone": actor.backbone.description,
            "hidden": sizes.hidden,
            "n_words": sizes.n_words,
            "pose": list(sizes.channels.pose),
            "action": list(sizes.channels.action),
            "motion": sizes.channels.motion,
            "blind": config.blind,
        },
        state=actor.state_dict(),
        tokenizer_json=default_tokenizer().to_json(),
        spec=actor_spec(sizes, config.robot),
        about={**_about(config, sizes), **(origin or {})},
        golden={**observations, "action": action},
    )


def _pictures(side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return random pixels. Shape (GOLDEN_ROWS, side, side, 3)."""
    return rng.integers(0, 256, (GOLDEN_ROWS, side, side, 3), np.uint8)


def _sentences(sizes: ActorConfig, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return random token ids, (GOLDEN_ROWS, L), that end in padding of different lengths."""
    shape = (GOLDEN_ROWS, sizes.n_words)
    ids = rng.integers(1, sizes.backbone.vocabulary_size, shape)
    lengths = rng.integers(1, sizes.n_words + 1, (GOLDEN_ROWS, 1))
    return np.where(np.arange(sizes.n_words) < lengths, ids, PAD_ID)


def _about(config: TrainConfig, sizes: ActorConfig) -> dict[str, Any]:
    side = sizes.backbone.image_size
    pose, action = sizes.channels.pose, sizes.channels.action
    whole = action_spec(sizes.control, sizes.channels.n_joints).channels
    return {
        "task": config.task,
        "regime": config.regime,
        "inputs": {
            **{
                camera_key(IMAGE, name): {
                    "shape": [side, side, 3],
                    "dtype": "uint8",
                    "range": [0, 255],
                    "rule": f"RGB, {name} camera; {SIZE_RULE}",
                }
                for name in sizes.backbone.cameras
            },
            INSTRUCTION: {"shape": [sizes.n_words], "dtype": "int64", "padding": 0},
            PROPRIO: {
                "shape": [sizes.channels.n_proprio],
                "dtype": "float32",
                "names": [*pose, *(f"previous {name}" for name in action)],
                "units": "metres, radians; previous action in [-1, 1]",
            },
        },
        "outputs": {
            "action": {
                "shape": [len(action)],
                "dtype": "float32",
                "range": [-1, 1],
                "names": list(action),
                # What -1 and 1 of each entry stand for.
                "channels": [asdict(channel) for channel in whole if channel.name in action],
            }
        },
        # Where they were on average, if the randomisation moved them.
        "cameras": {name: asdict(CAMERAS[name]) for name in sizes.backbone.cameras},
        # Where the hand stayed in training, and stays on a robot (`vlsim run`).
        "workspace": {"low": LOW, "high": HIGH, "unit": "m", "frame": "base"},
        "randomization": {
            name: term.to_json() for name, term in choose_terms(config.randomization).items()
        },
        "tolerance": {"torch": GOLDEN_TOLERANCE},
    }
