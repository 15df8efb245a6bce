"""The hand of the robot: where it may be, how it is held, and how large it is."""

import math
from dataclasses import dataclass, fields

from vlsim.errors import InvalidValueError

GRASP_OPENING = 0.07
"""Wider than every object, and narrow enough not to hit their neighbours, metres."""

HOME_EE_POSITION = (0.30, 0.0, 0.30)
"""Where the end effector waits, behind and above the workspace, metres."""
LOW, HIGH = (0.28, -0.26, 0.012), (0.72, 0.26, 0.40)
"""Box that the end effector stays in, metres."""
MAX_OPENING = 0.08
"""Distance between the open fingers of the widest gripper, which at home are open, metres."""
AT_HOME = (*HOME_EE_POSITION, 0.0, 0.0, MAX_OPENING)
"""Pose of a hand at home with open fingers: x, y, z, metres; yaw, tilt, radians; the opening."""
CLOSED = 0.0
"""The same of closed fingers."""


@dataclass(frozen=True)
class Hand:
    """How large a hand is and how far it turns, metres and radians; by default the widest one.

    Pairs are half the widths across the line on which the fingers open, and along it.

    Args:
        palm: Of the palm.
        palm_height: How far the palm is above the end effector.
        finger: Of one finger.
        reach: How far the middle of an open finger is from what it grasps.
        tip: Half the thickness of the closed fingers.
        tip_room: Half the room that they need to come down, whichever way they are turned.
        leaning: How far a hand that leans is low beyond what it sets up, and to either side of it.
        most_yaw: How far it turns to either side.
        most_tilt: How far it leans: not every arm can more near the robot, and a cylinder rocks
            upright from 35 degrees.

    Raises:
        InvalidValueError: If a number is not positive.
    """

    palm: tuple[float, float] = (0.030, 0.102)
    palm_height: float = 0.037
    finger: tuple[float, float] = (0.012, 0.009)
    reach: float = 0.052
    tip: float = 0.01
    tip_room: float = 0.014
    leaning: tuple[float, float] = (0.15, 0.11)
    most_yaw: float = 0.8
    most_tilt: float = math.radians(65)

    def __post_init__(self) -> None:
        """Refuse a hand without extent."""
        for field in fields(self):
            value = getattr(self, field.name)
            numbers = value if isinstance(value, tuple) else (value,)
            if not all(0.0 < number < math.inf for number in numbers):
                raise InvalidValueError(f"A hand's '{field.name}' must be positive, got {value}.")

    @property
    def finger_radius(self) -> float:
        """Radius of the circle in which a finger fits, whichever way it is turned."""
        return math.hypot(*self.finger)

    @property
    def turning_radius(self) -> float:
        """Radius of the circle that the outer sides of the open fingers describe."""
        return self.reach + self.finger_radius


WIDEST = Hand()
"""What scenes are drawn for: what has room for this hand has room for all of vlsim's."""


@dataclass(frozen=True)
class EndEffectorTarget:
    """Where the gripper should go: position (base frame), opening (both metres), angles (radians).

    A hand with a tilt, which is about the line of the fingers, points back to the robot and leans
    away from it; at pi/2 it is level.
    """

    position: tuple[float, float, float]
    yaw: float = 0.0
    opening: float = MAX_OPENING
    tilt: float = 0.0


HOME = EndEffectorTarget(HOME_EE_POSITION)
