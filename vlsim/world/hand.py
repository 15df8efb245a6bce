"""The hand of the robot: where it may be, how it is held, and how large it is."""

import math
from dataclasses import dataclass

PALM = (0.030, 0.102)
"""Half the widths of the widest palm, across and along the line of the fingers, metres."""
PALM_TOUCH, PALM_HEIGHT = 0.037, 0.030
"""Heights of the palm above the end effector, metres; the second with room for what is held."""
GRASP_OPENING = 0.07
"""Wider than every object, and narrow enough not to hit their neighbours, metres."""

HOME_EE_POSITION = (0.30, 0.0, 0.30)
"""Where the end effector waits, behind and above the workspace, metres."""
LOW, HIGH = (0.28, -0.26, 0.012), (0.72, 0.26, 0.40)
"""Box that the end effector stays in, metres."""
MAX_OPENING = 0.08
"""Distance between the open fingers of the widest gripper, which at home are open, metres."""
CLOSED = 0.0
"""The same of closed fingers."""
MAX_YAW = 0.8
"""Largest turn of the gripper to either side, radians."""
MAX_TILT = math.radians(65)
"""Largest tilt of the gripper, radians: not every arm can more near the robot, and a cylinder rocks
upright from 35 degrees."""
TIP_RADIUS = 0.01
"""Half the thickness of the closed fingers, metres."""


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
