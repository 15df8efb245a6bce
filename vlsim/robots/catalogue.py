"""All robots, by name. Any other URDF works too: pass its `RobotSpec` to the environment."""

from pathlib import Path

from vlsim.registry import Registry
from vlsim.robots.spec import Gripper, RobotSpec

ASSETS = Path(__file__).parents[1] / "scene" / "assets"
ARM_FORCE = (7.0,) * 4 + (2.0,) * 3
"""Of shoulder, elbow and wrist, newton metres: the end effector presses with some 15 newtons."""

PANDA = RobotSpec(
    name="panda",
    description="Franka Emika Panda: seven joints and a parallel gripper.",
    urdf=ASSETS / "panda" / "panda.urdf",
    joints=tuple(f"panda_joint{i}" for i in range(1, 8)),
    home=(0.0, -0.7936, 0.0, -2.8372, 0.0, 2.0436, 0.7854),
    end_effector="panda_grasptarget",
    gripper=Gripper(
        joints=("panda_finger_joint1", "panda_finger_joint2"),
        closed=(0.0, 0.0),
        open=(0.04, 0.04),
        opening=0.08,
    ),
    force=ARM_FORCE,
)
IIWA = RobotSpec(
    name="iiwa",
    description="KUKA LBR iiwa: seven joints, with a parallel gripper made for vlsim.",
    urdf=ASSETS / "iiwa" / "iiwa.urdf",
    joints=tuple(f"lbr_iiwa_joint_{i}" for i in range(1, 8)),
    home=(0.0, 0.1864, 0.0, -2.0599, 0.0, 0.8953, 0.0),
    end_effector="gripper_tip",
    gripper=Gripper(
        joints=("gripper_left_joint", "gripper_right_joint"),
        closed=(0.0, 0.0),
        open=(0.04, 0.04),
        opening=0.08,
    ),
    force=ARM_FORCE,
    opening_axis=(0.0, -1.0, 0.0),
    # Further back than the Panda: its elbow bends less, and its home is near.
    base_world=(-0.09, 0.0, 0.0),
)
PUSHER = RobotSpec(
    name="pusher",
    description="A round tip, 2 cm wide, on three slides: it pushes and reaches, and cannot grasp.",
    urdf=ASSETS / "pusher" / "pusher.urdf",
    joints=("slide_x", "slide_y", "slide_z"),
    home=(0.30, 0.0, 0.30),
    end_effector="tip",
    tool_axis=None,
    force=10.0,
    controls=("primitive", "planar"),
)

ROBOTS: Registry[RobotSpec] = Registry("robot")
for _robot in (PANDA, IIWA, PUSHER):
    ROBOTS.add(_robot.name, _robot)
