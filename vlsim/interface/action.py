"""What an action is, in each control mode: the same for every task."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vlsim.errors import UnknownNameError
from vlsim.skills import SKILLS

CONTROL_HZ = 10
"""Actions a second; an action of `primitive` takes as long as its motion."""
METRES_PER_STEP = 0.05
"""What an entry of 1 in dx, dy or dz of `ee_delta` moves the target of the end effector by."""
RADIANS_PER_STEP = 0.25
"""What an entry of 1 in dyaw or dtilt turns it by."""
METRES_PER_PLANAR_STEP = 0.02
"""What an entry of 1 in `planar` moves the target by."""
METRES_PER_DISCRETE_STEP = 0.02
"""Length of a step of `discrete`."""
RADIANS_PER_JOINT_STEP = 0.1
"""What an entry of 1 in `joint_delta` turns the target of a joint by."""
DISCRETE_ACTIONS = ("stay", "+x", "-x", "+y", "-y", "+z", "-z", "open", "close")
"""What the numbers 0 to 8 of `discrete` do: wait, a step of 2 cm, or move the fingers."""


@dataclass(frozen=True)
class Channel:
    """One entry of an action: -1 stands for `low`, 1 for `high` (a choice is a number between).

    Args:
        name: Unique in its action.
        unit: Of `low` and `high`; "1" for a number without one.
        low: What -1 means.
        high: What 1 means.
    """

    name: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True)
class ActionSpec:
    """What the actions of a control mode are made of.

    Args:
        control: Name of the control mode.
        channels: One for each entry; each lies in [-1, 1], but for a choice.
        choices: If there are any, an action is one number, the index of one of these.
        rate_hz: Actions a second; None where an action is a whole motion.
    """

    control: str
    channels: tuple[Channel, ...]
    choices: tuple[str, ...] = ()
    rate_hz: int | None = CONTROL_HZ

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the entries."""
        return tuple(channel.name for channel in self.channels)


POINTS = ("u0", "v0", "u1", "v1")
"""Entries of a `primitive` that are points of the front camera's picture: from where, to where."""
GRIP = Channel("grip", "1", -1.0, 1.0)
"""Above 0 opens the gripper, else closes it."""


def _shifts(names: Sequence[str], unit: str, most: float) -> tuple[Channel, ...]:
    return tuple(Channel(name, unit, -most, most) for name in names)


_SPECS = {
    "ee_delta": ActionSpec(
        "ee_delta",
        (
            *_shifts(("dx", "dy", "dz"), "m", METRES_PER_STEP),
            *_shifts(("dyaw", "dtilt"), "rad", RADIANS_PER_STEP),
            GRIP,
        ),
    ),
    "planar": ActionSpec("planar", _shifts(("dx", "dy"), "m", METRES_PER_PLANAR_STEP)),
    "discrete": ActionSpec(
        "discrete", (Channel("choice", "1", 0.0, 8.0),), choices=DISCRETE_ACTIONS
    ),
}
CONTROL_NAMES = ("ee_delta", "primitive", "joint_delta", "planar", "discrete")
"""Names of the control modes."""


def action_spec(control: str, n_joints: int = 7, sliding: Collection[int] = ()) -> ActionSpec:
    """Return what the actions of a control mode are.

    `ee_delta`: the way of the end effector in a tenth of a second, base frame; dtilt leans the hand
    from pointing down away from the robot.
    `primitive`: two points, and an entry for each of `SKILLS`, of which the largest that the task
    knows chooses the motion. -1 is the left or top edge of the picture.
    `joint_delta`: one entry a joint, gripper.
    `planar`: the closed gripper or tip, at a fixed height.

    >>> action_spec("ee_delta").names
    ('dx', 'dy', 'dz', 'dyaw', 'dtilt', 'grip')

    Args:
        control: Name of the control mode.
        n_joints: Joints of the arm; only `joint_delta` depends on it.
        sliding: Those that slide instead of turning, counted from 0.

    Raises:
        UnknownNameError: If there is no such control mode.
    """
    if control not in CONTROL_NAMES:
        raise UnknownNameError("control mode", str(control), CONTROL_NAMES)
    if control == "primitive":
        # Not before it is asked for: plug-ins add motions.
        return ActionSpec(control, _shifts((*POINTS, *SKILLS), "1", 1.0), rate_hz=None)
    if control == "joint_delta":
        joints = (_joint(i, i in sliding) for i in range(n_joints))
        return ActionSpec(control, (*joints, GRIP))
    return _SPECS[control]


def _joint(index: int, slides: bool) -> Channel:
    unit, most = ("m", METRES_PER_STEP) if slides else ("rad", RADIANS_PER_JOINT_STEP)
    return Channel(f"joint_{index + 1}", unit, -most, most)


def control_rate(control: str) -> int | None:
    """Return the actions a second of a control mode; None where an action is a whole motion."""
    return action_spec(control).rate_hz
