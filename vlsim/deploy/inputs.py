"""What a learned policy is shown, checked before any network runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError, in_one_line
from vlsim.interface.observation import INSTRUCTION, PROPRIO
from vlsim.models.config import ActorConfig

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
    if not isinstance(observations, Mapping):
        raise InvalidValueError(
            f"The policy '{name}' acts on observations by name, as its observe(picture) returns "
            f"them, got {in_one_line(observations)}."
        )
    proprio = _array(name, observations, PROPRIO)
    if proprio.ndim != 2 or proprio.shape[1] != entries or not _is_finite(proprio):
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


def checked_proprio(name: str, proprio: Sequence[float], entries: int) -> NDArray[np.float32]:
    """Return what is measured beside pictures that are the same for all rows. Shape (P,).

    Raises:
        InvalidValueError: If there are not P finite numbers.
    """
    row = _as_array(name, PROPRIO, proprio)
    if row.shape != (entries,) or not _is_finite(row):
        hint = " It is the same for all pictures."
        _refuse(name, PROPRIO, f"finite numbers ({entries},)", row, hint)
    return row.astype(np.float32)


def check_rows(seeds: Sequence[int], instructions: Sequence[str]) -> None:
    """Refuse a reset that has not a seed and a sentence for each row.

    Raises:
        InvalidValueError: Says what a reset is given.
    """
    for what, rows in (("seeds", seeds), ("instructions", instructions)):
        if isinstance(rows, str) or not isinstance(rows, Sequence | np.ndarray):
            raise InvalidValueError(
                f"The {what} of a reset must be a list with an entry for each row, such as "
                f"reset([0], ['lift it']), got {in_one_line(rows)}."
            )
    for words in instructions:
        if not isinstance(words, str):
            raise InvalidValueError(
                f"An instruction must be a string, got {in_one_line(words)}; where nothing is "
                "said, give ''."
            )
    if not len(instructions) or len(seeds) != len(instructions):
        raise InvalidValueError(
            "A reset needs a seed and an instruction for each row, got "
            f"{len(seeds)} and {len(instructions)}."
        )


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
    return _as_array(name, key, arrays[key])


def _as_array(name: str, key: str, values: object) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:
        raise InvalidValueError(
            f"The policy '{name}' reads '{key}' as an array, got rows of different lengths."
        ) from None


def _is_finite(numbers: NDArray[Any]) -> bool:
    return numbers.dtype.kind in "iuf" and bool(np.isfinite(numbers).all())


def _refuse(name: str, key: str, expected: str, got: NDArray[Any], hint: str) -> None:
    found = f"{got.dtype} {got.shape}"
    if got.dtype.kind == "f" and not np.isfinite(got).all():
        where = tuple(np.argwhere(~np.isfinite(got))[0].tolist())
        found += f" with {got[where]} at {list(where)}"
    raise InvalidValueError(f"The policy '{name}' reads '{key}' as {expected}, got {found}.{hint}")
