"""Weights to start from: those of a model that was trained before."""

from pathlib import Path

import torch
from torch import nn

from vlsim.deploy.bundle import load_bundle
from vlsim.errors import InvalidValueError

ENCODERS = ("backbone.vision.", "backbone.text.")
"""What has to be taken over as a whole."""


@torch.no_grad()
def start_from(network: nn.Module, folder: Path | str) -> list[str]:
    """Give a network all weights of a bundle that have the same name and shape in it.

    Args:
        network: An actor or a model. Parts that the bundle lacks stay as they are.
        folder: The bundle of a model or a policy.

    Returns:
        The names of the weights that were taken.

    Raises:
        BundleError: If the bundle is damaged.
        InvalidValueError: If its encoders are not those of the network.
    """
    bundle = load_bundle(folder)
    own, taken = dict(network.named_parameters()), []
    for name, value in bundle.state.items():
        if name in own and own[name].shape == value.shape:
            own[name].copy_(value)
            taken.append(name)
    missing = sorted(name for name in own if name.startswith(ENCODERS) and name not in taken)
    if missing:
        there = bundle.state.get(missing[0])
        held = f"{tuple(there.shape)} there" if there is not None else "not there"
        raise InvalidValueError(
            f"Cannot start from {folder}: its encoders are others; '{missing[0]}' is "
            f"{tuple(own[missing[0]].shape)} here and {held}. Give the --vision, --text and --dim "
            "that it was trained with."
        )
    return taken
