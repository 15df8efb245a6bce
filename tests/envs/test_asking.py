"""`reset(options=...)`: what can be asked for, and every way in which that is refused."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.envs.episodes import aimed
from vlsim.envs import make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.errors import InstructionError, InvalidValueError, UnknownNameError, VlsimError
from vlsim.goals import Place, goal_from_json
from vlsim.referring.ref import Ref
from vlsim.world import SceneState, resting_scene
from vlsim.world.things import ObjectSpec

TWO_CUBES = resting_scene(
    (
        ObjectSpec("cube", "purple"),
        ObjectSpec("cube", "purple", "large"),
        ObjectSpec("ball", "blue"),
        ObjectSpec("bowl", "green"),
        ObjectSpec("pad", "green"),
    ),
    np.array([[0.4, 0.12], [0.55, 0.12], [0.4, -0.1], [0.55, -0.1], [0.48, 0.0]]),
    np.zeros(5),
)
BALL_IN_BOWL = TWO_CUBES.replace(
    positions_world=np.where(
        np.arange(5)[:, None] == 2, [[0.55, -0.1, 0.02]], TWO_CUBES.positions_world
    )
)


@pytest.fixture(scope="module")
def environment() -> Iterator[TabletopEnv]:
    environment = make_env("pick_place", "primitive", image_size=32)
    yield environment
    environment.close()


def test_an_instruction_is_carried_out_in_a_scene_that_has_its_objects(
    environment: TabletopEnv,
) -> None:
    text = "Put the blue ball in the red bowl."
    _, info = environment.reset(seed=4, options={"instruction": text})
    assert info["instruction"] == text
    assert environment.scene.specs[info["referent"]].kind == "ball"
    assert environment.scene.specs[info["referent"]].color == "blue"
    *_, info = environment.step(aimed(environment))
    assert info["is_success"]


def test_the_same_seed_and_instruction_give_the_same_scene(environment: TabletopEnv) -> None:
    options = {"instruction": "put the blue ball in the red bowl"}
    hashes = [environment.reset(seed=s, options=options)[1]["state_hash"] for s in (4, 5, 4)]
    assert hashes[0] == hashes[2] != hashes[1]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_goal_may_be_an_object_or_its_json(environment: TabletopEnv, as_json: bool) -> None:
    goal = Place(Ref("cube", None, "large"), place=Ref("pad"), relation="on")
    asked: Any = goal.to_json() if as_json else goal
    _, info = environment.reset(seed=0, options={"goal": asked, "scene": TWO_CUBES})
    assert environment.goal == goal
    assert goal_from_json(info["goal"]) == goal
    assert info["referent"] == 1
    assert "cube" in info["instruction"] or "block" in info["instruction"]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_scene_may_be_a_state_or_its_json(environment: TabletopEnv, as_json: bool) -> None:
    asked: Any = TWO_CUBES.to_json() if as_json else TWO_CUBES
    _, info = environment.reset(seed=0, options={"scene": asked})
    assert environment.initial_scene.specs == TWO_CUBES.specs
    np.testing.assert_array_equal(
        environment.initial_scene.positions_world, TWO_CUBES.positions_world
    )
    assert goal_from_json(info["goal"]).name == "place"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"instruction": "frobnicate the cube"}, InstructionError, "Unknown word 'frobnicate'"),
        ({"instruction": ""}, InstructionError, "is empty"),
        ({"instruction": "cube the put in"}, InstructionError, "No phrasing fits"),
        ({"instruction": 3}, InstructionError, "is a string, got int"),
        ({"instruction": "put the ball in the pad"}, InstructionError, "nothing to put this into"),
        ({"instruction": "put the bowl on the pad"}, InstructionError, "cannot be moved"),
        (
            {"instruction": "put the yellow ball in the bowl"},
            InstructionError,
            "'the yellow ball' names nothing; the scene holds the small purple cube",
        ),
        (
            {"instruction": "put the purple cube in the bowl"},
            InstructionError,
            r"names two things. Which cube: the small one or the large one\?",
        ),
        (
            {"instruction": "put the ball in the bowl", "scene": BALL_IN_BOWL},
            InstructionError,
            "already true",
        ),
        (
            {"instruction": "put the ball in the bowl", "goal": {"goal": "place"}},
            InvalidValueError,
            "not both",
        ),
        ({"goal": {"goal": "plase"}}, UnknownNameError, "Did you mean 'place'"),
        ({"goal": {"goal": "place"}}, InvalidValueError, "The goal 'place': 'target' is missing"),
        ({"goal": 5}, InvalidValueError, "A goal must be a mapping"),
        ({"scene": {"things": []}}, InvalidValueError, "A scene: No field named 'things'"),
        ({"scene": "table"}, InvalidValueError, "A scene must be a mapping with objects, "),
        ({"scene": {"objects": []}}, InvalidValueError, "finds no goal in this scene"),
        ({"instructions": "put"}, InvalidValueError, "No reset option 'instructions'"),
    ],
)
def test_a_refusal_says_which(
    environment: TabletopEnv, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    given = {"scene": TWO_CUBES, **options}
    with pytest.raises(error, match=words):
        environment.reset(seed=0, options=given)


def test_words_that_fit_no_scene_of_the_task_are_refused(environment: TabletopEnv) -> None:
    wooden = make_env("push", "primitive", image_size=32)
    with pytest.raises(InstructionError, match="its scenes hold no ball; use another task"):
        wooden.reset(seed=0, options={"instruction": "push the ball to the pad"})
    wooden.close()


def test_a_refused_reset_leaves_the_running_episode_as_it_is(environment: TabletopEnv) -> None:
    _, begun = environment.reset(seed=11)
    with pytest.raises(InstructionError):
        environment.reset(seed=12, options={"instruction": "do something"})
    *_, info = environment.step(aimed(environment))
    assert info["episode_seed"] == 11
    assert info["instruction"] == begun["instruction"]
    assert info["is_success"]


@pytest.mark.parametrize("refused", [{"instruction": "do something"}, {"scenes": 1}])
@pytest.mark.parametrize("seed", [None, 12])
def test_a_refused_reset_leaves_the_next_episode_as_it_is(
    environment: TabletopEnv, seed: int | None, refused: dict[str, Any]
) -> None:
    following = []
    for options in (None, refused):
        environment.reset(seed=11)
        if options:
            with pytest.raises(VlsimError):
                environment.reset(seed=seed, options=options)
        following.append(environment.reset()[1]["episode_seed"])
    assert following[0] == following[1]


def test_a_refused_step_changes_nothing(environment: TabletopEnv) -> None:
    results = []
    for spoil in (False, True):
        environment.reset(seed=11)
        if spoil:
            for wrong in (np.full(environment.control.size, np.nan), np.zeros(17)):
                with pytest.raises(VlsimError):
                    environment.step(wrong)
        observation, reward, *_, info = environment.step(aimed(environment))
        facts = info["state_hash"], info["steps"], info["clipped_actions"], reward
        results.append((facts, observation["image"].tobytes()))
    assert results[0] == results[1]


@pytest.mark.parametrize("seed", [2**63, -1, 0.5])
def test_what_is_no_seed_is_refused_in_one_line(environment: TabletopEnv, seed: Any) -> None:
    with pytest.raises(InvalidValueError, match="whole number from 0 to"):
        environment.reset(seed=seed)


def test_the_largest_seed_and_numpys_integers_begin_episodes(environment: TabletopEnv) -> None:
    _, info = environment.reset(seed=2**63 - 1)
    assert info["episode_seed"] == 2**63 - 1
    _, info = environment.reset(seed=np.int64(7))  # type: ignore[arg-type]
    assert (type(info["episode_seed"]), info["episode_seed"]) == (int, 7)


def test_a_scene_with_a_number_that_is_not_finite_is_refused(environment: TabletopEnv) -> None:
    broken: SceneState = TWO_CUBES.replace(positions_world=TWO_CUBES.positions_world * np.nan)
    with pytest.raises(
        InvalidValueError, match=r"'objects\[0\].position\[0\]' must be a finite number"
    ):
        environment.reset(seed=0, options={"scene": broken})


def test_what_lerobot_sends_with_every_reset_changes_nothing(environment: TabletopEnv) -> None:
    _, plain = environment.reset(seed=11)
    _, asked = environment.reset(seed=11, options={"lerobot_new_rollout": True})
    assert asked["state_hash"] == plain["state_hash"]
