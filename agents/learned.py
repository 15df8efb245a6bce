"""A trained policy, as it is saved in a bundle and as it acts in an evaluation."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.agents.config import TrainConfig
from vlsim.agents.objectives import to_image
from vlsim.deploy.bundle import Bundle, load_bundle, save_bundle
from vlsim.errors import BundleError, InvalidValueError
from vlsim.evaluation.policy import Handle, Observations
from vlsim.language.tokenizer import (
    PAD_ID,
    UNKNOWN_ID,
    InstructionTokenizer,
    default_tokenizer,
)
from vlsim.models.actor import Actor, ActorConfig
from vlsim.models.grounding import Grounded, GroundingConfig
from vlsim.observation import IMAGE, INSTRUCTION, INSTRUCTION_LENGTH, PROPRIO
from vlsim.scene.camera import FRONT
from vlsim.scene.randomization import choose_terms
from vlsim.seeding import stream

GOLDEN_ROWS = 4
GOLDEN_TOLERANCE = 1e-4
"""Largest difference of an action from the one stored in the bundle, as actions lie in [-1, 1]."""


class LearnedPolicy:
    """Acts as the actor of a bundle says, without noise."""

    def __init__(
        self,
        name: str,
        actor: Actor,
        *,
        blind: bool = False,
        own_ids: NDArray[np.int64] | None = None,
    ) -> None:
        """Wrap an actor; a blind one never gets a word.

        `own_ids` are the actor's token ids of the environment's, (vocabulary,), if they differ.
        """
        self.name, self._actor, self._blind = name, actor.eval(), blind
        self._own_ids = own_ids
        self._read_before: dict[bytes, torch.Tensor] = {}

    @property
    def control(self) -> str:
        """Control mode that the actions are for."""
        return self._actor.config.control

    def reset(self, seeds: list[int]) -> None:
        """Begin episodes; there is nothing to remember and no chance."""

    @torch.no_grad()
    def act(self, observations: Observations, envs: Sequence[Handle | None]) -> NDArray[np.float32]:
        """Return actions (B, A) in [-1, 1]."""
        rows, _ = self._look(observations)
        return np.asarray(self._actor.head(rows).clamp(-1, 1).numpy())

    @torch.no_grad()
    def attention(self, observations: Observations) -> NDArray[np.float32]:
        """Return where the policy looks for what it shall act on. Shape (B, h, w)."""
        _, found = self._look(observations)
        side = self._actor.config.grounding.image_size // 4
        return torch.softmax(found.scores[:, 0, 0], dim=-1).view(-1, side, side).numpy()

    def _look(self, observations: Observations) -> tuple[torch.Tensor, Grounded]:
        entries, known = observations[PROPRIO].shape[1], self._actor.config.proprio_size
        if entries != known:
            raise InvalidValueError(
                f"The policy '{self.name}' knows '{PROPRIO}' with {known} entries, this task has "
                f"{entries}: its actions differ. Take a task or control that it was trained for."
            )
        return self._actor.look(
            to_image(torch.from_numpy(observations[IMAGE])),
            torch.stack([self._read(row) for row in observations[INSTRUCTION]]),
            torch.from_numpy(observations[PROPRIO]),
        )

    def _read(self, tokens: NDArray[np.int64]) -> torch.Tensor:
        # Each sentence by itself and once: the last bits of an action must not depend on which
        # other sentences are in the batch.
        key = b"" if self._blind else tokens.tobytes()
        if key not in self._read_before:
            own = tokens if self._own_ids is None else self._own_ids[tokens]
            ids = torch.from_numpy(np.zeros_like(tokens) if self._blind else own)
            self._read_before[key] = self._actor.grounding.read(ids[None, None])[0, 0]
        return self._read_before[key]


def actor_config(config: TrainConfig, vocabulary_size: int, *, tilts: bool = False) -> ActorConfig:
    """Return the sizes of the actor that a training run builds.

    Args:
        config: The run.
        vocabulary_size: Token ids that words are drawn from.
        tilts: Whether the task's actions steer the tilt of the hand.
    """
    grounding = GroundingConfig(config.dim, config.image_size)
    return ActorConfig(config.control, vocabulary_size, grounding, tilts=tilts)


def save_policy(folder: Path, actor: Actor, config: TrainConfig) -> Path:
    """Write an actor as a bundle, with golden inputs and outputs."""
    sizes = actor.config
    rng = stream(config.seed, "golden")
    side = sizes.grounding.image_size
    observations: dict[str, NDArray[Any]] = {
        IMAGE: rng.integers(0, 256, (GOLDEN_ROWS, side, side, 3), np.uint8),
        INSTRUCTION: rng.integers(0, sizes.vocabulary_size, (GOLDEN_ROWS, INSTRUCTION_LENGTH)),
        PROPRIO: rng.normal(size=(GOLDEN_ROWS, sizes.proprio_size)).astype(np.float32),
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
            # Absent as long as there was none.
            **({"tilts": True} if sizes.tilts else {}),
            "blind": config.blind,
        },
        state=actor.state_dict(),
        tokenizer_json=default_tokenizer().to_json(),
        spec=_spec(config, sizes),
        golden={**observations, "action": action},
    )


def load_learned(name: str, folder: Path) -> LearnedPolicy:
    """Load a bundle, check it against its golden outputs, and return its policy.

    Raises:
        BundleError: If the bundle is damaged, or the network does not give what it gave when saved.
    """
    bundle = load_bundle(folder)
    actor = build_actor(bundle)
    blind = bool(bundle.config.get("blind", False))
    own_ids = _own_ids(folder, bundle, actor)
    policy = LearnedPolicy(name, actor, blind=blind)
    golden = {key: bundle.golden[key] for key in (IMAGE, INSTRUCTION, PROPRIO)}
    action = policy.act(golden, [None] * len(golden[IMAGE]))
    error = float(np.abs(action - bundle.golden["action"]).max())
    if not error <= GOLDEN_TOLERANCE:
        raise BundleError(
            f"{folder}/golden.npz: actions differ by {error:.2g}; allowed {GOLDEN_TOLERANCE}."
        )
    return LearnedPolicy(name, actor, blind=blind, own_ids=own_ids)


def _own_ids(folder: Path, bundle: Bundle, actor: Actor) -> NDArray[np.int64]:
    """Return the bundle's token id of each of the environment's: words it never met are unknown."""
    own, ours = InstructionTokenizer.from_json(bundle.tokenizer_json), default_tokenizer()
    words = [own.decode(np.array([i])) for i in range(UNKNOWN_ID + 1, own.vocabulary_size)]
    foreign = [word for word in words if ours.encode(word)[0] == UNKNOWN_ID]
    if foreign or own.vocabulary_size > actor.config.vocabulary_size:
        raise BundleError(f"{folder}/tokenizer.json has other words than this version of vlsim.")
    known = [ours.decode(np.array([i])) for i in range(1, ours.vocabulary_size)]
    return np.array([PAD_ID, *(own.encode(word)[0] for word in known)])


def build_actor(bundle: Bundle) -> Actor:
    """Build the network that a bundle describes, with its weights."""
    config = bundle.config
    try:
        actor = Actor(
            ActorConfig(
                str(config["control"]),
                int(config["vocabulary_size"]),
                GroundingConfig(int(config["dim"]), int(config["image_size"])),
                int(config["hidden"]),
                bool(config.get("tilts", False)),
            )
        )
        actor.load_state_dict(bundle.state)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise BundleError(
            f"{bundle.folder}: config.json and weights do not fit: {reason}"
        ) from error
    return actor


def _spec(config: TrainConfig, sizes: ActorConfig) -> dict[str, Any]:
    side = sizes.grounding.image_size
    return {
        "task": config.task,
        "robot": config.robot,
        "control": sizes.control,
        "control_hz": None if sizes.control == "primitive" else 10,
        "image_size": side,
        "inputs": {
            IMAGE: {
                "shape": [side, side, 3],
                "dtype": "uint8",
                "range": [0, 255],
                "rule": "RGB, front camera",
            },
            INSTRUCTION: {"shape": [INSTRUCTION_LENGTH], "dtype": "int64", "padding": 0},
            PROPRIO: {
                "shape": [sizes.proprio_size],
                "dtype": "float32",
                "units": "m, rad, m, action",
            },
        },
        "outputs": {"action": {"shape": [sizes.action_size], "dtype": "float32", "range": [-1, 1]}},
        # Where it was on average, if the randomisation moved it.
        "camera": {"eye": FRONT.eye, "target": FRONT.target, "fov_deg": FRONT.fov_deg},
        "randomization": {
            name: term.to_json() for name, term in choose_terms(config.randomization).items()
        },
        "tolerance": {"torch": GOLDEN_TOLERANCE},
    }
