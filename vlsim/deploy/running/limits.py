"""How far, how fast and how long an arm may move; software limits, beside the arm's own."""

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.robots.urdf import Joint
from vlsim.world.hand import HIGH, LOW, MAX_OPENING, WIDEST, Hand

Vector = NDArray[np.float64]


def _check_positive(limits: "Bounds | Limits", names: tuple[str, ...]) -> None:
    for name in names:
        value = getattr(limits, name)
        if not 0.0 < value < math.inf:
            raise InvalidValueError(f"{name} of the limits must be positive, got {value}.")


@dataclass(frozen=True)
class Bounds:
    """How an entry of a target may change, at full speed: metres, or radians.

    Args:
        speed: Most that it changes in a second.
        acceleration: Most that the speed changes in a second.
        jerk: Most that the acceleration changes in a second.
        step: Most that a target may be away from what was sent last.

    Raises:
        InvalidValueError: If a number is not positive.
    """

    speed: float
    acceleration: float
    jerk: float
    step: float

    def __post_init__(self) -> None:
        """Refuse bounds in which nothing moves."""
        _check_positive(self, ("speed", "acceleration", "jerk", "step"))


@dataclass(frozen=True)
class Limits:
    """What an arm may do at full speed; a run at 10 % has a tenth of every speed.

    Args:
        low: Corner of the box in which the end effector stays, metres, base frame.
        high: The opposite corner.
        table: The end effector stays above this height, metres, wherever the box ends.
        move: Along each of x, y and z, metres.
        turn: Of each angle: yaw and tilt of the hand, or a joint, radians.
        gripper_speed: Of the opening, metres a second.
        age: Oldest observation that is acted on, seconds.
        clamps: So many clamped commands in a row stop the arm.
        frozen: A camera whose pictures stay the same for so long stops the arm, seconds.

    Raises:
        InvalidValueError: If a number is not positive or the box is empty.
    """

    low: tuple[float, float, float] = LOW
    high: tuple[float, float, float] = HIGH
    table: float = LOW[2]
    move: Bounds = Bounds(speed=0.5, acceleration=5.0, jerk=100.0, step=0.08)
    turn: Bounds = Bounds(speed=2.5, acceleration=25.0, jerk=500.0, step=0.4)
    gripper_speed: float = 0.2
    age: float = 0.3
    clamps: int = 15
    frozen: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what would allow nothing."""
        _check_positive(self, ("gripper_speed", "age", "clamps", "frozen"))
        floor = (*self.low[:2], max(self.low[2], self.table))
        if not all(map(math.isfinite, (*self.low, *self.high, self.table))) or not all(
            a < b for a, b in zip(floor, self.high, strict=True)
        ):
            raise InvalidValueError(
                f"The workspace must have low < high and table < high, got low {self.low}, high "
                f"{self.high}, table {self.table:g}."
            )


@dataclass(frozen=True, eq=False)
class Axes:
    """The entries of a target, with their limits. Each array has shape (n,).

    The last entry is the opening of the gripper, metres.
    """

    names: tuple[str, ...]
    low: Vector
    high: Vector
    speed: Vector
    acceleration: Vector
    jerk: Vector
    step: Vector

    def slowed(self, share: float) -> "Axes":
        """Return the same axes at a share of the full speed.

        Raises:
            InvalidValueError: If the share is not above 0 and at most 1.
        """
        if not 0.0 < share <= 1.0:
            raise InvalidValueError(
                f"speed must be above 0 and at most 1, the full speed, got {share:g}."
            )
        rates = {name: getattr(self, name) * share for name in ("speed", "acceleration", "jerk")}
        return replace(self, **rates)


POSE = ("x", "y", "z", "yaw", "tilt")
OPENING = "opening"


def pose_axes(limits: Limits, hand: Hand = WIDEST) -> Axes:
    """Return the axes of a pose of the hand, base frame, and the opening."""
    floor = max(limits.low[2], limits.table)
    return _axes(
        limits,
        POSE,
        [*limits.low[:2], floor, -hand.most_yaw, 0.0],
        [*limits.high, hand.most_yaw, hand.most_tilt],
        [limits.move] * 3 + [limits.turn] * 2,
    )


def joint_axes(limits: Limits, joints: tuple[Joint, ...]) -> Axes:
    """Return the axes of an arm's joints, and the opening."""
    return _axes(
        limits,
        tuple(f"joint_{i + 1}" for i in range(len(joints))),
        [joint.low for joint in joints],
        [joint.high for joint in joints],
        [limits.move if joint.slides else limits.turn for joint in joints],
    )


def _axes(
    limits: Limits,
    names: tuple[str, ...],
    low: list[float],
    high: list[float],
    bounds: list[Bounds],
) -> Axes:
    # Of the fingers only the speed is limited: they get to it in one period.
    fingers = Bounds(limits.gripper_speed, 1e3, 1e6, MAX_OPENING)
    every = [*bounds, fingers]
    rates = {f.name: np.array([getattr(b, f.name) for b in every]) for f in fields(Bounds)}
    return Axes((*names, OPENING), np.array([*low, 0.0]), np.array([*high, MAX_OPENING]), **rates)
