"""Each skill does what its name says, for every kind and size of object."""

import math
from itertools import pairwise

import numpy as np
import pytest

from tests.scene.scenes import scene
from vlsim.robots.catalogue import IIWA, PANDA
from vlsim.robots.spec import RobotSpec
from vlsim.scene.execution import carry_out
from vlsim.scene.simulation import Simulation
from vlsim.skills.base import GRASP_HEIGHT, waypoints
from vlsim.skills.motion import Motion
from vlsim.world import HOME_EE_POSITION
from vlsim.world.hand import WIDEST
from vlsim.world.orientation import heading, is_lying, is_standing, laid
from vlsim.world.quaternion import turned
from vlsim.world.support import load_of
from vlsim.world.things import SIZES


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", ["cube", "cylinder", "ball"])
@pytest.mark.parametrize(
    ("start", "end"), [((0.40, 0.12), (0.56, -0.08)), ((0.6, -0.15), (0.4, 0.1))]
)
def test_an_object_is_picked_and_left_in_the_middle_of_a_bowl(
    simulation: Simulation,
    kind: str,
    size: str,
    start: tuple[float, float],
    end: tuple[float, float],
) -> None:
    simulation.reset(scene((kind, *start), ("bowl", *end), size=size, yaw=0.2))
    carry_out(simulation, Motion("pick_place", start, end))
    state = simulation.state()
    assert state.distance_xy(0, 1) < state.specs[1].inner_radius
    assert state.is_at_rest(0)
    assert math.dist(state.ee_position_world, HOME_EE_POSITION) < 0.03
    assert state.gripper_opening > 0.06


@pytest.mark.parametrize("kind", ["cube", "cylinder"])
def test_a_picked_object_is_left_within_3_cm_of_where_it_was_sent(
    simulation: Simulation, kind: str
) -> None:
    simulation.reset(scene((kind, 0.42, 0.1), ("pad", 0.58, -0.1)))
    carry_out(simulation, Motion("pick_place", (0.42, 0.1), (0.58, -0.1)))
    assert simulation.state().distance_xy(0, 1) < 0.03


@pytest.mark.parametrize("kind", ["cube", "cylinder"])
def test_a_push_slides_the_object_along_and_leaves_it_upright(
    simulation: Simulation, kind: str
) -> None:
    simulation.reset(scene((kind, 0.56, 0.1)))
    radius = simulation.state().specs[0].radius
    carry_out(simulation, Motion("push", (0.59 + radius, 0.1), (0.44, 0.1)))
    state = simulation.state()
    # The fingers are 2 cm thick: the object stops with its surface 1 cm before their middle.
    expected = (0.44 - 0.01 - radius, 0.1)
    np.testing.assert_allclose(state.positions_world[0, :2], expected, atol=0.012)
    assert state.positions_world[0, 2] == pytest.approx(state.specs[0].height / 2, abs=0.003)
    assert simulation.is_at_rest()


def test_a_reach_ends_over_its_start_and_touches_nothing_else(simulation: Simulation) -> None:
    before = scene(("cube", 0.5, 0.1), ("ball", 0.4, -0.1))
    simulation.reset(before)
    carry_out(simulation, Motion("reach", (0.58, -0.02), (0.0, 0.0)))
    state = simulation.state()
    assert math.dist(state.ee_position_world[:2], (0.58, -0.02)) < 0.01
    np.testing.assert_allclose(state.positions_world, before.positions_world, atol=1e-3)


def test_picking_where_nothing_is_moves_nothing(simulation: Simulation) -> None:
    before = scene(("cube", 0.4, 0.15))
    simulation.reset(before)
    carry_out(simulation, Motion("pick_place", (0.6, -0.1), (0.5, 0.0)))
    np.testing.assert_allclose(
        simulation.state().positions_world, before.positions_world, atol=1e-3
    )


@pytest.mark.parametrize("robot", [PANDA, IIWA])
@pytest.mark.parametrize("kind", ["cube", "cylinder"])
def test_a_tower_of_four_is_built_and_taken_down_again(robot: RobotSpec, kind: str) -> None:
    simulation = Simulation(robot.with_firm_grip())
    spots = ((0.40, -0.12), (0.40, 0.12), (0.62, -0.13), (0.60, 0.10))
    simulation.reset(scene(*((kind, *spot) for spot in spots), size="large", yaw=0.1))
    for i in (1, 2, 3):
        carry_out(simulation, Motion("pick_place", spots[i], spots[0]))
    state = simulation.state()
    assert load_of(state, 0) == [3, 2, 1]
    top = tuple(state.positions_world[3, :2].tolist())
    carry_out(simulation, Motion("pick_place", top, spots[3]))
    state = simulation.state()
    assert load_of(state, 0) == [2, 1]
    assert is_standing(state, 3)
    assert math.dist(state.positions_world[3, :2], spots[3]) < 0.03
    simulation.close()


@pytest.mark.parametrize(("kind", "yaw"), [("cube", 0.3), ("cylinder", 0.0)])
def test_what_goes_onto_another_thing_is_held_at_its_sides_in_its_middle(
    kind: str, yaw: float
) -> None:
    there = scene((kind, 0.4, 0.1), ("cube", 0.6, -0.1), yaw=0.3)
    way = list(waypoints(Motion("pick_place", (0.4, 0.1), (0.6, -0.1)), there))
    holding = [w.pose for w in way if w.pose.opening == 0.0]
    assert [pose.yaw for pose in holding] == [pytest.approx(yaw)] * len(holding)
    assert holding[0].position[2] == there.specs[0].height / 2
    assert all(w.turns for w in way[:-1])
    # Straight again before it goes home: the next motion need not turn.
    assert [w.pose.yaw for w in way[-2:]] == [0.0, 0.0]


def test_what_is_left_on_the_table_is_held_as_it_comes() -> None:
    there = scene(("cube", 0.4, 0.1), ("cube", 0.6, -0.1), yaw=0.3)
    way = list(waypoints(Motion("pick_place", (0.4, 0.1), (0.6, 0.1)), there))
    assert {w.pose.yaw for w in way} == {0.0}
    assert not any(w.turns for w in way)
    assert min(w.pose.position[2] for w in way) == GRASP_HEIGHT


@pytest.mark.parametrize(("kind", "yaw"), [("ball", math.pi / 4), ("cube", 0.0)])
def test_a_ball_is_pushed_with_a_side_of_the_fingers(kind: str, yaw: float) -> None:
    there = scene((kind, 0.5, 0.0))
    way = list(waypoints(Motion("push", (0.465, -0.035), (0.543, 0.043)), there))
    assert [w.pose.yaw for w in way[:3]] == [pytest.approx(yaw)] * 3
    assert way[-1].pose.yaw == 0.0
    assert way[-2].pose.yaw == 0.0
    assert way[0].turns is (kind == "ball")


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_ball_that_is_pushed_slantwise_goes_that_way(side: float) -> None:
    simulation = Simulation(PANDA.with_firm_grip())
    simulation.reset(scene(("ball", 0.45, 0.0), size="large"))
    step = math.sqrt(0.5)
    start, end = ((0.45 + along * step, side * along * step) for along in (-0.056, 0.054))
    carry_out(simulation, Motion("push", start, end))
    x, y, _ = simulation.state().positions_world[0]
    assert x - 0.45 > 0.05
    assert math.degrees(math.atan2(side * y, x - 0.45)) == pytest.approx(45.0, abs=10.0)
    simulation.close()


@pytest.mark.parametrize(
    ("x", "y", "opening"), [(0.449, 0.08, 0.0225), (0.46, -0.06, 0.045), (0.40, 0.1, 0.03)]
)
def test_the_hand_comes_free_of_a_drawer_that_it_has_closed(
    x: float, y: float, opening: float
) -> None:
    simulation = Simulation(PANDA.with_firm_grip())
    there = scene(("drawer", x, y)).replace(joint_positions=np.array([opening]))
    simulation.reset(there)
    handle_x, handle_y, _ = there.hold_world(0).tolist()
    start = handle_x, handle_y
    carry_out(simulation, Motion("drag", start, (handle_x - opening - 0.01, handle_y)))
    state = simulation.state()
    assert math.dist(state.ee_position_world, HOME_EE_POSITION) < 0.04
    assert abs(state.joint_positions[0]) < 0.01
    simulation.close()


def test_a_firm_grip_keeps_things_in_its_middle() -> None:
    gaps = {}
    for robot in (PANDA, PANDA.with_firm_grip()):
        simulation = Simulation(robot)
        simulation.reset(scene(("cube", 0.4, -0.12), yaw=0.6))
        carry_out(simulation, Motion("lift", (0.4, -0.12), (0.4, -0.12)))
        state = simulation.state()
        gaps[robot] = abs(state.positions_world[0, 1] - state.ee_position_world[1])
        simulation.close()
    assert gaps[PANDA.with_firm_grip()] < 0.0005
    assert gaps[PANDA] > 10 * gaps[PANDA.with_firm_grip()]


@pytest.mark.parametrize("robot", [PANDA, IIWA])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("angle_deg", [-150, -90, -45, 45, 90])
def test_a_cube_is_turned_on_its_spot(robot: RobotSpec, size: str, angle_deg: float) -> None:
    simulation = Simulation(robot.with_firm_grip())
    before = scene(("cube", 0.40, 0.08), size=size, yaw=0.2)
    simulation.reset(before)
    carry_out(simulation, turn_by(angle_deg, (0.40, 0.08)))
    state = simulation.state()
    turn, tilt = turned(before.orientations_xyzw[0].tolist(), state.orientations_xyzw[0].tolist())
    assert math.degrees(turn) == pytest.approx(angle_deg, abs=8.0)
    assert tilt < 0.02
    assert math.dist(state.positions_world[0, :2], (0.40, 0.08)) < 0.01
    assert abs(state.ee_yaw) < 0.01
    simulation.close()


def turn_by(angle_deg: float, at: tuple[float, float]) -> Motion:
    angle = math.radians(angle_deg)
    return Motion("turn", at, (at[0] + 0.06 * math.cos(angle), at[1] + 0.06 * math.sin(angle)))


@pytest.mark.parametrize(
    ("yaw", "angle_deg", "grasps"), [(0.0, 45, 1), (0.2, 45, 2), (0.2, 90, 2), (0.2, -45, 1)]
)
def test_the_hand_turns_no_further_than_it_can_and_grasps_again(
    yaw: float, angle_deg: float, grasps: int
) -> None:
    way = list(waypoints(turn_by(angle_deg, (0.4, 0.0)), scene(("cube", 0.4, 0.0), yaw=yaw)))
    yaws = [waypoint.pose.yaw for waypoint in way]
    assert max(map(abs, yaws)) <= WIDEST.most_yaw
    openings = [waypoint.pose.opening for waypoint in way]
    assert sum(a > b for a, b in pairwise(openings)) == grasps


@pytest.mark.parametrize("robot", [PANDA, IIWA])
@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize("degrees", [0, 90, 225])
def test_a_push_at_its_upper_end_tips_a_cylinder_over(
    robot: RobotSpec, size: str, degrees: float
) -> None:
    simulation = Simulation(robot)
    simulation.reset(scene(("cylinder", 0.5, 0.05), ("cube", 0.35, -0.15), size=size))
    dx, dy = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    spec = simulation.state().specs[0]
    behind = spec.radius + 0.04
    start, end = ((0.5 + along * dx, 0.05 + along * dy) for along in (-behind, 0.03))
    carry_out(simulation, Motion("tip", start, end))
    state = simulation.state()
    assert is_lying(state, 0)
    assert state.is_at_rest(0)
    wx, wy = state.positions_world[0, :2] - (0.5, 0.05)
    assert wx * dx + wy * dy > spec.radius
    assert abs(wx * dy - wy * dx) < 0.02
    simulation.close()


@pytest.mark.parametrize("size", list(SIZES))
def test_what_lies_stays_where_it_was_laid(simulation: Simulation, size: str) -> None:
    lies = laid(scene(("cylinder", 0.5, 0.05), size=size), 0, 0.4)
    simulation.reset(lies)
    assert simulation.is_at_rest()
    for _ in range(30):
        simulation.wait()
        assert simulation.is_at_rest()
    state = simulation.state()
    assert math.dist(state.positions_world[0], lies.positions_world[0]) < 0.001
    assert heading(state, 0) == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("robot", [PANDA, IIWA])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize(
    ("start", "yaw", "end"),
    [
        ((0.50, 0.05), 0.0, (0.42, 0.04)),
        ((0.64, -0.17), 0.6, (0.36, -0.18)),
        ((0.36, 0.16), -0.6, (0.40, 0.18)),
    ],
)
def test_a_cylinder_that_lies_is_set_up_where_it_is_wanted(
    robot: RobotSpec,
    size: str,
    start: tuple[float, float],
    yaw: float,
    end: tuple[float, float],
) -> None:
    simulation = Simulation(robot.with_firm_grip())
    simulation.reset(laid(scene(("cylinder", *start), ("cube", 0.62, 0.15), size=size), 0, yaw))
    carry_out(simulation, Motion("stand", start, end))
    state = simulation.state()
    assert is_standing(state, 0)
    assert state.is_at_rest(0)
    assert state.positions_world[0].tolist() == pytest.approx(
        [*end, state.specs[0].height / 2], abs=0.008
    )
    assert math.dist(state.ee_position_world, HOME_EE_POSITION) < 0.03
    assert state.ee_tilt == pytest.approx(0.0, abs=0.03)
    simulation.close()


def test_the_hand_turns_no_further_than_it_can_for_what_lies_askew() -> None:
    lies = laid(scene(("cylinder", 0.5, 0.05)), 0, 1.2)
    way = list(waypoints(Motion("stand", (0.5, 0.05), (0.4, 0.0)), lies))
    assert max(abs(waypoint.pose.yaw) for waypoint in way) == WIDEST.most_yaw
    assert max(waypoint.pose.tilt for waypoint in way) == WIDEST.most_tilt
    # A motion that finds nothing there is carried out all the same.
    assert len(list(waypoints(Motion("stand", (0.4, -0.1), (0.4, 0.0)), lies))) == len(way)
