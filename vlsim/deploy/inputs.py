"""What a learned policy is shown, checked before any network runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.interface.observation import INSTRUCTION, PROPRIO
from vlsim.models.config import ActorConfig
from vlsim.world import HOME_EE_POSITION, MAX_OPENING

AT_HOME = (*HOME_EE_POSITION, 0.0, 0.0, MAX_OPENING)
"""Pose of a hand at home with open fingers, in the order of `POSE_NAMES`: metres and radians."""

Arrays = Mapping[str, NDArray[Any]]


def checked_inputs(
    name: str, config: ActorConfig, observations: Arrays, entries: int
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return pictures (B, V, S, S, 3) of V cameras and proprioception (B, P) that can be read.

    Args:
        name: The policy's, for errors.
        config: What it reads.
        observations: B rows each.
        entries: P.

    Raises:
        InvalidValueError: If one is missing or of another form; says what it should be.
    """
    proprio = _array(name, observations, PROPRIO)
    form = proprio.ndim == 2 and proprio.shape[1] == entries
    if proprio.dtype.kind not in "iuf" or not form or not np.isfinite(proprio).all():
        _refuse(name, PROPRIO, f"finite numbers (B, {entries})", proprio, "")
    rows, side = len(proprio), config.backbone.image_size
    views = []
    for key in config.backbone.image_keys:
        image = _array(name, observations, key)
        if image.dtype != np.uint8 or image.shape != (rows, side, side, 3):
            fit = f"vlsim.interface.preprocess.fit_picture(picture, {side})"
            hint = f" Bring a picture to that form with {fit}."
            _refuse(name, key, f"uint8 ({rows}, {side}, {side}, 3)", image, hint)
        views.append(image)
    return np.stack(views, axis=1), proprio.astype(np.float32, copy=False)


def checked_ids(name: str, n_ids: int, arrays: Arrays, rows: int) -> NDArray[np.int64]:
    """Return the token ids (B, L) of B golden sentences, from 0 to `n_ids` - 1.

    Raises:
        InvalidValueError: If they are missing or of another form.
    """
    tokens = _array(name, arrays, INSTRUCTION)
    if tokens.dtype.kind not in "iu" or tokens.ndim != 2 or len(tokens) != rows:
        _refuse(name, INSTRUCTION, f"token ids ({rows}, L), whole numbers", tokens, "")
    for token in (tokens.min(initial=0), tokens.max(initial=0)):
        if not 0 <= token < n_ids:
            raise InvalidValueError(
                f"The policy '{name}' reads token ids from 0 to {n_ids - 1}, got {token}."
            )
    return tokens.astype(np.int64, copy=False)


def _array(name: str, arrays: Arrays, key: str) -> NDArray[Any]:
    if key not in arrays:
        raise InvalidValueError(
            f"The policy '{name}' reads '{key}', and the observation has "
            f"{', '.join(arrays) or 'nothing'}."
        )
    return np.asarray(arrays[key])


def _refuse(name: str, key: str, expected: str, got: NDArray[Any], hint: str) -> None:
    raise InvalidValueError(
        f"The policy '{name}' reads '{key}' as {expected}, got {got.dtype} {got.shape}.{hint}"
    )
