"""An arm in a simulation that goes on with somebody else's clock, as a real one does."""

from collections.abc import Callable, Sequence

from vlsim.robots.spec import RobotSpec
from vlsim.scene.simulation import PHYSICS_HZ, SUBSTEPS_PER_FRAME, Simulation
from vlsim.world import SceneState
from vlsim.world.hand import EndEffectorTarget

ROUNDING = 1e-6
"""What is due within a microsecond happens now, seconds."""


class SimArm:
    """Pulls towards the last target while time passes.

    Args:
        spec: The robot.
        scene: What is on the table.
        start: Where the hand begins; at home without.
    """

    def __init__(
        self, spec: RobotSpec, scene: SceneState, start: EndEffectorTarget | None = None
    ) -> None:
        """Build the scene; time begins at 0."""
        self.simulation = Simulation(spec)
        self.simulation.reset(scene, start)
        self._substeps = 0
        self._target: EndEffectorTarget | None = None

    def advance(self, seconds: float, on_frame: Callable[[float], None] | None = None) -> None:
        """Let time pass until so many seconds after the beginning.

        Args:
            seconds: Until when.
            on_frame: Called with the time 30 times a second, when cameras take their pictures.
        """
        while (self._substeps + 1) / PHYSICS_HZ <= seconds + ROUNDING:
            self.simulation.wait(1)
            self._substeps += 1
            if self._substeps % SUBSTEPS_PER_FRAME == 0:
                if on_frame is not None:
                    on_frame(self._substeps / PHYSICS_HZ)
                # One solution leads only near a pose that is far away: it is solved anew.
                self._pull()

    def send(self, values: Sequence[float], *, by_joints: bool) -> None:
        """Pull towards a target from now on.

        Args:
            values: x, y, z, yaw, tilt, or the joints; and the opening: metres and radians.
            by_joints: Which of the two.
        """
        if by_joints:
            self._target = None
            self.simulation.robot.drive(tuple(values[:-1]), values[-1])
            return
        x, y, z, yaw, tilt, opening = values
        self._target = EndEffectorTarget((x, y, z), yaw, opening, tilt)
        self._pull()

    def _pull(self) -> None:
        if (pose := self._target) is not None:
            robot = self.simulation.robot
            robot.drive(robot.solve(pose), pose.opening)

    def pose(self) -> tuple[float, ...]:
        """Return x, y, z, yaw, tilt and opening of the hand: metres and radians."""
        position, yaw, opening = self.simulation.robot.pose()
        return *position, yaw, self.simulation.robot.tilt(), opening
