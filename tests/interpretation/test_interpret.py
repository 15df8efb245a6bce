"""What is understood in front of a picture, of a model that sees what is there."""

import json

import numpy as np
import pytest

from tests.interpretation.truthful import PICTURE, Knowing, Truthful, things_of
from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals import Lift, goal_from_json
from vlsim.interpretation import interpret
from vlsim.interpretation.seen_scene import seen_scene
from vlsim.referring.ref import Ref
from vlsim.scenarios.scenario import draw_scenario
from vlsim.world import MAX_OBJECTS
from vlsim.world.camera import FRONT

SCENE = table(
    ("red cube", 0.45, -0.10),
    ("green cube", 0.45, 0.10),
    ("large blue bowl", 0.55, 0.00),
    ("yellow drawer", 0.45, 0.20),
)
MODEL = Truthful(things_of(SCENE))


def test_the_scene_stands_where_it_is_seen() -> None:
    seen = seen_scene(MODEL.things, FRONT)
    assert seen.specs == SCENE.specs
    np.testing.assert_allclose(seen.positions_world, SCENE.positions_world, atol=1e-9)
    assert (
        seen.joint_positions[3] < seen_scene(MODEL.things, FRONT, are_open=True).joint_positions[3]
    )
    assert len(seen_scene(MODEL.things * 3, FRONT).specs) == MAX_OBJECTS


@pytest.mark.parametrize("task", ["pick_place", "lift", "drawer", "stack"])
def test_every_command_is_understood_where_what_it_names_is_seen(task: str) -> None:
    for seed in range(12):
        drawn = draw_scenario(TASKS[task].scenario, "seen", seed)
        understood = interpret(Truthful(things_of(drawn.scene)), PICTURE, drawn.instruction)
        assert understood.goal == drawn.goal, (seed, understood.question)
        named = {role: indices[0] for role, indices in drawn.goal.named(drawn.scene).items()}
        assert {r.role: r.thing for r in understood.referents} == {
            role: understood.things[i] for role, i in named.items()
        }


def test_goal_plan_and_referents_are_said() -> None:
    understood = interpret(MODEL, PICTURE, "please put the red block into the dish")
    assert understood.meaning == "put the red cube in the bowl"
    assert [(r.role, r.phrase, r.thing.color) for r in understood.referents] == [
        ("target", "the red cube", "red"),
        ("place", "the bowl", "blue"),
    ]
    assert understood.plan == ("pick and place the small red cube",)
    assert (understood.question, understood.proposals, understood.caption) == ("", (), None)
    data = json.loads(json.dumps(understood.to_json()))
    assert goal_from_json(data["goal"]) == understood.goal
    assert data["referents"][0]["thing"]["confidence"] == 0.9


def test_a_chain_is_planned_motion_by_motion() -> None:
    understood = interpret(MODEL, PICTURE, "put the red cube in the bowl then lift the green cube")
    assert understood.plan == (
        "pick and place the small red cube",
        "lift the small green cube",
    )


@pytest.mark.parametrize("verb", ["open", "close"])
def test_whether_a_drawer_is_open_is_left_open(verb: str) -> None:
    assert interpret(MODEL, PICTURE, f"{verb} the drawer").meaning == f"{verb} the drawer"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("lift the cube", "Which cube: the red one or the green one?"),
        ("lift the ball", "'the ball' names nothing; the scene holds the small red cube,"),
    ],
)
def test_what_is_not_clear_is_asked_back(text: str, question: str) -> None:
    understood = interpret(MODEL, PICTURE, text)
    assert question in understood.question
    assert (understood.goal, understood.plan, understood.proposals) == (None, (), ())


def test_unknown_words_get_proposals_that_are_possible_and_nothing_is_done() -> None:
    understood = interpret(MODEL, PICTURE, "juggle the red cube")
    assert understood.goal is None
    assert understood.question.startswith("Unknown word 'juggle'")
    assert len(set(understood.proposals)) == 3
    for proposal in understood.proposals:
        assert "red cube" in proposal
        assert interpret(MODEL, PICTURE, proposal).goal is not None
    assert interpret(Truthful([]), PICTURE, "juggle the red cube").proposals == ()


def test_a_question_is_answered_and_not_taken_for_a_command() -> None:
    model = Knowing(MODEL.things)
    understood = interpret(model, PICTURE, "How many cubes are there?")
    assert model.asked == ("how many cubes are there",)
    assert understood.answer is not None and understood.answer.text == "two"
    assert understood.caption == "a red cube is left of a bowl"
    assert understood.goal is None and not understood.proposals
    assert "does not answer" in interpret(MODEL, PICTURE, "is there a cube").question


def test_courtesy_is_no_question() -> None:
    assert interpret(Knowing(MODEL.things), PICTURE, "could you lift the red cube?").goal == Lift(
        Ref("cube", "red")
    )


def test_what_cannot_be_interpreted_is_refused() -> None:
    with pytest.raises(InstructionError, match="empty"):
        interpret(MODEL, PICTURE, "  ")
    with pytest.raises(InvalidValueError, match="sees things and reads sentences"):
        interpret(object(), PICTURE, "lift the cube")
