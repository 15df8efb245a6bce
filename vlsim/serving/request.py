"""What a client asks: read, checked, and brought to what the policy reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import VlsimError
from vlsim.interface.observation import IMAGE, POSE_NAMES, PROPRIO, camera_key
from vlsim.interface.policy import ANY
from vlsim.interface.preprocess import fit_picture
from vlsim.serving import libero
from vlsim.serving.description import PROMPT, SEED, Description
from vlsim.serving.wire import WireError, unpack

LIBERO_IMAGES = {libero.FRONT_IMAGE: "front", libero.WRIST_IMAGE: "wrist"}
LONGEST_PROMPT = 2000
"""Characters."""


@dataclass
class Session:
    """A connection, and what is remembered of it."""

    number: int
    previous: NDArray[np.float32] | None = None
    """The action that was sent last, which LIBERO's clients do not send back."""


@dataclass(frozen=True)
class Request:
    """One row for the policy."""

    session: Session
    observation: dict[str, NDArray[Any]]
    prompt: str
    seed: int | None = None
    is_libero: bool = False
    """Whether the reply is LIBERO's, too."""
    yaw: float = 0.0
    """Of the hand, radians."""

    def in_reply(self, chunk: NDArray[np.float32], control: str) -> NDArray[np.float32]:
        """Return the actions (T, A) as the client reads them."""
        self.session.previous = chunk[0]
        if self.is_libero and control == "ee_delta":
            return libero.from_ee_delta(chunk, self.yaw)
        return chunk


class RequestReader:
    """Reads requests for one policy.

    Args:
        description: What the policy reads.
        takes_all: Whether it gets everything that the client sends, and not only what is described.
    """

    def __init__(self, description: Description, takes_all: bool) -> None:
        """See the class."""
        self._takes_all = takes_all
        self._expected = {k: v for k, v in description.obs_spec.items() if "shape" in v}
        self._sizes = description.spec.cameras

    def read(self, session: Session, frame: bytes | str) -> Request:
        """Return the request of a frame.

        Raises:
            WireError: If it is none; one line that says what was expected.
        """
        if isinstance(frame, str):
            raise WireError("A request must be a binary frame (msgpack), got a text frame.")
        message = unpack(frame)
        if not isinstance(message, dict):
            raise WireError(f"A request must be a map, got a {type(message).__name__}.")
        prompt, seed = message.get(PROMPT), message.get(SEED)
        if not isinstance(prompt, str) or len(prompt) > LONGEST_PROMPT:
            got = "more" if isinstance(prompt, str) else _form(prompt)
            raise WireError(
                f"A request needs '{PROMPT}', a sentence of {LONGEST_PROMPT} characters at most "
                f"('' where nothing is said), got {got}."
            )
        if seed is not None and (type(seed) is not int or not 0 <= seed < 1 << 63):
            raise WireError(f"'{SEED}' must be a whole number from 0 to 2**63 - 1.")
        is_libero = libero.FRONT_IMAGE in message
        found = self._from_libero(session, message) if is_libero else message
        observation = {key: self._checked(key, found) for key in self._expected}
        if self._takes_all:
            arrays = {k: v for k, v in found.items() if isinstance(v, np.ndarray)}
            observation = arrays | observation
        steers = is_libero and PROPRIO in observation
        yaw = float(observation[PROPRIO][POSE_NAMES.index("yaw")]) if steers else 0.0
        return Request(session, observation, prompt, seed, is_libero, yaw)

    def _from_libero(self, session: Session, message: Mapping[Any, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, camera in LIBERO_IMAGES.items():
            size = self._sizes.get(camera)
            if size is not None and key in message:
                try:
                    picture = fit_picture(message[key], size) if size != ANY else message[key]
                except VlsimError as error:
                    raise WireError(f"'{key}': {error}") from None
                found[camera_key(IMAGE, camera)] = picture
        if PROPRIO in self._expected:
            state = _numbers(libero.STATE, message.get(libero.STATE), [libero.N_STATE])
            (size,) = self._expected[PROPRIO]["shape"]
            previous = session.previous
            n_actions = size - len(POSE_NAMES)
            acted = np.zeros(n_actions, np.float32) if previous is None else previous
            found[PROPRIO] = np.concatenate([libero.pose_of(state), acted])
        return found

    def _checked(self, key: str, message: Mapping[Any, Any]) -> NDArray[Any]:
        if key not in message:
            raise WireError(
                f"A request needs '{key}', and has {', '.join(map(str, message))[:100] or 'none'}."
            )
        expected, value = self._expected[key], message[key]
        shape = expected["shape"]
        if expected["dtype"] != "|u1":
            return _numbers(key, value, shape)
        is_picture = isinstance(value, np.ndarray) and value.dtype == np.uint8 and value.ndim == 3
        if not is_picture or any(
            n not in (ANY, m) for n, m in zip(shape, value.shape, strict=True)
        ):
            raise WireError(f"'{key}' must be uint8 {tuple(shape)}, got {_form(value)}.")
        return cast("NDArray[Any]", value)


def _numbers(key: str, value: object, shape: list[int]) -> NDArray[np.float32]:
    is_array = isinstance(value, np.ndarray) and value.dtype.kind in "iuf"
    if not is_array or list(cast("NDArray[Any]", value).shape) != shape:
        raise WireError(f"'{key}' must be numbers {tuple(shape)}, got {_form(value)}.")
    with np.errstate(over="ignore"):
        numbers = cast("NDArray[Any]", value).astype(np.float32)
    if not np.isfinite(numbers).all():
        raise WireError(f"'{key}' must be finite, got one that is not.")
    return numbers


def _form(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    return "nothing" if value is None else f"a {type(value).__name__}"
