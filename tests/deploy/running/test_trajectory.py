"""The way of a setpoint: exact in the simple case, and never past a limit in any."""

import numpy as np
import pytest

from tests.deploy.running.axes import PERIOD, round_axes
from vlsim.deploy.running.limits import Limits, Vector, pose_axes
from vlsim.deploy.running.trajectory import Trajectory
from vlsim.seeding import stream
from vlsim.world.hand import HOME_EE_POSITION


def walk(trajectory: Trajectory, target: float, periods: int) -> list[float]:
    return [float(trajectory.towards(np.array([target, 0.0]))[0]) for _ in range(periods)]


def test_it_speeds_up_and_brakes_as_hard_as_allowed_and_ends_on_its_target() -> None:
    # A period changes the way by 4 * 0.1² = 0.04; the most way is 0.1.
    trajectory = Trajectory(round_axes(), PERIOD, np.zeros(2))
    assert walk(trajectory, 0.5, 9) == pytest.approx(
        [0.04, 0.12, 0.22, 0.32, 0.41, 0.47, 0.5, 0.5, 0.5], abs=0.02
    )
    assert walk(trajectory, 0.5, 3)[-1] == pytest.approx(0.5, abs=1e-12)
    assert trajectory.is_still


def test_braking_takes_the_periods_that_the_acceleration_allows() -> None:
    trajectory = Trajectory(round_axes(), PERIOD, np.zeros(2))
    walk(trajectory, 1.0, 4)
    ways = np.diff([trajectory.setpoint[0], *(trajectory.brake()[0] for _ in range(4))])
    assert ways == pytest.approx([0.06, 0.02, 0.0, 0.0])


def test_the_mean_of_the_last_positions_bounds_the_jerk() -> None:
    # 2 A / (J T) = 2 * 4 / (40 * 0.1) = 2 positions.
    trajectory = Trajectory(round_axes(jerk=40.0), PERIOD, np.zeros(2))
    assert walk(trajectory, 1.0, 3) == pytest.approx([0.02, 0.08, 0.17])


@pytest.mark.parametrize("kind", ["random", "jumps", "oscillation"])
def test_no_target_makes_it_leave_the_box_or_exceed_a_rate(kind: str) -> None:
    axes, period = pose_axes(Limits()), 1 / 30
    rng = stream(0, "trajectory", kind)
    start = np.array([*HOME_EE_POSITION, 0.0, 0.0, 0.08])
    trajectory = Trajectory(axes, period, start)
    target, path = start, [start] * 3

    def drawn() -> Vector:
        return rng.uniform(axes.low, axes.high)

    for i in range(3000):
        if kind == "random" or i % 7 == 0:
            target = drawn()
        if kind == "oscillation":
            target = axes.high if i // 5 % 2 else axes.low
        path.append(trajectory.brake() if rng.random() < 0.1 else trajectory.towards(target))
    places = np.array(path)
    assert (places >= axes.low - 1e-12).all()
    assert (places <= axes.high + 1e-12).all()
    speeds = np.diff(places, axis=0) / period
    accelerations = np.diff(speeds, axis=0) / period
    jerks = np.diff(accelerations, axis=0) / period
    assert (np.abs(speeds) <= axes.speed * (1 + 1e-9)).all()
    assert (np.abs(accelerations) <= axes.acceleration * (1 + 1e-9)).all()
    assert (np.abs(jerks)[:, :-1] <= axes.jerk[:-1] * (1 + 1e-9)).all()
    # It does move, and gets to the walls.
    assert np.abs(speeds).max(axis=0) == pytest.approx(axes.speed)
