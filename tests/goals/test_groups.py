"""Goals about groups: exact borders of success, and plans that come to an end."""

import itertools

import numpy as np
import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Gather, GatherAround, LineUp, Separate, Sort, goal_from_json
from vlsim.goals.group import GroupGoal
from vlsim.instruction_sets import SEEN
from vlsim.referring.ref import Many, Ref
from vlsim.scenarios.placement import place
from vlsim.scenarios.sampler import sample_goal
from vlsim.seeding import stream
from vlsim.skills.rearrange import fit_together
from vlsim.world import SceneState, resting_scene
from vlsim.world.things import ObjectSpec

CUBES = Many("cube")
GOALS = (
    Gather(CUBES),
    GatherAround(CUBES, Ref("bowl")),
    Separate(CUBES),
    LineUp(CUBES),
    Sort(CUBES, "color"),
)
IDS = [goal.name for goal in GOALS]
SCENE = table(
    ("red cube", 0.40, -0.15),
    ("large red cube", 0.60, 0.15),
    ("green cube", 0.40, 0.15),
    ("blue bowl", 0.50, 0.0),
)


def at(*points: tuple[float, float]) -> SceneState:
    """The scene with its three cubes elsewhere: radii 2, 2.6 and 2 cm, and a bowl of 5.5 cm."""
    scene = SCENE
    for i, (x, y) in enumerate(points):
        scene = moved(scene, i, to=(x, y, scene.specs[i].height / 2))
    return scene


GATHERED = at((0.40, -0.10), (0.40, -0.01), (0.40, 0.08))
ROW = at((0.40, -0.10), (0.40, 0.0), (0.40, 0.10))


@pytest.mark.parametrize(
    ("goal", "scene", "there"),
    [
        (GOALS[0], GATHERED, True),
        (GOALS[0], at((0.40, -0.10), (0.40, -0.01), (0.40, 0.0809)), True),
        (GOALS[0], at((0.40, -0.10), (0.40, -0.01), (0.40, 0.0811)), False),
        (GOALS[1], at((0.50, -0.134), (0.639, 0.0), (0.50, 0.134)), True),
        (GOALS[1], at((0.50, -0.136), (0.639, 0.0), (0.50, 0.134)), False),
        (GOALS[2], at((0.40, -0.0731), (0.40, 0.0731), (0.60, 0.0)), True),
        (GOALS[2], at((0.40, -0.0729), (0.40, 0.0729), (0.60, 0.0)), False),
        (GOALS[3], ROW, True),
        (GOALS[3], at((0.40, -0.10), (0.424, 0.0), (0.40, 0.10)), True),
        (GOALS[3], at((0.40, -0.10), (0.426, 0.0), (0.40, 0.10)), False),
        (GOALS[3], at((0.40, -0.15), (0.40, 0.0), (0.40, 0.10)), False),
        (GOALS[4], at((0.40, -0.15), (0.40, -0.06), (0.40, 0.067)), True),
        (GOALS[4], at((0.40, -0.15), (0.40, -0.06), (0.40, 0.065)), False),
        (GOALS[4], at((0.40, -0.15), (0.40, -0.058), (0.40, 0.10)), False),
    ],
)
def test_borders_of_success(goal: GroupGoal, scene: SceneState, there: bool):
    assert goal.achieved(SCENE, scene) is there
    assert (set(goal.progress(SCENE, scene).values()) == {1.0}) is there


@pytest.mark.parametrize("index", [0, 1, 2])
def test_every_one_of_them_lies_still_and_was_let_go(index: int):
    goal, (x, y, z) = GOALS[0], GATHERED.positions_world[index].tolist()
    assert not goal.achieved(SCENE, with_speed(GATHERED, index, 0.05))
    assert not goal.achieved(SCENE, moved(GATHERED, index, to=(x, y, z + 0.011)))
    assert not goal.achieved(SCENE, with_ee(GATHERED, x, y, z, opening=0.04))


@pytest.mark.parametrize("goal", GOALS, ids=IDS)
def test_terms_lie_between_zero_and_one_and_grow_with_every_planned_motion(goal: GroupGoal):
    before = now = at((0.40, -0.15), (0.40, -0.09), (0.64, 0.16))
    before = now = before if goal.name == "separate" else SCENE
    assert goal.progress(before, now)["move"] == 0.0
    last, motions = 0.0, 0
    while not goal.achieved(before, now):
        now, motions = goal.after_motion(now), motions + 1
        terms = goal.progress(before, now)
        assert last < terms["move"] <= 1.0
        assert 0.0 <= terms["approach"] <= 1.0
        last = terms["move"]
    assert 1 <= motions <= 3


@pytest.mark.parametrize("goal", GOALS, ids=IDS)
def test_a_group_that_is_nearly_right_is_not_asked_for(goal: GroupGoal):
    nearly = {
        "gather": at((0.40, -0.10), (0.40, -0.01), (0.40, 0.10)),
        "gather_around": at((0.50, -0.15), (0.63, 0.0), (0.50, 0.12)),
        "separate": at((0.40, -0.07), (0.40, 0.06), (0.60, 0.0)),
        "line_up": at((0.40, -0.10), (0.43, 0.0), (0.40, 0.10)),
        "sort": at((0.40, -0.15), (0.40, -0.05), (0.40, 0.10)),
    }
    assert not goal.is_feasible(nearly[goal.name])


def test_what_is_moved_next_is_the_next_target_and_any_of_them_may_be_moved():
    goal = GOALS[3]
    skill, target = goal.plan(SCENE), goal.next_target(SCENE, SCENE)
    assert skill.name == "pick_place"
    assert skill.start_world == pytest.approx(tuple(SCENE.positions_world[target, :2]))
    for i in range(3):
        now = moved(SCENE, i, to=(0.62, -0.15, 0.02))
        assert goal.attempted(SCENE, now) == goal.next_target(SCENE, now)
    assert goal.attempted(SCENE, SCENE) is None
    assert goal.named(SCENE) == {"target": (0, 1, 2)}


def test_whichever_thing_may_be_moved_next_is_a_plan_and_needs_as_many_motions_after_it():
    around = GatherAround(CUBES, Ref("ball", "red"))
    scene = table(
        *(("red cube", 0.40, -0.18), ("blue cube", 0.40, 0.18), ("green cube", 0.62, 0.18)),
        ("red ball", 0.55, -0.02),
    )
    plans = around.plans(scene)
    assert plans[0] == around.plan(scene)
    starts = {tuple(round(x, 2) for x in plan.start_world) for plan in plans}
    assert starts == {(0.40, -0.18), (0.40, 0.18), (0.62, 0.18)}
    # One that lies next to the ball already need not be moved.
    near = moved(scene, 0, to=(0.50, -0.07, 0.02))
    starts = {tuple(round(x, 2) for x in plan.start_world) for plan in around.plans(near)}
    assert starts == {(0.40, 0.18), (0.62, 0.18)}


def test_of_two_things_that_are_gathered_each_may_go_to_the_other_but_not_a_third():
    goal = Gather(CUBES)
    scene = at((0.40, -0.10), (0.40, -0.03), (0.62, 0.15))
    (plan,) = goal.plans(scene)
    assert plan.start_world == pytest.approx((0.62, 0.15))


def test_spots_keep_clear_of_everything_else():
    crowd = table(
        *(("red cube", 0.40, -0.15), ("blue cube", 0.60, 0.15), ("green cube", 0.40, 0.15)),
        *(("red ball", 0.50, 0.0), ("blue bowl", 0.52, -0.13)),
    )
    for goal in (Gather(CUBES), Separate(CUBES), LineUp(CUBES)):
        spot = np.array(goal.plan(crowd).end_world)
        for other in (3, 4):
            room = crowd.specs[other].footprint + 0.03
            assert np.linalg.norm(spot - crowd.positions_world[other, :2]) > room


@pytest.mark.parametrize("name", IDS)
def test_nearly_all_plans_end_within_as_many_motions_as_there_are_things(name: str):
    rng, tried, ended = stream(0, "plans", name), 0, 0
    every = itertools.product(("cube", "cylinder"), ("red", "green", "blue"), ("small", "large"))
    looks = [ObjectSpec(*look) for look in every]
    for _ in range(90):
        chosen = rng.permutation(len(looks))[:5]
        specs = (*(looks[i] for i in chosen), ObjectSpec("bowl", "yellow"))
        scene = resting_scene(specs, place(specs, rng), np.zeros(6))
        found = sample_goal(scene, [name], SEEN, rng)
        if found is None:
            continue
        goal, now = found.goal.bind(scene), scene
        for _ in goal.named(scene)["target"]:
            now = now if goal.achieved(scene, now) else goal.after_motion(now)
        tried, ended = tried + 1, ended + goal.achieved(scene, now)
    assert tried >= 15
    assert ended >= 0.95 * tried


@pytest.mark.parametrize(("x", "has_room"), [(0.40, True), (0.42, False)])
def test_a_place_is_gathered_around_if_there_is_room_for_one_more(x: float, has_room: bool):
    # Bowls to the left and right of the place; the third one stands behind it.
    crowd = table(
        *(("red cube", 0.34, -0.19), ("blue cube", 0.34, 0.19), ("green cylinder", 0.60, 0.0)),
        *(("red bowl", x, 0.0), ("green bowl", 0.60, 0.15), ("blue bowl", 0.60, -0.15)),
    )
    assert GatherAround(Many("cube"), Ref("cylinder")).is_feasible(crowd) is has_room


@pytest.mark.parametrize(
    ("spot", "number"),
    [((0.661, 0.0), 2), ((0.659, 0.0), 1), ((0.60, 0.073), 2), ((0.60, 0.071), 1)],
)
def test_open_fingers_need_more_room_than_a_thing(spot: tuple[float, float], number: int):
    assert fit_together(SCENE, 0, np.array([(0.60, 0.0), spot])) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("line up both red cubes", "should be 3 things or more"),
        ("gather two of the cubes", "leaves open which"),
        ("gather the red things", "cannot be moved"),
        ("sort the red cubes by color", "things of two colors or more"),
        ("sort all cubes by shape", "things of two kinds or more"),
        ("gather the balls", "it fits nothing"),
        ("gather the cubes around the blue cube", "name the same thing"),
    ],
)
def test_what_a_group_cannot_do_is_refused(text: str, words: str):
    scene = table(
        *(("red cube", 0.40, -0.15), ("large red cube", 0.60, 0.15), ("green cube", 0.40, 0.15)),
        *(("red bowl", 0.50, 0.0), ("large green cube", 0.62, -0.14), ("blue cube", 0.50, 0.15)),
    )
    with pytest.raises(InstructionError, match=words):
        understand(text, scene)


def test_lots_may_have_one_single_thing_but_not_two():
    sort = Sort(CUBES, "color")
    assert sort.misfit_in(SCENE, {"target": (0, 1, 2)}) is None
    scene = table(
        *(("red cube", 0.40, -0.15), ("large red cube", 0.60, 0.15)),
        *(("green cube", 0.40, 0.15), ("blue cube", 0.50, 0.0)),
    )
    assert sort.misfit_in(scene, {"target": (0, 1, 2, 3)}) is not None


def test_things_are_sorted_by_color_or_kind_only():
    with pytest.raises(InvalidValueError, match="got 'size'"):
        Sort(CUBES, "size")


@pytest.mark.parametrize("goal", GOALS, ids=IDS)
def test_json_gives_an_equal_goal(goal: GroupGoal):
    assert goal_from_json(goal.to_json()) == goal


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("put both red cubes together", Gather(Many("cube", "red", number=2))),
        ("bring all the cubes to the bowl", GatherAround(Many("cube"), Ref("bowl"))),
        ("spread the balls out", Separate(Many("ball"))),
        ("put the three cans in a row", LineUp(Many("cylinder", number=3))),
        ("sort all the things by shape", Sort(Many(None), "kind")),
    ],
)
def test_sentences_mean_what_a_person_says(text: str, goal: GroupGoal):
    assert parse(text) == goal


def test_one_thing_is_no_group():
    with pytest.raises(InstructionError, match="No phrasing fits"):
        parse("gather the cube")
