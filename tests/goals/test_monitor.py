"""Goals of several parts: what they want of a scene, and how they are followed."""

import numpy as np
import pytest

from tests.language.strategies import moved, table, with_ee, with_joint
from vlsim.errors import InstructionError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import And, ForAll, Goal, Lift, Open, Place, Push, PutBack, StackThree, Then
from vlsim.goals.monitor import Monitor
from vlsim.referring.ref import Many, Ref
from vlsim.referring.resolve import resolve_all
from vlsim.world import SceneState

SCENE = with_ee(
    table(
        ("red cube", 0.40, -0.15),
        ("blue cube", 0.40, 0.15),
        ("green ball", 0.55, 0.0),
        ("large blue pad", 0.60, 0.16),
        ("red bowl", 0.60, -0.15),
    ),
    0.3,
    0.0,
    0.3,
)
RED, BLUE, PAD = Ref("cube", "red"), Ref("cube", "blue"), Ref("pad")
ON_PAD = 0.022
"""Height of the centre of a small cube on a pad, metres."""


def on_pad(scene: SceneState, index: int, dx: float = 0.0) -> SceneState:
    return moved(scene, index, to=(0.60 + dx, 0.16, ON_PAD))


def test_a_chain_goes_on_when_a_step_is_done_and_keeps_what_is_done():
    goal = Then((Push(RED, "right"), Place(RED, PAD, "on"), PutBack(RED)))
    monitor = Monitor(goal, SCENE)
    assert (monitor.n_stages, monitor.n_done, monitor.n_motions) == (3, 0, 3)
    assert monitor.progress == {"steps": 0.0}
    assert monitor.atom.name == "push"
    pushed = moved(SCENE, 0, to=(0.40, -0.09, 0.02))
    monitor.advance(pushed)
    assert (monitor.n_done, monitor.atom.name) == (1, "place")
    assert monitor.progress["steps"] == pytest.approx(1 / 3)
    monitor.advance(SCENE)  # undone, but done is done
    assert monitor.n_done == 1
    monitor.advance(on_pad(SCENE, 0))
    assert (monitor.n_done, monitor.atom.name, monitor.is_achieved) == (2, "put_back", False)
    monitor.advance(SCENE)  # where it was at the very beginning, not before the last step
    assert (monitor.n_done, monitor.is_achieved) == (3, True)
    assert monitor.progress == {"steps": 1.0}


def test_put_back_means_where_it_was_to_three_centimetres():
    monitor = Monitor(Then((Push(RED, "right"), PutBack(RED))), SCENE)
    monitor.advance(moved(SCENE, 0, to=(0.40, -0.09, 0.02)))
    monitor.advance(moved(SCENE, 0, to=(0.40, -0.1199, 0.02)))
    assert not monitor.is_achieved
    monitor.advance(moved(SCENE, 0, to=(0.40, -0.1201, 0.02)))
    assert monitor.is_achieved


def test_roles_are_what_the_present_motion_is_about():
    tower = StackThree(target=RED, middle=BLUE, place=Ref("cube", "green"))
    scene = table(("red cube", 0.4, -0.15), ("blue cube", 0.4, 0.15), ("green cube", 0.55, 0.0))
    monitor = Monitor(tower, with_ee(scene, 0.3, 0.0, 0.3))
    assert monitor.roles == {"target": 1, "middle": 1, "place": 2}
    monitor.advance(moved(monitor.began, 1, to=(0.55, 0.0, 0.06)))
    assert monitor.roles == {"target": 0, "middle": 1, "place": 2}


def test_both_parts_have_to_be_true_at_once():
    goal = And((Place(RED, PAD, "on"), Push(BLUE, "left")))
    (stage,) = goal.stages(SCENE)
    first = on_pad(SCENE, 0)
    second = moved(SCENE, 1, to=(0.40, 0.08, 0.02))
    both = moved(first, 1, to=(0.40, 0.08, 0.02))
    assert [stage.achieved(SCENE, s) for s in (SCENE, first, second, both)] == [0, 0, 0, 1]
    assert stage.next_atom(SCENE, SCENE).name == "place"
    assert stage.next_atom(SCENE, first).name == "push"
    assert stage.next_atom(SCENE, second).name == "place"
    assert stage.progress(SCENE, both) == {"approach": 1.0, "lift": 1.0, "move": 1.0}
    assert 0.5 <= stage.progress(SCENE, first)["move"] < 1.0


def test_for_all_wants_every_one_and_some_wants_enough():
    (every,) = ForAll(Place(Many("cube"), PAD, "on")).stages(SCENE)
    (some,) = ForAll(Place(Many("cube", number=1, every=False), PAD, "on")).stages(SCENE)
    one = on_pad(SCENE, 1, -0.03)
    two = on_pad(one, 0, 0.03)
    assert [every.achieved(SCENE, s) for s in (SCENE, one, two)] == [False, False, True]
    assert [some.achieved(SCENE, s) for s in (SCENE, one, two)] == [False, True, True]


def test_two_cubes_find_room_on_one_pad_and_not_in_one_small_bowl():
    assert ForAll(Place(Many("cube"), PAD, "on")).is_feasible(SCENE)
    assert not ForAll(Place(Many("cube"), Ref("bowl"), "in")).is_feasible(SCENE)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("if there is a ball lift the red cube otherwise push it left", None),
        ("if there is a ball lift the red cube otherwise push the blue cube left", "lift"),
        ("if there is a can lift the can otherwise push the blue cube left", "push"),
        ("if there is no can push the blue cube left", "push"),
        ("if there is no ball lift the red cube else push the blue cube left", "push"),
    ],
)
def test_the_scene_chooses(text: str, name: str | None):
    if name is None:
        with pytest.raises(InstructionError):
            parse(text)
    else:
        assert Monitor(understand(text, SCENE), SCENE).atom.name == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("push the three cubes left", "'the three cubes' should be 3 things; .* it fits the"),
        (
            "push all the cans left",
            "'all the cylinders' should be 2 .* fits nothing",
        ),
        ("put all the blue things on the pad", "also names 'the pad'"),
        ("put both cubes in the pad", "is nothing to put this into"),
        ("if there is a can lift the can", "The condition is false in this scene"),
        ("push the red cube left and put it on the pad", "act on the same thing; say 'then'"),
        ("lift the red cube then open the drawer", "'the drawer' names nothing"),
        ("put the red cube on the pad then push the pad left", "Step 2: 'the pad' cannot be moved"),
        ("put the red cube on the pad then put it there", "Step 2: That is true by then"),
    ],
)
def test_what_this_scene_cannot_mean_is_refused_with_the_reason(text: str, words: str):
    with pytest.raises(InstructionError, match=words):
        understand(text, SCENE)


def test_a_thing_may_go_on_from_where_it_was_put():
    assert isinstance(
        understand("put the red cube on the pad then put it in the bowl", SCENE), Then
    )


def test_all_names_all_and_both_names_two():
    assert resolve_all(Many("cube"), SCENE) == (0, 1)
    assert resolve_all(Many("cube", number=2), SCENE) == (0, 1)
    assert resolve_all(Many(None, "red"), SCENE) == (0, 4)
    assert resolve_all(Many("cube", unlike=Ref(None, "red"), number=1, every=False), SCENE) == (1,)


@pytest.mark.parametrize(
    "goal",
    [
        Place(RED, PAD, "on"),
        Place(RED, Ref("bowl"), "in"),
        Push(RED, "right"),
        Push(Ref("ball"), "back"),
        And((Place(RED, PAD, "on"), Push(BLUE, "left"))),
        Lift(Ref("ball")),
    ],
)
def test_a_motion_is_expected_to_do_what_was_asked(goal: Goal):
    (stage,) = goal.stages(SCENE)
    expected = stage.expected(SCENE)
    assert stage.achieved(SCENE, expected)
    others = [
        i for i in range(5) if i not in {i for a in goal.atoms for i in a.named(SCENE)["target"]}
    ]
    np.testing.assert_array_equal(expected.positions_world[others], SCENE.positions_world[others])


def test_a_drawer_is_expected_to_be_open():
    scene = with_joint(table(("red drawer", 0.4, 0.0)), 0, 0.0)
    (stage,) = Open(Ref("drawer")).stages(scene)
    assert stage.achieved(scene, stage.expected(scene))
