"""The self-test of a bundle: what its network did when it was saved, on any engine."""

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import Engine, TextArrays
from vlsim.deploy.inputs import Arrays, checked_ids, checked_inputs
from vlsim.deploy.manifest import GOLDEN
from vlsim.errors import BundleError, InvalidValueError
from vlsim.models.config import ActorConfig


def golden_actions(
    name: str, engine: Engine, sizes: ActorConfig, arrays: Arrays, *, blind: bool
) -> NDArray[np.float32]:
    """Return what a network does about a bundle's golden inputs, (B, A).

    The sentences are token ids: this is about the network, not about its tokenizer.

    Raises:
        InvalidValueError: If the inputs are not of the network's form.
    """
    image, proprio = checked_inputs(name, sizes, arrays, sizes.channels.n_proprio)
    ids = checked_ids(name, sizes.backbone.vocabulary_size, arrays, len(image))
    ids = np.zeros_like(ids) if blind else ids
    text = TextArrays.stacked([engine.read(row[None]) for row in ids])
    return engine.act(image, text, proprio).actions


def check_golden(
    name: str, engine: Engine, sizes: ActorConfig, bundle: Bundle, *, blind: bool
) -> None:
    """Refuse a network that does not do what it did when its bundle was saved.

    Raises:
        BundleError: If its actions differ, or the golden arrays are not of its form.
    """
    place = f"{bundle.folder}/{GOLDEN}"
    try:
        actions = golden_actions(name, engine, sizes, bundle.golden, blind=blind)
        expected = bundle.golden["action"]
        if expected.shape != actions.shape:
            raise InvalidValueError(f"'action' is {expected.shape}, the network's {actions.shape}.")
    except (KeyError, InvalidValueError) as error:
        raise BundleError(f"{place} does not fit: {error}") from error
    difference = float(np.abs(actions - expected).max())
    if not difference <= engine.tolerance:
        raise BundleError(
            f"{place}: actions differ by {difference:.2g}; allowed {engine.tolerance}."
        )
