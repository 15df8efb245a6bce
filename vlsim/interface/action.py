"""What an action is, in each control mode."""

from collections.abc import Collection

ACTION_NAMES: dict[str, tuple[str, ...]] = {
    "ee_delta": ("dx", "dy", "dz", "dyaw", "gripper"),
    "primitive": ("u_start", "v_start", "u_end", "v_end"),
    "joint_delta": (*(f"joint_{number}" for number in range(1, 8)), "gripper"),
    "planar": ("dx", "dy"),
    "discrete": ("choice",),
}
"""Entries of an action in each control mode, each in [-1, 1] except in `discrete`.

`ee_delta`: dx, dy, dz (1 is 5 cm), dyaw (1 is 0.25 rad), gripper (above 0 opens, else closes). In
a task with a motion of `TILTING` there is one entry more: dtilt (1 is 0.25 rad).
`primitive`: u, v of where to begin, u, v of where to end; -1 is the left or top edge of the
picture. In a task with S > 1 motions an action has S entries more, and the largest of them chooses
the motion.
`joint_delta`: one entry a joint (1 is 0.1 rad, or 5 cm if it slides), gripper. The names are those
of an arm with seven joints; an arm with another number of joints has as many and one.
`planar`: dx, dy (1 is 2 cm) of the closed gripper or tip, at a fixed height.
`discrete`: the number of one of `DISCRETE_ACTIONS`.
"""
CONTROL_HZ = 10
"""Actions a second; an action of `primitive` takes as long as its motion."""
TILTING = ("stand",)
"""Motions for which the hand has to tilt, and `ee_delta` gets its sixth entry."""
DISCRETE_ACTIONS = ("stay", "+x", "-x", "+y", "-y", "+z", "-z", "open", "close")
"""What the numbers 0 to 8 of `discrete` do: wait, a step of 2 cm, or move the fingers."""
METRES_PER_DISCRETE_STEP = 0.02
"""Length of a step of `discrete`."""
METRES_PER_PLANAR_STEP = 0.02
"""What an entry of 1 in `planar` moves the target by."""
RADIANS_PER_JOINT_STEP = 0.1
"""What an entry of 1 in `joint_delta` turns the target of a joint by."""
METRES_PER_STEP = 0.05
"""What an entry of 1 in dx, dy or dz moves the target of the end effector by."""
RADIANS_PER_STEP = 0.25
"""What an entry of 1 in dyaw, or in dtilt, turns it by."""


def control_rate(control: str) -> int | None:
    """Return the actions a second of a control mode; None where an action is a whole motion."""
    return None if control == "primitive" else CONTROL_HZ


def steers_tilt(control: str, skills: Collection[str]) -> bool:
    """Return whether actions say how far the hand tilts; then the pose has its tilt, too.

    >>> steers_tilt("ee_delta", ("turn",)), steers_tilt("ee_delta", ("turn", "stand"))
    (False, True)

    Args:
        control: Control mode.
        skills: Motions of the task.
    """
    return control == "ee_delta" and not set(TILTING).isdisjoint(skills)
