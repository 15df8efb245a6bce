"""A trained policy, loaded from its bundle; neither the simulator nor environments are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle, load_bundle
from vlsim.deploy.inputs import AT_HOME, checked_inputs
from vlsim.deploy.manifest import CONFIG, GOLDEN
from vlsim.deploy.pictures import PictureSource, read_picture
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.environment import Handle
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO, Channels
from vlsim.interface.policy import Observations
from vlsim.interface.preprocess import fit_picture
from vlsim.language.tokenizer import (
    PAD_ID,
    UNKNOWN_ID,
    InstructionTokenizer,
    default_tokenizer,
)
from vlsim.models.actor import Actor
from vlsim.models.config import POINTED, ActorConfig, BackboneConfig
from vlsim.models.device import check_device
from vlsim.models.fusion import Fused
from vlsim.models.pretrained import PREFIX
from vlsim.models.tokens import TextTokens, to_image
from vlsim.reader import read_as

GOLDEN_TOLERANCE = 1e-4
"""Largest difference of an action from the one stored in the bundle, as actions lie in [-1, 1]."""


MOST_SENTENCES = 1024
"""Sentences that a policy remembers; it forgets the one that it met longest ago."""


class TorchPolicy:
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
        self._n_ids = actor.config.backbone.vocabulary_size if own_ids is None else len(own_ids)
        self._read_before: dict[bytes, TextTokens] = {}
        self._device = actor.backbone.vision.grid.device

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
        return np.asarray(self._actor.head(rows).clamp(-1, 1).cpu().numpy())

    def act_on(
        self, picture: PictureSource, instruction: str, proprio: Sequence[float] | None = None
    ) -> NDArray[np.float32]:
        """Return the action for one picture and one sentence. Shape (A,), in [-1, 1].

        Args:
            picture: A file, or pixels (H, W, 3) uint8, as the front camera of the bundle's
                `manifest.json` would see the table; `fit_picture` brings it to the policy's size.
            instruction: What to do.
            proprio: Pose of the hand and previous action, as in an observation. Without it the
                hand is at home with open fingers, as where a `primitive` begins.

        Raises:
            InvalidValueError: If the picture cannot be read, or a policy that steers the hand is
                not told where it is.
            InstructionError: If the sentence has more words than those of its task.
        """
        config = self._actor.config
        if proprio is None:
            if config.control != POINTED:
                names = ", ".join(config.channels.pose)
                raise InvalidValueError(
                    f"A policy for control '{config.control}' needs 'proprio', {names} and the "
                    f"previous action ({config.channels.n_proprio} numbers), got none."
                )
            proprio = (*AT_HOME, *[0.0] * config.channels.n_actions)
        pixels = fit_picture(read_picture(picture), config.backbone.image_size)
        observations: Observations = {
            IMAGE: pixels[None],
            INSTRUCTION: default_tokenizer().encode(instruction, config.n_words)[None],
            PROPRIO: np.asarray(proprio, np.float32)[None],
        }
        return np.asarray(self.act(observations, [None])[0])

    @torch.no_grad()
    def attention(self, observations: Observations) -> dict[str, NDArray[np.float32]]:
        """Return where the policy looks for each of `ROLES`. Shapes (B, h, w), of sum 1 each."""
        _, found = self._look(observations)
        side = self._actor.backbone.vision.side
        maps = torch.softmax(found.scores, dim=-1).cpu()
        return {role: maps[:, i].view(-1, side, side).numpy() for i, role in enumerate(ROLES)}

    def _look(self, observations: Observations) -> tuple[torch.Tensor, Fused]:
        image, tokens, proprio = checked_inputs(
            self.name, self._actor.config, self._n_ids, observations
        )
        return self._actor.look(
            to_image(torch.from_numpy(image).to(self._device)),
            TextTokens.stacked([self._read(row) for row in tokens]),
            torch.from_numpy(proprio).to(self._device),
        )

    def _read(self, tokens: NDArray[np.int64]) -> TextTokens:
        # Each sentence by itself and once: the last bits of an action must not depend on which
        # other sentences are in the batch.
        key = b"" if self._blind else tokens.tobytes()
        text = self._read_before.pop(key, None)
        if text is None:
            own = tokens if self._own_ids is None else self._own_ids[tokens]
            ids = torch.from_numpy(np.zeros_like(tokens) if self._blind else own)
            text = self._actor.backbone.read(ids[None].to(self._device))
        # The last one is the one that was used last.
        self._read_before[key] = text
        if len(self._read_before) > MOST_SENTENCES:
            del self._read_before[next(iter(self._read_before))]
        return text


def load_torch_policy(name: str, folder: Path, device: str = "cpu") -> TorchPolicy:
    """Load a bundle, check it against its golden outputs on the CPU, and return its policy.

    Args:
        name: What the policy is called.
        folder: The bundle.
        device: Where the policy computes.

    Raises:
        BundleError: If the bundle is damaged, or the network does not give what it gave when saved.
        InvalidValueError: If there is no such device.
    """
    check_device(device)
    bundle = load_bundle(folder)
    actor = build_actor(bundle)
    blind = bool(bundle.config.get("blind", False))
    own_ids = _own_ids(folder, bundle, actor)
    policy = TorchPolicy(name, actor, blind=blind)
    try:
        action = policy.act(bundle.golden, [None] * len(bundle.golden[PROPRIO]))
        expected = bundle.golden["action"]
        if expected.shape != action.shape:
            raise InvalidValueError(f"'action' is {expected.shape}, the network's {action.shape}.")
    except (KeyError, InvalidValueError) as error:
        raise BundleError(f"{folder}/{GOLDEN} does not fit: {error}") from error
    difference = float(np.abs(action - expected).max())
    if not difference <= GOLDEN_TOLERANCE:
        raise BundleError(
            f"{folder}/{GOLDEN}: actions differ by {difference:.2g}; allowed {GOLDEN_TOLERANCE}."
        )
    return TorchPolicy(name, actor.to(device), blind=blind, own_ids=own_ids)


def _own_ids(folder: Path, bundle: Bundle, actor: Actor) -> NDArray[np.int64]:
    """Return the bundle's token id of each of the environment's: words it never met are unknown."""
    own, ours = InstructionTokenizer.from_json(bundle.tokenizer_json), default_tokenizer()
    words = [own.decode(np.array([i])) for i in range(UNKNOWN_ID + 1, own.vocabulary_size)]
    foreign = [word for word in words if ours.encode(word)[0] == UNKNOWN_ID]
    if foreign or own.vocabulary_size > actor.config.backbone.vocabulary_size:
        raise BundleError(f"{folder}/tokenizer.json has other words than this version of vlsim.")
    known = [ours.decode(np.array([i])) for i in range(1, ours.vocabulary_size)]
    return np.array([PAD_ID, *(own.encode(word)[0] for word in known)])


@dataclass(frozen=True)
class _Written:
    """The `config.json` of a bundle."""

    control: str
    backbone: BackboneConfig
    hidden: int
    n_words: int
    pose: tuple[str, ...]
    action: tuple[str, ...]
    blind: bool = False


def build_actor(bundle: Bundle) -> Actor:
    """Build the network that a bundle describes, with its weights."""
    try:
        config = read_as(_Written, bundle.config, f"{bundle.folder}/{CONFIG}")
    except InvalidValueError as error:
        raise BundleError(str(error)) from None
    backbone = config.backbone
    try:
        for name, settings in (
            (backbone.vision, backbone.vision_settings),
            (backbone.text, backbone.text_settings),
        ):
            # Its source, which may be a download, must not be asked for.
            if name.startswith(PREFIX) and not settings:
                raise ValueError(f"the configuration of the tower '{name}' is missing")
        sizes = ActorConfig(
            config.control,
            config.n_words,
            Channels(config.pose, config.action),
            backbone,
            config.hidden,
        )
        # Nothing is allocated for sizes that a forger made up: the weights that are there decide,
        # and for the side of the picture, which no weight has, the picture that is there.
        with torch.device("meta"):
            shapes = {key: value.shape for key, value in Actor(sizes).state_dict().items()}
        if shapes != {key: value.shape for key, value in bundle.state.items()}:
            raise ValueError("the shapes differ")
        if sizes.backbone.image_size != bundle.golden[IMAGE].shape[-2]:
            raise ValueError(f"image_size is not that of the pictures in {GOLDEN}")
        # A network begins with random weights; to load others is no reason to use up numbers.
        with torch.random.fork_rng(devices=[]):
            actor = Actor(sizes)
        actor.load_state_dict(bundle.state)
    except (LookupError, TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise BundleError(
            f"{bundle.folder}: config.json and weights do not fit: {reason}"
        ) from error
    return actor
