"""Robot-init: where the arm is when an episode begins."""

from dataclasses import dataclass

from vlsim.scene.randomization.distributions import Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, Values, drawn
from vlsim.world.hand import HOME, EndEffectorTarget


@dataclass(frozen=True, kw_only=True)
class RobotInitTerm(Term):
    """The first pose of the end effector, as a shift from home.

    Args:
        x: Away from the robot, metres.
        y: To its left, metres.
        z: Up, metres. The ranges keep the gripper above every object.
        yaw: Turn of the gripper, radians.
    """

    name = "robot-init"
    at_reset_only = True
    x: Distribution = drawn(Uniform(0.0, 0.20), Extent(-0.02, 0.30))
    y: Distribution = drawn(Uniform(-0.15, 0.15), Extent(-0.2, 0.2))
    z: Distribution = drawn(Uniform(-0.10, 0.05), Extent(-0.15, 0.1))
    yaw: Distribution = drawn(Uniform(-0.4, 0.4), Extent(-0.8, 0.8))

    def start(self, values: Values) -> EndEffectorTarget:
        """Return where the arm begins."""
        x, y, z = (at + values[axis] for at, axis in zip(HOME.position, "xyz", strict=True))
        return EndEffectorTarget((x, y, z), values["yaw"], HOME.opening)
