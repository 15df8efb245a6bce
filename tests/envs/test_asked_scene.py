"""A scene that is asked for begins at rest, as it was given, or is refused with what moves."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.envs.episodes import aimed
from vlsim.envs import make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.scene.rest import first_pose, settle
from vlsim.world import SceneState, scene_from_json
from vlsim.world.things import ObjectSpec

REMEDY = (
    "A scene begins at rest: give each centre half the height above what it stands on, or make the "
    "scene with vlsim.world.state.resting_scene."
)


def thing(kind: str, x: float, y: float, z: float | None = None, **fields: Any) -> dict[str, Any]:
    """Return a red object in JSON; it stands on the table unless `z` says otherwise."""
    spec = ObjectSpec(kind, "red", fields.get("size", "small"))
    height = spec.height / 2 if z is None else z
    return {"kind": kind, "color": "red", "position": [x, y, height], **fields}


def asked(*things: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return options that ask for a scene of these things."""
    return {"scene": {"objects": list(things), **fields}}


CUBE = thing("cube", 0.5, 0.0)
SEEDS = (0, 2, 4)
"""In none of these does a reach press on the edge of a cylinder, which then leans."""


@pytest.fixture(scope="module")
def lift() -> Iterator[TabletopEnv]:
    environment = make_env("lift", image_size=32).unwrapped
    yield environment
    environment.close()


def assert_same(one: SceneState, other: SceneState, hand: float = 0.0) -> None:
    """Compare two scenes; PyBullet rounds the last bit of an orientation."""
    assert one.specs == other.specs
    for name in ("positions_world", "velocities_world", "joint_positions"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_allclose(one.ee_position_world, other.ee_position_world, atol=hand)
    np.testing.assert_allclose(one.orientations_xyzw, other.orientations_xyzw, atol=1e-15)
    assert (one.ee_yaw, one.gripper_opening) == pytest.approx(
        (other.ee_yaw, other.gripper_opening), abs=hand
    )


def refusal(environment: TabletopEnv, options: dict[str, Any]) -> str:
    """Return the message with which a reset is refused."""
    with pytest.raises(InvalidValueError) as refused:
        environment.reset(seed=0, options={"instruction": "lift the cube", **options})
    return str(refused.value)


def test_a_sunken_cube_lifts_nothing_by_itself(lift: TabletopEnv) -> None:
    message = refusal(lift, asked(thing("cube", 0.5, 0.0, -0.05)))
    start, _, end = message.partition(" moves by ")
    assert start == "Object 0 of the scene (small red cube)"
    assert float(end.split()[0]) > 50
    assert end.split(" ", 1)[1] == (f"mm while it settles; at most 3 mm are allowed. {REMEDY}")


def test_a_cube_above_its_pad_is_refused() -> None:
    environment = make_env("push", image_size=32).unwrapped
    scene = asked(thing("cube", 0.5, 0.0, 0.062), thing("pad", 0.5, 0.0))
    for words in ({}, {"instruction": "push the cube to the pad"}):
        with pytest.raises(InvalidValueError, match=r"\(small red cube\) moves by 4\d\.\d mm"):
            environment.reset(seed=0, options={**scene, **words})
    environment.close()


@pytest.mark.parametrize("z", [0.018, 0.02, 0.0225])
def test_settling_a_little_is_fine_and_changes_nothing(lift: TabletopEnv, z: float) -> None:
    lift.reset(seed=0, options=asked(thing("cube", 0.5, 0.0, z)))
    assert lift.initial_scene.centres == [[0.5, 0.0, z]]


@pytest.mark.parametrize("z", [0.015, 0.0245])
def test_settling_more_is_refused(lift: TabletopEnv, z: float) -> None:
    assert "mm while it settles; at most 3 mm are allowed." in refusal(
        lift, asked(thing("cube", 0.5, 0.0, z))
    )


@pytest.mark.parametrize(
    ("things", "words"),
    [
        (
            (CUBE, thing("cube", 0.5, 0.0)),
            "Objects 0 and 1 of the scene (small red cube, small red cube) ",
        ),
        ((CUBE, thing("ball", 0.52, 0.0)), "overlap by 20.0 mm; at most 3 mm are allowed. Move"),
        ((CUBE, thing("bowl", 0.5, 0.06)), "(small red cube, small red bowl) overlap by "),
        (
            (CUBE, thing("bowl", 0.5, 0.15), thing("bowl", 0.5, 0.2)),
            "Objects 1 and 2 of the scene (small",
        ),
        ((CUBE, thing("pad", 0.5, 0.15), thing("bowl", 0.5, 0.2)), "overlap by 55.0 mm"),
        ((CUBE, thing("button", 0.5, 0.15), thing("slider", 0.5, 0.2)), "overlap by "),
        ((thing("cube", 0.1, 0.0),), "stands in the robot's foot: it must be at least 0.148 m"),
        ((CUBE, thing("pad", 0.1, 0.0)), "from (0, 0), got 0.100 m."),
        ((thing("cube", 0.9, 0.0),), f"(small red cube) is not on the table. {REMEDY}"),
        ((thing("ball", 0.5, 0.0, -0.15),), "(small red ball) "),
        ((CUBE, thing("bowl", 0.83, 0.0)), "is not on the table: x must lie between -0.395 and"),
        ((CUBE, thing("bowl", 0.5, 0.15, 0.05)), "its centre at z = 0.0150, got z = 0.0500."),
        (
            (CUBE, thing("bowl", 0.5, 0.15, orientation_xyzw=[1.0, 0.0, 0.0, 0.0])),
            "(small red bowl) must stand upright on the table",
        ),
    ],
)
def test_what_no_scene_can_be_is_refused(
    lift: TabletopEnv, things: tuple[dict[str, Any], ...], words: str
) -> None:
    assert words in refusal(lift, asked(*things))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ee_position": [9, 0, 0.3]}, "the hand cannot be, or stay, at (9, 0, 0.3), yaw 0"),
        ({"ee_position": [0.5, 0.1, -0.1]}, "'ee_position', 'ee_yaw' or 'ee_tilt' of the scene"),
        ({"ee_yaw": 9}, "yaw 9, tilt 0. Leave them out: the hand then begins at home."),
        ({"ee_tilt": -5}, "tilt -5. Leave"),
        ({"gripper_opening": -5}, "must lie between 0 and 0.08 metres, got -5."),
        ({"gripper_opening": 0.084}, "must lie between 0 and 0.08 metres, got 0.084."),
        (
            {"velocities": [[0, 0.03, 0]]},
            "'velocities' of a scene must be below 0.02 m/s, since an episode begins at rest, got "
            "0.03 m/s for Object 0 of the scene (small red cube).",
        ),
        ({"ee_position": [0.5, 0.0, 0.02], "gripper_opening": 0.0}, ""),
    ],
)
def test_a_hand_or_a_speed_that_cannot_be_is_refused(
    lift: TabletopEnv, fields: dict[str, Any], words: str
) -> None:
    assert words in refusal(lift, asked(CUBE, **fields))


def test_a_hand_away_from_home_begins_there_with_every_closed_loop_control() -> None:
    hand = {
        "ee_position": [0.45, 0.1, 0.15],
        "ee_yaw": 0.3,
        "gripper_opening": 0.03,
        "velocities": [[0.0, 0.0, 0.019]],
    }
    for control in ("ee_delta", "joint_delta", "discrete"):
        environment = make_env("lift", control, image_size=32).unwrapped
        environment.reset(seed=0, options=asked(CUBE, **hand))
        for _ in range(2):
            scene = environment.scene
            np.testing.assert_allclose(scene.ee_position_world, hand["ee_position"], atol=2e-3)
            assert scene.ee_yaw == pytest.approx(0.3, abs=0.01)
            stay = np.int64(0) if control == "discrete" else np.zeros(environment.control.size)
            environment.step(stay)
        assert environment.initial_scene.gripper_opening == pytest.approx(0.03, abs=1e-3)
        environment.close()


def test_a_control_with_one_start_refuses_another() -> None:
    environment = make_env("push", "planar", image_size=32).unwrapped
    environment.reset(seed=0)
    begun = environment.scene
    environment.reset(seed=0, options={"scene": begun, "goal": environment.goal})
    assert_same(environment.scene, begun, hand=1e-4)
    away = begun.replace(gripper_opening=0.02)
    with pytest.raises(InvalidValueError, match="with 'planar' every episode begins at"):
        environment.reset(seed=0, options={"scene": away})
    away = environment.scene.replace(ee_position_world=np.array([0.4, 0.0, 0.026]))
    with pytest.raises(InvalidValueError, match="with 'planar' every episode begins at"):
        environment.reset(seed=0, options={"scene": away})
    environment.close()


@pytest.mark.parametrize(
    "task", ["reach", "push", "pick_place", "stack", "turn", "drawer", "button", "slide"]
)
def test_a_scene_that_was_drawn_or_played_is_taken_again(task: str) -> None:
    environment = make_env(task, "primitive", image_size=32).unwrapped
    for seed in SEEDS:
        environment.reset(seed=seed)
        drawn, goal = environment.initial_scene, environment.goal
        environment.reset(seed=seed, options={"scene": drawn.to_json(), "goal": goal})
        assert_same(environment.initial_scene, drawn)
        environment.step(aimed(environment))
        played = scene_from_json(environment.scene.to_json())
        settled = settle(played, environment.robot, first_pose(played, environment.robot))
        moved = np.abs(settled.positions_world - played.positions_world)
        assert moved.max() < 0.002
    environment.close()


@pytest.mark.parametrize(("distance", "is_true"), [(0.042, True), (0.0425, False)])
def test_already_true_is_what_is_true_when_it_has_settled(distance: float, is_true: bool) -> None:
    lean = 0.09
    cube = thing(
        "cube",
        0.5,
        0.0,
        0.02 * (np.cos(lean) + np.sin(lean)),
        orientation_xyzw=[0.0, np.sin(lean / 2), 0.0, np.cos(lean / 2)],
    )
    environment = make_env("push", image_size=32).unwrapped
    options = asked(cube, thing("pad", 0.5 - distance, 0.0))
    options["instruction"] = "push the cube to the pad"
    if is_true:
        with pytest.raises(InstructionError, match="already true"):
            environment.reset(seed=0, options=options)
    else:
        environment.reset(seed=0, options=options)
    environment.close()


def test_what_is_already_true_is_refused() -> None:
    environment = make_env("push", image_size=32).unwrapped
    scene = asked(CUBE, thing("pad", 0.5, 0.0))
    with pytest.raises(InstructionError, match="already true"):
        environment.reset(seed=0, options={**scene, "instruction": "push the cube to the pad"})
    environment.close()


def test_a_refused_scene_leaves_the_running_episode(lift: TabletopEnv) -> None:
    lift.reset(seed=3)
    before = lift.scene.digest()
    refusal(lift, asked(thing("cube", 0.5, 0.0, -0.05)))
    *_, info = lift.step(np.zeros(lift.control.size))
    assert info["episode_seed"] == 3
    assert lift.initial_scene.digest() == before
