"""What acts: a policy, what it says about itself, and what it may ask for."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.files import Json
from vlsim.interface.action import CONTROL_NAMES
from vlsim.interface.cameras import check_image_size
from vlsim.interface.environment import GroundTruth

Observations: TypeAlias = dict[str, NDArray[Any]]
"""Observations by name, each with the batch in front: `image` has shape (B, H, W, 3)."""

ANY: Final = "any"
"""Where a policy takes whatever the environment has."""


@dataclass(frozen=True)
class PolicySpec:
    """What a policy reads and how it acts.

    >>> PolicySpec(control="ee_delta", cameras={"front": 64, "wrist": ANY}).robot
    'any'

    Args:
        control: Control mode that its actions are for.
        robot: Name of the robot that it moves.
        cameras: Cameras whose pictures it reads, with the side of the pictures in pixels.
        rate_hz: Actions a second; None where an action is a whole motion.
        chunk: Actions that it returns at once, T.

    Raises:
        UnknownNameError: If there is no such control mode.
        InvalidValueError: If a value is none of these.
    """

    control: str = ANY
    robot: str = ANY
    cameras: Mapping[str, int | Literal["any"]] = field(default_factory=dict)
    rate_hz: float | Literal["any"] | None = ANY
    chunk: int = 1

    def __post_init__(self) -> None:
        """Refuse what no policy can need."""
        if self.control not in (ANY, *CONTROL_NAMES):
            raise UnknownNameError("control mode", str(self.control), [ANY, *CONTROL_NAMES])
        if not isinstance(self.robot, str) or not self.robot:
            raise InvalidValueError(f"robot must be a name or '{ANY}', got {self.robot!r}.")
        if not isinstance(self.cameras, Mapping):
            raise InvalidValueError(
                f"cameras must be names with the sizes of their pictures, such as "
                f"{{'front': 64}}, got {self.cameras!r:.80}."
            )
        for name, size in self.cameras.items():
            if not isinstance(name, str) or not name.isidentifier():
                raise InvalidValueError(
                    f"The name of a camera consists of letters, digits and _, got {name!r}."
                )
            if size != ANY:
                check_image_size(size)
        # A copy: what the caller does with it later changes nothing here.
        object.__setattr__(self, "cameras", dict(self.cameras))
        rate = self.rate_hz
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool)
        if rate not in (ANY, None) and not (is_number and 0 < float(rate) < math.inf):
            raise InvalidValueError(
                f"rate_hz must be above 0, '{ANY}', or None for whole motions, got {rate!r}."
            )
        if not isinstance(self.chunk, int) or isinstance(self.chunk, bool) or self.chunk < 1:
            raise InvalidValueError(f"chunk must be 1 action or more, got {self.chunk!r}.")

    def __str__(self) -> str:
        """Say what matters to the policy.

        >>> str(PolicySpec("primitive", cameras={"front": 64}, rate_hz=None))
        'control primitive, camera front (64 pixels), one action a motion'
        """
        known = {"control": self.control, "robot": self.robot}
        words = [f"{name} {value}" for name, value in known.items() if value != ANY]
        words += [f"camera {name} ({size} pixels)" for name, size in self.cameras.items()]
        if self.rate_hz != ANY:
            words.append(rate_in_words(self.rate_hz))
        if self.chunk > 1:
            words.append(f"{self.chunk} actions at once")
        return ", ".join(words) or "anything"

    def to_json(self) -> Json:
        """Return the fields, as a bundle states them."""
        return asdict(self)


def rate_in_words(rate_hz: float | Literal["any"] | None) -> str:
    """Return a rate as people read it."""
    if rate_hz is None:
        return "one action a motion"
    return "any rate" if rate_hz == ANY else f"{rate_hz:g} Hz"


class Policy(Protocol):
    """Acts in B episodes side by side; what it does in one must not depend on the others."""

    @property
    def name(self) -> str:
        """What it is called in results and errors."""

    @property
    def spec(self) -> PolicySpec:
        """What it needs; an environment of another kind is refused before the first episode."""

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Begin B episodes.

        Args:
            seeds: All chance that row i uses must come from `seeds[i]`.
            instructions: What row i is told to do, in words; "" where nothing is said.
        """

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return the next T actions of every row. Shape (B, T, A), T as `spec.chunk` says.

        They are carried out one after the other before the policy is asked again. Where an episode
        ends sooner the rest is left out, and whatever is returned for a row whose episode is over
        is ignored.

        Args:
            observations: B rows each, those of the reset.
        """


@runtime_checkable
class Informed(Protocol):
    """A policy that needs to know what is true in an episode, as the scripted expert does."""

    def inform(self, truths: Sequence[GroundTruth | None]) -> None:
        """Take what is true in each row, None where the episode is over; before every `act`."""


@runtime_checkable
class Fallible(Protocol):
    """A policy that may have no action, such as one behind a network."""

    @property
    def errors(self) -> Mapping[int, str]:
        """Rows for which the last `act` has no action, and why, in one line.

        Their episodes end there and then, and are neither successes nor failures.
        """


@runtime_checkable
class Memoryless(Protocol):
    """A policy whose actions follow from what it is shown and told now, and from nothing before.

    Rows of many episodes can be put together anew at every call, as a server does.
    """

    def act_as_told(
        self, observations: Observations, instructions: Sequence[str]
    ) -> NDArray[np.float32]:
        """Return what `act` does after a reset with these instructions. Shape (B, T, A)."""


@runtime_checkable
class Attentive(Protocol):
    """A policy that can say where in the picture it looks for what the instruction names."""

    def attention(self, observations: Observations) -> Mapping[str, NDArray[np.float32]]:
        """Return heat-maps of "target" and "place", or of what it has; (B, h, w), not negative."""


PolicyFactory: TypeAlias = Callable[[], Policy]


def stack(observations: Sequence[Mapping[str, NDArray[Any]]]) -> Observations:
    """Put B observations into one, the batch in front."""
    return {key: np.stack([o[key] for o in observations]) for key in observations[0]}
