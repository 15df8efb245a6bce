"""Where a robot's hand is when its joints are somewhere, from its URDF; numpy only."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.robots.spec import RobotSpec
from vlsim.robots.urdf import read_urdf

Matrix = NDArray[np.float64]


class Kinematics:
    """The chain of links from a robot's base to its end effector.

    Joints that the `RobotSpec` does not name stand at 0, as fingers do that lie on the way.

    Args:
        spec: The robot.

    Raises:
        InvalidValueError: If the URDF is missing, or no chain leads to the end effector.
    """

    def __init__(self, spec: RobotSpec) -> None:
        """Read the URDF."""
        self._spec = spec
        known = read_urdf(spec.urdf)
        joints = {j.find("child").get("link"): j for j in ET.parse(spec.urdf).iter("joint")}  # type: ignore[union-attr]
        self._chain: list[tuple[Matrix, NDArray[np.float64], int, bool]] = []
        link: str | None = spec.end_effector
        while link in joints:
            joint = joints.pop(link)
            name = joint.get("name", "")
            number = spec.joints.index(name) if name in spec.joints else -1
            slides = number >= 0 and known.joints[name].slides
            self._chain.insert(0, (_origin(joint), _axis(joint), number, slides))
            link = joint.find("parent").get("link")  # type: ignore[union-attr]
        moved = {number for _, _, number, _ in self._chain if number >= 0}
        if len(moved) != len(spec.joints):
            raise InvalidValueError(
                f"Robot '{spec.name}': of its {len(spec.joints)} joints {len(moved)} lead to "
                f"'{spec.end_effector}'."
            )

    def hand(self, joints: Sequence[float]) -> Matrix:
        """Return the end effector's frame in the base frame. Shape (4, 4), metres.

        Args:
            joints: J positions, radians (metres if they slide).
        """
        frame = np.eye(4)
        frame[:3, 3] = self._spec.base_world
        for origin, axis, number, slides in self._chain:
            frame = frame @ origin
            if number >= 0:
                frame = frame @ (_slid if slides else _turned)(axis, joints[number])
        return frame

    def pose(self, joints: Sequence[float]) -> tuple[float, float, float, float, float]:
        """Return x, y, z (metres), yaw and tilt (radians) of the hand in the base frame."""
        frame = self.hand(joints)
        along_x, along_y, along_z = (frame[:3, :3] @ np.array(self._spec.yaw_axis)).tolist()
        x, y, z = frame[:3, 3].tolist()
        tilt = math.atan2(-along_z, math.hypot(along_x, along_y))
        return x, y, z, math.atan2(along_y, along_x), tilt


def _numbers(element: ET.Element | None, key: str, usual: str) -> NDArray[np.float64]:
    text = usual if element is None else element.get(key, usual)
    return np.array([float(number) for number in text.split()])


def _axis(joint: ET.Element) -> NDArray[np.float64]:
    axis = _numbers(joint.find("axis"), "xyz", "1 0 0")
    return axis / (float(np.linalg.norm(axis)) or 1.0)


def _origin(joint: ET.Element) -> Matrix:
    element = joint.find("origin")
    roll, pitch, yaw = _numbers(element, "rpy", "0 0 0")
    frame = np.eye(4)
    for axis, angle in zip(np.eye(3)[::-1], (yaw, pitch, roll), strict=True):
        frame = frame @ _turned(axis, float(angle))
    frame[:3, 3] = _numbers(element, "xyz", "0 0 0")
    return frame


def _turned(axis: NDArray[np.float64], angle: float) -> Matrix:
    x, y, z = axis.tolist()
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    frame = np.eye(4)
    frame[:3, :3] += math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross
    return frame


def _slid(axis: NDArray[np.float64], way: float) -> Matrix:
    frame = np.eye(4)
    frame[:3, 3] = axis * way
    return frame
