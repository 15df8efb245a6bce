"""A trained actor, written as a bundle that says truthfully what it reads and does."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.config import TrainConfig
from vlsim.agents.learned import GOLDEN_TOLERANCE, LearnedPolicy
from vlsim.deploy.bundle import save_bundle
from vlsim.language.tokenizer import default_tokenizer
from vlsim.models.actor import POINTED, Actor, ActorConfig
from vlsim.models.grounding import GroundingConfig
from vlsim.observation import CONTROL_HZ, IMAGE, INSTRUCTION, PROPRIO, Channels
from vlsim.preprocess import SIZE_RULE
from vlsim.scene.camera import FRONT
from vlsim.scene.randomization import choose_terms
from vlsim.seeding import stream

GOLDEN_ROWS = 4


def actor_config(
    config: TrainConfig, vocabulary_size: int, n_words: int, channels: Channels
) -> ActorConfig:
    """Return the sizes of the actor that a training run builds.

    Args:
        config: The run.
        vocabulary_size: Token ids that words are drawn from.
        n_words: Words of the task's longest instruction.
        channels: What is measured and done in the task.
    """
    grounding = GroundingConfig(config.dim, config.image_size)
    return ActorConfig(config.control, vocabulary_size, n_words, channels, grounding)


def save_policy(folder: Path, actor: Actor, config: TrainConfig) -> Path:
    """Write an actor as a bundle, with golden inputs and outputs."""
    sizes = actor.config
    rng = stream(config.seed, "golden")
    side = sizes.grounding.image_size
    observations: dict[str, NDArray[Any]] = {
        IMAGE: rng.integers(0, 256, (GOLDEN_ROWS, side, side, 3), np.uint8),
        INSTRUCTION: rng.integers(0, sizes.vocabulary_size, (GOLDEN_ROWS, sizes.n_words)),
        PROPRIO: rng.normal(size=(GOLDEN_ROWS, sizes.channels.n_proprio)).astype(np.float32),
    }
    # A copy: the actor may go on learning, and on another device than the one that deploys it.
    policy = LearnedPolicy(folder.name, deepcopy(actor).cpu(), blind=config.blind)
    action = policy.act(observations, [None] * GOLDEN_ROWS)
    return save_bundle(
        folder,
        config={
            "control": sizes.control,
            "vocabulary_size": sizes.vocabulary_size,
            "dim": sizes.grounding.dim,
            "image_size": side,
            "hidden": sizes.hidden,
            "n_words": sizes.n_words,
            "pose": list(sizes.channels.pose),
            "action": list(sizes.channels.action),
            "blind": config.blind,
        },
        state=actor.state_dict(),
        tokenizer_json=default_tokenizer().to_json(),
        spec=_spec(config, sizes),
        golden={**observations, "action": action},
    )


def _spec(config: TrainConfig, sizes: ActorConfig) -> dict[str, Any]:
    side = sizes.grounding.image_size
    pose, action = sizes.channels.pose, sizes.channels.action
    return {
        "task": config.task,
        "robot": config.robot,
        "control": sizes.control,
        "control_hz": None if sizes.control == POINTED else CONTROL_HZ,
        "image_size": side,
        "inputs": {
            IMAGE: {
                "shape": [side, side, 3],
                "dtype": "uint8",
                "range": [0, 255],
                "rule": f"RGB, front camera; {SIZE_RULE}",
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
            }
        },
        # Where it was on average, if the randomisation moved it.
        "camera": {"eye": FRONT.eye, "target": FRONT.target, "fov_deg": FRONT.fov_deg},
        "randomization": {
            name: term.to_json() for name, term in choose_terms(config.randomization).items()
        },
        "tolerance": {"torch": GOLDEN_TOLERANCE},
    }
