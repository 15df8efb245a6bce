"""What a robot is: its URDF, which joints move it, its tool, its gripper, its home."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.interface.action import CONTROL_NAMES
from vlsim.robots.urdf import Joint, Urdf, read_urdf
from vlsim.world.hand import WIDEST, Hand
from vlsim.world.quaternion import Vector, quaternion


@dataclass(frozen=True)
class Gripper:
    """Fingers that close on an object.

    Args:
        joints: Names of the finger joints.
        closed: Their positions when the fingers touch, one for each joint.
        open: Their positions when the fingers are wide open, one for each joint.
        opening: Distance between the open fingers, metres; objects are up to 5.2 cm wide.
        force: Of each finger's motor, newtons (newton metres if it turns).
        friction: Of the fingers.
        firm: Whether a gear keeps the fingers symmetric and their pads hold against twisting, as
            those of real arms do. Without, what is held wanders by up to 2 cm between them.
    """

    joints: tuple[str, ...]
    closed: tuple[float, ...]
    open: tuple[float, ...]
    opening: float
    force: float = 15.0
    friction: float = 1.5
    firm: bool = False

    def __post_init__(self) -> None:
        """Refuse a gripper that cannot move."""
        n = len(self.joints)
        if not n or len(self.closed) != n or len(self.open) != n:
            raise InvalidValueError(
                "A gripper needs one position 'closed' and one 'open' for each of its joints, got "
                f"{n} joints, {len(self.closed)} and {len(self.open)} positions."
            )
        if any(a == b for a, b in zip(self.closed, self.open, strict=True)):
            raise InvalidValueError("Every joint of a gripper must move: 'closed' equals 'open'.")
        for what, value in (
            ("opening", self.opening),
            ("force", self.force),
            ("friction", self.friction),
        ):
            if not _is_positive(value):
                raise InvalidValueError(f"A gripper's {what} must be positive, got {value!r:.80}.")


@dataclass(frozen=True)
class RobotSpec:
    """One robot.

    Args:
        name: What people type.
        description: One sentence.
        urdf: File of the robot; meshes are found relative to it.
        joints: Names of the joints that move the tool, from the base on.
        home: Their positions at home, radians (metres if they slide): there the end effector is at
            `vlsim.world.hand.HOME_EE_POSITION`, the tool pointing down.
        end_effector: Name of the link whose frame is the point between the fingertips, or the tip.
        gripper: Its fingers; None if it has none, and then it cannot grasp.
        tool_axis: Direction in which the tool points, end-effector frame; None if the joints cannot
            turn it, as slides cannot.
        opening_axis: Direction in which the fingers open, end-effector frame; at yaw 0 it points
            along the world's y, away from it.
        force: Of each joint's motor, newton metres (newtons if it slides); one number is that of
            all. Links are light (see `vlsim.scene.robot.LINK_MASS`), so little is needed, and much
            would press things into the table.
        limits: (low, high) of each joint; None takes the URDF's.
        base_world: Where the base stands, metres.
        controls: Control modes that it can be moved by.
        hand: How large its hand is and how far it turns.
    """

    name: str
    description: str
    urdf: Path
    joints: tuple[str, ...]
    home: tuple[float, ...]
    end_effector: str
    gripper: Gripper | None = None
    tool_axis: Vector | None = (0.0, 0.0, 1.0)
    opening_axis: Vector = (0.0, 1.0, 0.0)
    force: float | tuple[float, ...] = 7.0
    limits: tuple[tuple[float, float], ...] | None = None
    base_world: Vector = (0.0, 0.0, 0.0)
    controls: tuple[str, ...] = CONTROL_NAMES
    hand: Hand = WIDEST

    def __post_init__(self) -> None:
        """Take a path as text, too; refuse what needs no URDF to be seen wrong.

        Raises:
            InvalidValueError: If the name is no name, the file no path, or the force not positive.
        """
        if not isinstance(self.name, str) or not self.name.strip():
            raise InvalidValueError(
                f"A robot's name must be a string with a letter in it, got {self.name!r:.80}."
            )
        if not isinstance(self.urdf, str | Path):
            self._refuse(f"'urdf' must be the path of a file, got {self.urdf!r:.80}.")
        if not all(map(_is_positive, self.forces)):
            self._refuse(f"'force' must be a positive number, got {self.force!r:.80}.")
        if len(self.forces) != len(self.joints):
            self._refuse(f"'force' has {len(self.forces)} numbers for {len(self.joints)} joints.")
        object.__setattr__(self, "urdf", Path(self.urdf))

    @property
    def forces(self) -> tuple[float, ...]:
        """Force of each joint's motor."""
        return self.force if isinstance(self.force, tuple) else (self.force,) * len(self.joints)

    @property
    def opening(self) -> float:
        """Distance between the open fingers, metres; 0 without a gripper."""
        return self.gripper.opening if self.gripper else 0.0

    @property
    def yaw_axis(self) -> Vector:
        """Direction in the end-effector frame that points along the world's x at yaw 0."""
        if self.tool_axis is None:
            return 1.0, 0.0, 0.0
        x, y, z = np.cross(self.opening_axis, self.tool_axis).tolist()
        return x, y, z

    @property
    def down_xyzw(self) -> tuple[float, float, float, float]:
        """Orientation of the end-effector frame with the tool pointing down at yaw 0."""
        assert self.tool_axis is not None
        opening, tool = np.negative(self.opening_axis), np.negative(self.tool_axis)
        return quaternion(np.array([self.yaw_axis, opening, tool]))

    def with_firm_grip(self) -> "RobotSpec":
        """Return the same robot with a firm gripper, if it has one."""
        return replace(self, gripper=self.gripper and replace(self.gripper, firm=True))

    def read_joints(self) -> tuple[Joint, ...]:
        """Return the joints with their limits, after comparing everything with the URDF.

        Raises:
            InvalidValueError: If the file is missing or no URDF, or lacks a link or joint that is
                named here; says the file, the field, and what the file has.
        """
        found = read_urdf(self.urdf)
        self._check_names(found)
        if len(self.home) != len(self.joints):
            self._refuse(f"'home' has {len(self.home)} positions for {len(self.joints)} joints.")
        joints = tuple(found.joints[name] for name in self.joints)
        if self.limits is not None:
            if len(self.limits) != len(joints):
                self._refuse(f"'limits' has {len(self.limits)} pairs for {len(joints)} joints.")
            joints = tuple(
                replace(joint, low=low, high=high)
                for joint, (low, high) in zip(joints, self.limits, strict=True)
            )
        for joint, at in zip(joints, self.home, strict=True):
            if not joint.low <= at <= joint.high:
                self._refuse(
                    f"'home' puts {joint.name} at {at:g}, outside its limits {joint.low:g} to "
                    f"{joint.high:g}."
                )
        axes = np.array([self.tool_axis or (0.0, 0.0, 1.0), self.opening_axis])
        if not np.allclose(axes @ axes.T, np.eye(2), atol=1e-6):
            self._refuse("'tool_axis' and 'opening_axis' must be unit vectors at a right angle.")
        return joints

    def _check_names(self, found: Urdf) -> None:
        wanted = [("end_effector", "link", self.end_effector, found.links)]
        wanted += [("joints", "movable joint", name, tuple(found.joints)) for name in self.joints]
        if self.gripper:
            wanted += [
                ("gripper.joints", "movable joint", name, tuple(found.joints))
                for name in self.gripper.joints
            ]
        for field, noun, name, known in wanted:
            if name not in known:
                self._refuse(
                    f"{self.urdf} has no {noun} '{name}', which '{field}' names. It has: "
                    f"{', '.join(known) or 'none'}."
                )
        for control in self.controls:
            if control not in CONTROL_NAMES:
                self._refuse(f"'controls' names '{control}'. Known: {', '.join(CONTROL_NAMES)}.")

    def _refuse(self, reason: str) -> NoReturn:
        raise InvalidValueError(f"Robot '{self.name}': {reason}")


def _is_positive(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0.0 < value < math.inf  # type: ignore[operator]
