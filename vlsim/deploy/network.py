"""The network of a bundle: built from what is written there, and checked by its golden inputs."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.inputs import Arrays, checked_ids, checked_inputs
from vlsim.deploy.manifest import CONFIG, GOLDEN
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.action import control_rate
from vlsim.interface.observation import IMAGE, Channels
from vlsim.interface.policy import PolicySpec
from vlsim.models.actor import Actor
from vlsim.models.config import PREFIX, ActorConfig, BackboneConfig
from vlsim.models.fusion import Fused
from vlsim.models.tokens import TextTokens, to_image
from vlsim.reader import read_as

GOLDEN_TOLERANCE = 1e-4
"""Largest difference of an action from the one stored in the bundle, as actions lie in [-1, 1]."""


@dataclass(frozen=True)
class _Written:
    """The `config.json` of a bundle."""

    control: str
    backbone: BackboneConfig
    hidden: int
    n_words: int
    pose: tuple[str, ...]
    action: tuple[str, ...]
    motion: str = ""
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
            Channels(config.pose, config.action, config.motion),
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


def actor_spec(config: ActorConfig, robot: str) -> PolicySpec:
    """Return what an actor needs that was trained with a robot."""
    cameras = dict.fromkeys(config.backbone.cameras, config.backbone.image_size)
    return PolicySpec(config.control, robot, cameras, control_rate(config.control))


def golden_actions(name: str, actor: Actor, arrays: Arrays, *, blind: bool) -> NDArray[np.float32]:
    """Return what a network does about a bundle's golden inputs, (B, A).

    The sentences are token ids: this is about the network, not about its tokenizer.

    Raises:
        InvalidValueError: If the inputs are not of the network's form.
    """
    image, proprio = checked_inputs(name, actor.config, arrays, actor.config.channels.n_proprio)
    ids = checked_ids(name, actor.config.backbone.vocabulary_size, arrays, len(image))
    ids = np.zeros_like(ids) if blind else ids
    with torch.no_grad():
        text = TextTokens.stacked([read(actor, row[None]) for row in ids])
        return best_actions(actor, look(actor, image, text, proprio)[0])


def check_golden(name: str, actor: Actor, bundle: Bundle, *, blind: bool) -> None:
    """Refuse a network that does not do what it did when its bundle was saved.

    Raises:
        BundleError: If its actions differ, or the golden arrays are not of its form.
    """
    place = f"{bundle.folder}/{GOLDEN}"
    try:
        actions = golden_actions(name, actor, bundle.golden, blind=blind)
        expected = bundle.golden["action"]
        if expected.shape != actions.shape:
            raise InvalidValueError(f"'action' is {expected.shape}, the network's {actions.shape}.")
    except (KeyError, InvalidValueError) as error:
        raise BundleError(f"{place} does not fit: {error}") from error
    difference = float(np.abs(actions - expected).max())
    if not difference <= GOLDEN_TOLERANCE:
        raise BundleError(
            f"{place}: actions differ by {difference:.2g}; allowed {GOLDEN_TOLERANCE}."
        )


def read(actor: Actor, ids: NDArray[np.int64]) -> TextTokens:
    """Return the tokens of sentences (M, L), on the network's device."""
    return actor.backbone.read(torch.from_numpy(ids).to(_device(actor)))


def look(
    actor: Actor, image: NDArray[np.uint8], text: TextTokens, proprio: NDArray[np.float32]
) -> tuple[torch.Tensor, Fused]:
    """Return feature rows (B, F) and what B texts name in pictures (B, V, S, S, 3)."""
    device = _device(actor)
    return actor.look(
        to_image(torch.from_numpy(image).to(device)), text, torch.from_numpy(proprio).to(device)
    )


def best_actions(actor: Actor, rows: torch.Tensor) -> NDArray[np.float32]:
    """Return what the network does about feature rows (B, F). Shape (B, A), in [-1, 1]."""
    return np.asarray(actor.head(rows).clamp(-1, 1).cpu().numpy())


def _device(actor: Actor) -> torch.device:
    return actor.backbone.vision.grid.device
