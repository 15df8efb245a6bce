"""What a learned policy is shown, checked before any network runs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO
from vlsim.interface.policy import Observations
from vlsim.models.config import ActorConfig
from vlsim.world import HOME_EE_POSITION, MAX_OPENING

AT_HOME = (*HOME_EE_POSITION, 0.0, MAX_OPENING)
"""Pose of a hand at home with open fingers: x, y, z (metres), yaw (radians), opening (metres)."""


def checked_inputs(
    name: str, config: ActorConfig, n_ids: int, observations: Observations
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32]]:
    """Return pictures (B, S, S, 3), token ids (B, L) and proprioception (B, P) that can be read.

    Args:
        name: The policy's, for errors.
        config: What it reads.
        n_ids: Token ids that it knows, from 0 on.
        observations: B rows each.

    Raises:
        InvalidValueError: If one is missing or of another form; says what it should be.
    """
    proprio = _array(name, observations, PROPRIO)
    entries = config.channels.n_proprio
    if proprio.ndim == 2 and proprio.shape[1] != entries:
        raise InvalidValueError(
            f"The policy '{name}' knows '{PROPRIO}' with {entries} entries, this task has "
            f"{proprio.shape[1]}: its actions differ. Take a task or control that it was trained "
            "for."
        )
    if proprio.dtype.kind not in "iuf" or proprio.ndim != 2 or not np.isfinite(proprio).all():
        _refuse(name, PROPRIO, f"finite numbers (B, {entries})", proprio, "")
    rows, side = len(proprio), config.backbone.image_size
    image = _array(name, observations, IMAGE)
    if image.dtype != np.uint8 or image.shape != (rows, side, side, 3):
        fit = f"vlsim.interface.preprocess.fit_picture(picture, {side})"
        hint = f" Bring a picture to that form with {fit}."
        _refuse(name, IMAGE, f"uint8 ({rows}, {side}, {side}, 3)", image, hint)
    tokens = _array(name, observations, INSTRUCTION)
    if tokens.dtype.kind not in "iu" or tokens.ndim != 2 or len(tokens) != rows:
        hint = " vlsim.language.tokenizer.default_tokenizer() makes them of words."
        _refuse(name, INSTRUCTION, f"token ids ({rows}, L), whole numbers", tokens, hint)
    for token in (tokens.min(initial=0), tokens.max(initial=0)):
        if not 0 <= token < n_ids:
            raise InvalidValueError(
                f"The policy '{name}' reads token ids from 0 to {n_ids - 1}, got {token}."
            )
    return image, tokens.astype(np.int64, copy=False), proprio.astype(np.float32, copy=False)


def _array(name: str, observations: Observations, key: str) -> NDArray[Any]:
    if key not in observations:
        raise InvalidValueError(
            f"The policy '{name}' reads '{key}', and the observation has "
            f"{', '.join(observations) or 'nothing'}."
        )
    return np.asarray(observations[key])


def _refuse(name: str, key: str, expected: str, got: NDArray[Any], hint: str) -> None:
    raise InvalidValueError(
        f"The policy '{name}' reads '{key}' as {expected}, got {got.dtype} {got.shape}.{hint}"
    )
