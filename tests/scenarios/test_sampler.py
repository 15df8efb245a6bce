from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.strategies import PROPERTY, SCENES, only_kind, scene_for, table
from vlsim.errors import UnknownNameError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import GOALS, Place, PushTo, Reach
from vlsim.goals.atoms.stack import Tower
from vlsim.instruction_sets import SEEN, SETS, InstructionSet, Written
from vlsim.instruction_sets.hold_outs import RULES
from vlsim.scenarios.sampler import sample_goal
from vlsim.seeding import stream
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

SEEDS = st.integers(0, 2**32)
DRAWN = [
    name
    for name, chosen in SETS.items()
    if not isinstance(chosen, Written) and chosen.forms in (None, ("atom",))
]
"""Sets that `sample_goal` draws: other forms are drawn by the composer, and what people wrote wants
scenes with what it names (`tests/instruction_sets/test_written.py`)."""
PLAIN = [name for name in DRAWN if not SETS[name].is_control]
ONE_THING = ["combo", "negation", "new-object", "ordinal", "relation", "relative-size"]
ALONE = sorted(name for name, goal in GOALS.items() if goal.stands_alone)
SAME_GOAL = [
    "paraphrase",
    "paraphrase-lex",
    "paraphrase-syn",
    "background",
    "light",
    "camera",
    "robot-init",
    "noise",
    "no-instruction",
    "shuffled",
    "gibberish",
]
NARROW = {
    *(name for name in SETS if name.startswith("distractor-")),
    *(name for name, chosen in SETS.items() if chosen.combinations),
    *("containment", "material", "nested", "placement"),
    *RULES,
}
"""Sets that want scenes of their own, or only some goals: see `tests/contracts/test_sets.py`."""


@PROPERTY
@given(SCENES, SEEDS, st.sampled_from(ALONE), st.sampled_from(PLAIN))
def test_a_sampled_sentence_is_understood_as_its_goal_in_its_scene(
    scene: SceneState, seed: int, name: str, set_name: str
):
    sample = sample_goal(scene, [name], SETS[set_name], stream(seed, "goal"))
    if sample is not None:
        goal = sample.goal
        assert understand(sample.text, scene) == goal
        assert goal.name == name
        assert goal.is_feasible(scene)
        assert SETS[set_name].matches(goal, scene)


WORDY = {("negation", "stack_three"), ("negation", "stack_four"), ("relation", "stack_four")}
"""Sets that describe at length, with goals that name too much for that in 20 words."""


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("set_name", sorted(set(DRAWN) - NARROW))
def test_every_set_offers_every_goal_in_the_scenes_it_admits(name: str, set_name: str):
    if (set_name, name) in WORDY:
        pytest.skip("There is no room for three or four long phrases in a sentence.")
    instruction_set = SETS[set_name]
    if GOALS[name].groups and set_name in ONE_THING:
        pytest.skip("This set is about how one thing is called.")
    if set_name == "new-object" and _has_no_new_kind(name):
        pytest.skip("No fixture is of a new kind, and nothing with flat ends.")
    rng = stream(0, "offers")
    scenes = (scene_for(name, rng, instruction_set) for _ in range(200))
    found = (sample_goal(scene, [name], instruction_set, rng) for scene in scenes)
    offered = list(islice((sample for sample in found if sample is not None), 10))
    assert len(offered) == 10


def _has_no_new_kind(name: str) -> bool:
    of_one_kind = hasattr(GOALS[name], "kind") or only_kind(GOALS[name])
    return of_one_kind or issubclass(GOALS[name], Tower)


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("set_name", SAME_GOAL)
def test_sets_that_keep_the_goal_draw_the_goal_of_seen(name: str, set_name: str):
    rng = stream(0, "same")
    for seed in range(40):
        scene = scene_for(name, rng, SEEN)
        seen = sample_goal(scene, [name], SEEN, stream(seed, "goal"))
        other = sample_goal(scene, [name], SETS[set_name], stream(seed, "goal"))
        assert (seen and seen.goal) == (other and other.goal)


@pytest.mark.parametrize("name", ALONE)
def test_counterfactual_asks_for_another_target_than_seen(name: str):
    rng = stream(0, "counterfactual")
    differing = 0
    for seed in range(60):
        scene = scene_for(name, rng, SEEN)
        seen = sample_goal(scene, [name], SEEN, stream(seed, "goal"))
        other = sample_goal(scene, [name], SETS["counterfactual"], stream(seed, "goal"))
        if other is not None:
            assert seen is not None
            targets = [sample.goal.subject(scene) for sample in (seen, other)]
            assert targets[0] != targets[1]
            assert parse(other.text) == other.goal
            differing += 1
    # There are fewer groups in a scene than things.
    assert differing >= (3 if GOALS[name].groups else 10)


def test_counterfactual_needs_two_possible_targets():
    scene = table(("green cube", 0.40, -0.1), ("blue bowl", 0.50, 0.1))
    assert sample_goal(scene, ["place"], SEEN, stream(0)) is not None
    assert sample_goal(scene, ["place"], SETS["counterfactual"], stream(0)) is None


def test_every_goal_that_the_scene_offers_is_drawn_about_equally_often():
    scene = table(
        ("green cube", 0.40, -0.1),
        ("red ball", 0.40, 0.15),
        ("blue bowl", 0.50, 0.0),
        ("green pad", 0.60, -0.15),
    )
    rng = stream(0, "fair")
    counts: dict[tuple[int, ...], int] = {}
    for _ in range(2000):
        sample = sample_goal(scene, ["place"], SEEN, rng)
        assert sample is not None
        key = tuple(i for (i,) in sample.goal.named(scene).values())
        counts[key] = counts.get(key, 0) + 1
    assert sorted(counts) == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert all(n == pytest.approx(500, abs=75) for n in counts.values())


def test_goal_names_are_drawn_about_equally_often():
    scene = table(("green cube", 0.40, -0.1), ("blue bowl", 0.5, 0.1), ("green pad", 0.6, -0.1))
    rng = stream(0, "names")
    goals = ["reach", "push_to", "place"]
    drawn = [sample_goal(scene, goals, SEEN, rng) for _ in range(900)]
    names = [sample.goal.name for sample in drawn if sample]
    assert len(names) == 900
    assert all(names.count(n) == pytest.approx(300, abs=60) for n in goals)


@pytest.mark.parametrize(
    ("name", "things"),
    [
        ("place", [("red ball", 0.5, 0.0)]),
        ("place", [("blue bowl", 0.5, 0.0), ("red pad", 0.4, 0.1)]),
        ("push_to", [("red ball", 0.5, 0.0), ("blue bowl", 0.4, 0.1)]),
        ("place", [("red ball", 0.4, 0.0), ("red ball", 0.4, 0.1), ("red pad", 0.6, 0.0)]),
        ("place", [("red ball", 0.5, 0.0), ("red pad", 0.5, 0.0)]),
        ("push_to", [("red ball", 0.4, 0.0), ("red pad", 0.6, 0.0), ("blue bowl", 0.5, 0.0)]),
        ("place", [("yellow cube", 0.4, 0.0), ("red pad", 0.6, 0.0)]),
    ],
    ids=[
        "no place",
        "nothing movable",
        "no surface",
        "twins",
        "already true",
        "blocked",
        "held out",
    ],
)
def test_a_scene_that_offers_no_goal_gives_none(name: str, things: list[tuple[str, float, float]]):
    assert sample_goal(table(*things), [name], SEEN, stream(0)) is None


def test_reach_is_not_asked_for_what_is_reached():
    scene = table(("green cube", 0.40, -0.1), ("red ball", 0.5, 0.1))
    there = scene.replace(ee_position_world=np.array([0.40, -0.1, 0.03]))
    for seed in range(20):
        sample = sample_goal(there, ["reach"], SEEN, stream(seed))
        assert sample is not None
        assert sample.goal.named(there) == {"target": (1,)}


def test_another_goal_is_tried_where_the_first_name_offers_none():
    scene = table(("green cube", 0.40, -0.1), ("blue bowl", 0.5, 0.1))
    names = {
        type(sample_goal(scene, ["push_to", "place"], SEEN, stream(i)).goal) for i in range(10)
    }
    assert names == {Place}


def test_the_same_stream_gives_the_same_goal_and_sentence():
    scene = table(("green cube", 0.40, -0.1), ("blue bowl", 0.5, 0.1), ("green pad", 0.6, -0.1))
    names = ["reach", "push_to", "place"]
    first, second = (
        [sample_goal(scene, names, SEEN, stream(5, i)) for i in range(30)] for _ in range(2)
    )
    assert first == second
    assert {type(s.goal) for s in first if s} == {Reach, PushTo, Place}


def test_the_set_decides_what_matches():
    class OnlyBalls(InstructionSet):
        def matches(self, goal: object, scene: SceneState) -> bool:
            return scene.specs[goal.subject(scene)].kind == "ball"

    scene = table(("green cube", 0.40, -0.1), ("red ball", 0.5, 0.1))
    for seed in range(10):
        sample = sample_goal(scene, ["reach"], OnlyBalls("balls", "Balls."), stream(seed))
        assert sample.goal.named(scene) == {"target": (1,)}


def test_an_unknown_goal_name_is_answered_with_the_nearest():
    scene = table(("green cube", 0.40, -0.1))
    with pytest.raises(UnknownNameError, match=r"No goal named 'reech'\. Did you mean 'reach'"):
        sample_goal(scene, ["reech"], SEEN, stream(0))


def test_sentences_about_things_that_are_not_there_are_passed_over():
    scene = table(("green cube", 0.40, -0.1), ("red ball", 0.5, 0.1))
    for seed in range(10):
        assert sample_goal(scene, ["close", "press"], SETS["colloquial"], stream(seed)) is None


def test_a_scene_without_things_offers_nothing():
    nothing: tuple[ObjectSpec, ...] = ()
    scene = table(("green cube", 0.40, -0.1)).replace(
        specs=nothing, positions_world=np.zeros((0, 3)), velocities_world=np.zeros((0, 3))
    )
    assert sample_goal(scene, ["reach", "place"], SEEN, stream(0)) is None
