"""The network of a bundle, built from what is written there and computed with torch."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import Reply, TextArrays
from vlsim.deploy.graphs import PolicyGraph, TextGraph
from vlsim.deploy.manifest import GOLDEN
from vlsim.deploy.sizes import misfit, read_sizes
from vlsim.interface.observation import IMAGE
from vlsim.models.actor import Actor

GOLDEN_TOLERANCE = 1e-4
"""Largest difference of an action from the one stored in the bundle, as actions lie in [-1, 1]."""
DEVICE_TOLERANCE = 5e-3
"""The same where another device computes, which may multiply with fewer bits."""


def build_actor(bundle: Bundle) -> Actor:
    """Build the network that a bundle describes, with its weights."""
    sizes, _ = read_sizes(bundle)
    state = bundle.state
    try:
        # Nothing is allocated for sizes that a forger made up: the weights that are there decide,
        # and for the side of the picture, which no weight has, the picture that is there.
        with torch.device("meta"):
            shapes = {key: value.shape for key, value in Actor(sizes).state_dict().items()}
        if shapes != {key: value.shape for key, value in state.items()}:
            raise ValueError("the shapes differ")
        if sizes.backbone.image_size != bundle.golden[IMAGE].shape[-2]:
            raise ValueError(f"image_size is not that of the pictures in {GOLDEN}")
        # A network begins with random weights; to load others is no reason to use up numbers.
        with torch.random.fork_rng(devices=[]):
            actor = Actor(sizes)
        actor.load_state_dict(state)
    except (LookupError, TypeError, ValueError, RuntimeError) as error:
        misfit(bundle, str(error))
    return actor.eval()


class TorchEngine:
    """Computes an actor with torch, on the device that it is on."""

    def __init__(self, actor: Actor) -> None:
        """Wrap an actor that no longer learns."""
        self._actor = actor.eval()
        self._text, self._policy = TextGraph(actor), PolicyGraph(actor)

    @property
    def tolerance(self) -> float:
        """Largest difference of an action from the bundle's golden one."""
        return GOLDEN_TOLERANCE if self._device.type == "cpu" else DEVICE_TOLERANCE

    @torch.no_grad()
    def read(self, ids: NDArray[np.int64]) -> TextArrays:
        """Return the tokens of one sentence (1, L)."""
        return TextArrays(*(tokens.cpu().numpy() for tokens in self._text(*self._moved(ids))))

    @torch.no_grad()
    def act(
        self, image: NDArray[np.uint8], text: TextArrays, proprio: NDArray[np.float32]
    ) -> Reply:
        """Return what the actor does."""
        inputs = self._moved(image, text.words, text.context, text.mask, proprio)
        return Reply(*(found.cpu().numpy() for found in self._policy(*inputs)))

    @property
    def _device(self) -> torch.device:
        return self._actor.backbone.vision.grid.device

    def _moved(self, *arrays: NDArray[np.generic]) -> list[Tensor]:
        return [torch.from_numpy(array).to(self._device) for array in arrays]
