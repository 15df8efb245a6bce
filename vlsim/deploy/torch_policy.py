"""A trained policy, loaded from its bundle; neither the simulator nor environments are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle, load_bundle
from vlsim.deploy.inputs import AT_HOME, Arrays, checked_ids, checked_inputs
from vlsim.deploy.manifest import CONFIG, GOLDEN, MANIFEST, TOKENIZER
from vlsim.deploy.pictures import PictureSource, read_picture
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.action import control_rate
from vlsim.interface.cameras import MAIN
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import IMAGE, PROPRIO, Channels
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.interface.preprocess import fit_picture
from vlsim.language.tokenizer import InstructionTokenizer
from vlsim.models.actor import Actor
from vlsim.models.config import POINTED, ActorConfig, BackboneConfig
from vlsim.models.device import check_device
from vlsim.models.fusion import Fused
from vlsim.models.pretrained import PREFIX
from vlsim.models.tokens import TextTokens, to_image
from vlsim.reader import read_as

GOLDEN_TOLERANCE = 1e-4
"""Largest difference of an action from the one stored in the bundle, as actions lie in [-1, 1]."""

MOST_WORDS = 128
"""Words of the longest sentence that is read; no task says more."""


class TorchPolicy:
    """Acts as the actor of a bundle says, without noise.

    Args:
        name: What the policy is called.
        actor: The network.
        spec: What it needs.
        tokenizer: Of its words; others are unknown to it.
        blind: Whether it never gets a word.
    """

    def __init__(
        self,
        name: str,
        actor: Actor,
        spec: PolicySpec,
        tokenizer: InstructionTokenizer,
        *,
        blind: bool = False,
    ) -> None:
        """Wrap an actor."""
        self.name, self.spec = name, spec
        self._actor, self._tokenizer, self._blind = actor.eval(), tokenizer, blind
        self._text: TextTokens | None = None

    @torch.no_grad()
    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Read what each row is told to do; there is no chance.

        Raises:
            InstructionError: If a sentence has more than `MOST_WORDS` words.
            InvalidValueError: If there is not one sentence for each seed.
        """
        if not instructions or len(seeds) != len(instructions):
            raise InvalidValueError(
                "A reset needs a seed and an instruction for each row, got "
                f"{len(seeds)} and {len(instructions)}."
            )
        # Each sentence by itself and once: the last bits of an action must not depend on which
        # other sentences are in the batch.
        texts = {words: self._read(words) for words in dict.fromkeys(instructions)}
        self._text = TextTokens.stacked([texts[words] for words in instructions])

    @torch.no_grad()
    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions in [-1, 1], one for each row. Shape (B, 1, A)."""
        rows, _ = self._look(observations)
        return _actions(self._actor, rows)[:, None]

    def observe(
        self, *pictures: PictureSource, proprio: Sequence[float] | None = None
    ) -> Observations:
        """Return observations of pictures, one a row, that `act` reads.

        Args:
            *pictures: Files, or pixels (H, W, 3) uint8, as the front camera of the bundle's
                `manifest.json` would see the table; `fit_picture` brings them to the policy's size.
            proprio: Pose of the hand and previous action, as in an observation; the same for all
                rows. Without it the hand is at home with open fingers, as where a `primitive`
                begins.

        Raises:
            InvalidValueError: If a picture cannot be read, or a policy that steers the hand is not
                told where it is.
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
        side = config.backbone.image_size
        return {
            IMAGE: np.stack([fit_picture(read_picture(source), side) for source in pictures]),
            PROPRIO: np.tile(np.asarray(proprio, np.float32), (len(pictures), 1)),
        }

    @torch.no_grad()
    def attention(self, observations: Observations) -> dict[str, NDArray[np.float32]]:
        """Return where the policy looks for each of `ROLES`. Shapes (B, h, w), of sum 1 each."""
        _, found = self._look(observations)
        side = self._actor.backbone.vision.side
        maps = torch.softmax(found.scores, dim=-1).cpu()
        return {role: maps[:, i].view(-1, side, side).numpy() for i, role in enumerate(ROLES)}

    def _look(self, observations: Observations) -> tuple[torch.Tensor, Fused]:
        image, proprio = checked_inputs(self.name, self._actor.config, observations)
        if self._text is None or len(self._text.mask) != len(image):
            n_begun = 0 if self._text is None else len(self._text.mask)
            raise InvalidValueError(
                f"The policy '{self.name}' was told what to do in {n_begun} rows and is shown "
                f"{len(image)}; call reset(seeds, instructions) with one of each for every row."
            )
        return _look(self._actor, image, self._text, proprio)

    def _read(self, words: str) -> TextTokens:
        actor, tokenizer = self._actor, self._tokenizer
        n_words = min(max(actor.config.n_words, tokenizer.n_words(words)), MOST_WORDS)
        ids = tokenizer.encode(words, n_words)[None]
        return _read(actor, np.zeros_like(ids) if self._blind else ids)


def actor_spec(config: ActorConfig, robot: str) -> PolicySpec:
    """Return what an actor needs that was trained with a robot."""
    cameras = {MAIN: config.backbone.image_size}
    return PolicySpec(config.control, robot, cameras, control_rate(config.control))


def golden_actions(name: str, actor: Actor, arrays: Arrays, *, blind: bool) -> NDArray[np.float32]:
    """Return what a network does about a bundle's golden inputs, (B, A).

    The sentences are token ids: this is about the network, not about its tokenizer.

    Raises:
        InvalidValueError: If the inputs are not of the network's form.
    """
    image, proprio = checked_inputs(name, actor.config, arrays)
    ids = checked_ids(name, actor.config.backbone.vocabulary_size, arrays, len(image))
    ids = np.zeros_like(ids) if blind else ids
    with torch.no_grad():
        text = TextTokens.stacked([_read(actor, row[None]) for row in ids])
        return _actions(actor, _look(actor, image, text, proprio)[0])


def _read(actor: Actor, ids: NDArray[np.int64]) -> TextTokens:
    return actor.backbone.read(torch.from_numpy(ids).to(_device(actor)))


def _look(
    actor: Actor, image: NDArray[np.uint8], text: TextTokens, proprio: NDArray[np.float32]
) -> tuple[torch.Tensor, Fused]:
    device = _device(actor)
    return actor.look(
        to_image(torch.from_numpy(image).to(device)), text, torch.from_numpy(proprio).to(device)
    )


def _actions(actor: Actor, rows: torch.Tensor) -> NDArray[np.float32]:
    return np.asarray(actor.head(rows).clamp(-1, 1).cpu().numpy())


def _device(actor: Actor) -> torch.device:
    return actor.backbone.vision.grid.device


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
    actor = build_actor(bundle).eval()
    blind = bool(bundle.config.get("blind", False))
    try:
        tokenizer = InstructionTokenizer.from_json(bundle.tokenizer_json)
    except InvalidValueError as error:
        raise BundleError(f"{folder}/{TOKENIZER}: {error}") from error
    most = actor.config.backbone.vocabulary_size
    if tokenizer.vocabulary_size > most:
        raise BundleError(
            f"{folder}/{TOKENIZER} has {tokenizer.vocabulary_size} token ids, its network {most}."
        )
    if (stated := bundle.manifest.spec) != (own := actor_spec(actor.config, stated.robot)):
        raise BundleError(f"{folder}/{MANIFEST} states {stated}, and its network is {own}.")
    try:
        action = golden_actions(name, actor, bundle.golden, blind=blind)
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
    return TorchPolicy(name, actor.to(device), stated, tokenizer, blind=blind)


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
