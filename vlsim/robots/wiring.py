"""Which features of a robot are what a policy sees and moves, and in which units they are."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError, UnknownNameError, in_one_line
from vlsim.interface.preprocess import check_picture
from vlsim.world.hand import MAX_OPENING

UNITS = {"m": 1.0, "mm": 1e-3, "rad": 1.0, "deg": math.pi / 180, "%": MAX_OPENING / 100}
"""What one of each is in metres or radians; 100 % of a gripper is open, 8 cm."""


@dataclass(frozen=True)
class Feature:
    """A number of a robot.

    Args:
        name: As the robot calls it, such as "shoulder_pan.pos".
        unit: "m", "mm", "rad", "deg" or "%", which is of an open gripper.

    Raises:
        UnknownNameError: If there is no such unit.
    """

    name: str
    unit: str

    def __post_init__(self) -> None:
        """Refuse units that mean nothing."""
        if self.unit not in UNITS:
            raise UnknownNameError(f"unit of '{self.name}'", str(self.unit), UNITS)

    def read(self, observation: Mapping[str, Any]) -> float:
        """Return its value in metres or radians.

        Raises:
            InvalidValueError: If it is missing or no finite number.
        """
        value = observation.get(self.name)
        number = isinstance(value, int | float | np.number) and math.isfinite(value)
        if not number:
            raise InvalidValueError(
                f"The robot must give '{self.name}' as a finite number ({self.unit}), got "
                f"{in_one_line(value)}."
            )
        return float(value) * UNITS[self.unit]  # type: ignore[arg-type]

    def write(self, value: float) -> float:
        """Return metres or radians in its unit."""
        return value / UNITS[self.unit]


def _pose(unit_of: Mapping[str, str]) -> tuple[Feature, ...]:
    return tuple(Feature(f"ee.{name}", unit) for name, unit in unit_of.items())


POSE_FEATURES = _pose({"x": "m", "y": "m", "z": "m", "yaw": "rad", "tilt": "rad"})
OPENING_FEATURE = Feature("gripper.pos", "m")


@dataclass(frozen=True)
class Wiring:
    """What is what, of one robot.

    Args:
        robot: Name of the robot, as `vlsim list robots` has it, that policies are trained with.
        cameras: The robot's cameras by the names that policies have for them.
        pose: Where the hand is and shall go: x, y, z, yaw and tilt in the base frame, in this
            order. Empty for a robot that knows its joints only.
        joints: The joints from the base on. Empty for a robot that is told poses.
        opening: Distance between the fingers; None for a robot without.
        time: Name of the feature that says when the pictures were taken, in seconds of
            `time.monotonic()`; without one they count as taken when they were asked for.

    Raises:
        InvalidValueError: If a pose has not five entries, or nothing can be moved.
    """

    robot: str
    cameras: Mapping[str, str] = field(default_factory=lambda: {"front": "front"})
    pose: tuple[Feature, ...] = POSE_FEATURES
    joints: tuple[Feature, ...] = ()
    opening: Feature | None = OPENING_FEATURE
    time: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be a robot."""
        if len(self.pose) not in (0, len(POSE_FEATURES)):
            raise InvalidValueError(
                f"The pose of a robot has 5 features, x, y, z, yaw and tilt, got {len(self.pose)}."
            )
        if not self.pose and not self.joints:
            raise InvalidValueError("A robot needs the features of its pose or of its joints.")

    def pictures(self, observation: Mapping[str, Any]) -> dict[str, NDArray[np.uint8]]:
        """Return the picture of each camera, by the policy's names.

        Raises:
            InvalidValueError: If one is missing or no picture (H, W, 3) uint8.
        """
        pictures = {}
        for name, feature in self.cameras.items():
            if feature not in observation:
                raise InvalidValueError(
                    f"The robot gives no picture '{feature}', which is the camera '{name}'; it "
                    f"gives {', '.join(observation) or 'nothing'}."
                )
            pictures[name] = check_picture(observation[feature])
        return pictures

    def read_pose(self, observation: Mapping[str, Any]) -> tuple[float, ...]:
        """Return x, y, z, yaw and tilt, metres and radians."""
        return tuple(feature.read(observation) for feature in self.pose)

    def read_joints(self, observation: Mapping[str, Any]) -> tuple[float, ...]:
        """Return the positions of the joints, radians (metres if they slide)."""
        return tuple(feature.read(observation) for feature in self.joints)

    def read_opening(self, observation: Mapping[str, Any]) -> float:
        """Return the distance between the fingers, metres; 0 without any."""
        return self.opening.read(observation) if self.opening else 0.0

    def action(self, values: Sequence[float], *, by_joints: bool) -> dict[str, float]:
        """Return what to send to the robot.

        Args:
            values: A pose or joints, and the opening: metres and radians.
            by_joints: Which of the two.
        """
        parts = self.joints if by_joints else self.pose
        moved = {f.name: f.write(v) for f, v in zip(parts, values[:-1], strict=True)}
        if self.opening:
            moved[self.opening.name] = self.opening.write(values[-1])
        return moved
