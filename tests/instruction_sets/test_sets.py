from dataclasses import replace

import numpy as np
import pytest

from tests.language.strategies import random_scene, table
from vlsim.envs.tasks import TASKS
from vlsim.errors import InstructionError, InvalidValueError, UnknownNameError
from vlsim.free_text.understand import parse
from vlsim.goals import Place
from vlsim.instruction_sets import COMBO, HELD_OUT_PAIRS, SEEN, SETS, SHUFFLED, is_held_out
from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.hold_outs import RULES
from vlsim.language.phrasebook import phrasebook
from vlsim.language.writer import realise
from vlsim.referring.ref import Rank, Ref, Relation
from vlsim.referring.resolve import Found, find
from vlsim.scenarios.sampler import sample_goal
from vlsim.scenarios.scenario import draw_scenario
from vlsim.seeding import stream
from vlsim.world import SceneState
from vlsim.world.support import is_in_bowl
from vlsim.world.things import COLORS, MATERIALS, TRAINED_KINDS, ObjectSpec

GOAL = Place(Ref("cube", "green"), Ref("bowl", "red"), "in")


def test_the_sets_are_these():
    assert set(SETS) >= {
        "attribute-ref",
        "background",
        "camera",
        "combo",
        "counterfactual",
        "direction",
        "distractor-attribute",
        "distractor-isomorph",
        "distractor-random",
        "distractor-relation",
        "gibberish",
        "colloquial",
        "light",
        "negation",
        "new-object",
        "no-instruction",
        "noise",
        "ordinal",
        "paraphrase",
        "paraphrase-lex",
        "paraphrase-syn",
        "placement",
        "relation",
        "relative-size",
        "robot-init",
        "seen",
        "shuffled",
        "verb-object",
    }
    roles = {name: s.role for name, s in SETS.items() if s.is_control}
    blind = dict.fromkeys(["gibberish", "no-instruction", "shuffled"], "blind control")
    assert roles == blind | {"counterfactual": "wrong-words control"}
    pools = {name: s.pool for name, s in SETS.items() if s.pool != "train"}
    assert pools == {
        "paraphrase": "held-out",
        "paraphrase-lex": "lexical",
        "paraphrase-syn": "syntactic",
    }
    assert [name for name, s in SETS.items() if s.picks_other] == ["counterfactual"]
    assert all(s.name == name and s.description.endswith(".") for name, s in SETS.items())


def test_an_unknown_set_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'paraphrase'"):
        SETS["paraphrases"]


def test_a_taken_name_is_refused():
    with pytest.raises(InvalidValueError, match="'seen' is registered already"):
        add(InstructionSet("seen", "Again."))


def test_held_out_pairs_are_pinned():
    assert {
        ("cube", "yellow"),
        ("cylinder", "blue"),
        ("ball", "green"),
        ("bowl", "red"),
        ("pad", "orange"),
        ("drawer", "purple"),
        ("button", "yellow"),
        ("slider", "blue"),
    } == HELD_OUT_PAIRS


def test_each_kind_lacks_one_colour_and_each_colour_about_as_many_kinds():
    assert sorted(kind for kind, _ in HELD_OUT_PAIRS) == sorted(TRAINED_KINDS)
    lacking = [sum(color == c for _, color in HELD_OUT_PAIRS) for c in COLORS]
    assert max(lacking) - min(lacking) <= 1


def test_each_colour_and_kind_is_trained_in_at_least_four_others():
    trained = {(k, c) for k in TRAINED_KINDS for c in COLORS} - HELD_OUT_PAIRS
    assert all(sum(kind == k for kind, _ in trained) >= 4 for k in TRAINED_KINDS)
    assert all(sum(color == c for _, color in trained) >= 4 for c in COLORS)


@pytest.mark.parametrize("name", sorted(set(SETS) - {"combo"}))
def test_only_combo_admits_held_out_pairs(name: str):
    for kind in TRAINED_KINDS:
        for color in COLORS:
            spec = ObjectSpec(kind, color)
            assert COMBO.admits(spec)
            assert SETS[name].admits(spec) is ((kind, color) not in HELD_OUT_PAIRS)
            assert is_held_out(spec) is ((kind, color) in HELD_OUT_PAIRS)


SAID_OTHERWISE = {
    "relation": Place(Ref("cube", relation=Relation("behind", (Ref("ball"),))), GOAL.place, "in"),
    "ordinal": Place(Ref("cube", rank=Rank("left")), GOAL.place, "in"),
    "negation": Place(Ref("cube", unlike=Ref(None, "red")), GOAL.place, "in"),
}
"""Goals of the sets that want the target described in another way, in any scene."""
OWN_SCENES = {"combo", "containment", "material", "nested", "new-object", "relative-size"}
"""Sets whose scenes training never shows."""


WANTS_MORE = {
    *(name for name in SETS if name.startswith("distractor-")),
    *(name for name, chosen in SETS.items() if chosen.combinations),
    "placement",
    *RULES,
}
"""Sets that the goal above is not in, whatever stands around."""


@pytest.mark.parametrize("name", sorted(set(SETS) - OWN_SCENES - WANTS_MORE))
def test_a_scene_with_a_held_out_bystander_is_no_training_scene(name: str):
    goal = SAID_OTHERWISE.get(name, GOAL)
    clean = table(("green cube", 0.4, 0.0), ("blue bowl", 0.5, 0.0), ("red ball", 0.6, 0.0))
    leaky = table(("green cube", 0.4, 0.0), ("blue bowl", 0.5, 0.0), ("green ball", 0.6, 0.0))
    assert SETS[name].matches(goal, clean)
    assert not SETS[name].matches(goal, leaky)


@pytest.mark.parametrize("name", sorted(SAID_OTHERWISE))
def test_a_target_that_is_only_called_by_its_looks_is_not_in_the_set(name: str):
    scene = table(("green cube", 0.4, 0.0), ("blue bowl", 0.5, 0.0), ("red ball", 0.6, 0.0))
    assert not SETS[name].matches(GOAL, scene)


@pytest.mark.parametrize("name", sorted(SAID_OTHERWISE))
def test_what_says_otherwise_is_needed_clear_and_understood(name: str):
    rng = stream(0, "otherwise", name)
    for _ in range(100):
        scene = random_scene(rng, SETS[name].admits)
        found = sample_goal(scene, ["place"], SETS[name], rng)
        if found is None:
            continue
        goal, text = found.goal, found.text
        target = goal.target
        index = goal.subject(scene)
        assert find(target, scene) == Found((index,))
        plain = Ref(target.kind, target.color, target.size)
        assert len(find(plain, scene).sure) > 1
        assert parse(text) == goal


@pytest.mark.parametrize(
    ("things", "target", "place", "belongs"),
    [
        (("yellow cube", "blue bowl"), Ref("cube", "yellow"), Ref("bowl"), True),
        (("green cube", "red bowl"), Ref("cube"), Ref("bowl", "red"), True),
        (("green cube", "blue bowl"), Ref("cube", "green"), Ref("bowl", "blue"), False),
        (("yellow cube", "blue bowl"), Ref("cube"), Ref("bowl", "blue"), False),
        (("yellow cube", "red bowl"), Ref("cube"), Ref(None, "red"), False),
        (("green cube", "blue bowl", "green ball"), Ref("cube", "green"), Ref("bowl"), False),
    ],
    ids=["target", "place", "neither", "without its colour", "without its kind", "bystander"],
)
def test_combo_names_a_held_out_pair_in_full(
    things: tuple[str, ...], target: Ref, place: Ref, belongs: bool
):
    scene = table(*[(thing, 0.4 + 0.1 * i, 0.0) for i, thing in enumerate(things)])
    assert COMBO.matches(Place(target, place, "in"), scene) is belongs


def test_training_draws_hold_no_held_out_pair_and_no_held_out_sentence():
    rng = stream(0, "leak")
    held_out_patterns = {t.pattern for t in phrasebook().templates if t.pool == "held-out"}
    sentences, names = set(), ["reach", "push_to", "place"]
    for _ in range(500):
        scene = random_scene(rng, SEEN.admits)
        sample = sample_goal(scene, names, SEEN, rng)
        assert not {(s.kind, s.color) for s in scene.specs} & HELD_OUT_PAIRS
        if sample is not None:
            goal, text = sample.goal, sample.text
            refs = [getattr(goal, slot) for slot in goal.slots]
            assert not {(r.kind, r.color) for r in refs} & HELD_OUT_PAIRS
            sentences.add(text)
    held_out_sentences = {
        realise(parse(text), rng, "held-out").text for text in sentences for _ in range(5)
    }
    assert len(sentences) > 300
    assert not sentences & held_out_sentences
    assert held_out_patterns


def test_combo_scenes_and_goals_never_occur_in_training():
    rng = stream(0, "combo")
    drawn = 0
    for _ in range(300):
        scene = random_scene(rng, COMBO.admits)
        sample = sample_goal(scene, ["place"], COMBO, rng)
        if sample is not None:
            drawn += 1
            assert not SEEN.matches(sample.goal, scene)
            assert {(s.kind, s.color) for s in scene.specs} & HELD_OUT_PAIRS
    assert drawn >= 90


def test_no_instruction_says_nothing():
    assert SETS["no-instruction"].rewrite("touch the cube", stream(0)) == ""


@pytest.mark.parametrize("name", ["seen", "combo", "paraphrase", "counterfactual"])
def test_other_sets_say_the_sentence(name: str):
    assert SETS[name].rewrite("touch the cube", stream(0)) == "touch the cube"


def test_shuffled_keeps_the_words_and_never_means_anything():
    rng = stream(0, "shuffled")
    # Four of the 24 orders of the short sentence are instructions.
    for text in [realise(GOAL, rng).text for _ in range(200)] + 100 * ["put cube in bowl"]:
        mixed = SHUFFLED.rewrite(text, rng)
        assert mixed != text
        assert sorted(mixed.split()) == sorted(text.split())
        with pytest.raises(InstructionError):
            parse(mixed)


def test_shuffled_draws_every_other_order():
    rng = stream(0, "orders")
    orders = {SHUFFLED.rewrite("touch the cube", rng) for _ in range(200)}
    assert orders == {
        "touch cube the",
        "the touch cube",
        "the cube touch",
        "cube the touch",
        "cube touch the",
    }


@pytest.mark.parametrize("text", ["", "touch", "the the the"])
def test_what_has_one_order_cannot_be_shuffled(text: str):
    with pytest.raises(InvalidValueError, match="fewer than two different words"):
        SHUFFLED.rewrite(text, np.random.Generator(np.random.PCG64(0)))


def test_containment_says_what_lies_in_what_in_scenes_in_which_it_does() -> None:
    said = set()
    for seed in range(30):
        drawn = draw_scenario(TASKS["pick_place"].scenario, "containment", seed)
        goal, scene = drawn.goal, drawn.scene
        assert isinstance(goal, Place)
        relations = [ref.relation for ref in (goal.target, goal.place) if ref.relation]
        assert relations
        for relation in relations:
            said.add(relation.name)
            (landmark,) = relation.landmarks
            assert landmark.is_plain
        lying = [i for i in range(len(scene.specs)) if lies_on_a_place(scene, i)]
        assert len(lying) == 1
        assert not is_in_bowl(scene, goal.subject(scene))
    # What lies in a bowl cannot be taken out.
    assert said == {"on", "holding"}


def lies_on_a_place(scene: SceneState, index: int) -> bool:
    """Whether it lies higher than on the table."""
    rise = float(scene.positions_world[index, 2]) - scene.specs[index].height / 2
    return rise > 1e-4 and scene.specs[index].movable


def test_nested_says_where_a_thing_is_that_says_where_the_target_is() -> None:
    inner = set()
    for seed in range(60):
        drawn = draw_scenario(TASKS["lift"].scenario, "nested", seed)
        relation = drawn.goal.atoms[0].target.relation
        assert relation is not None
        (landmark,) = relation.landmarks
        assert landmark.relation is not None
        assert landmark.relation.landmarks[0].is_plain
        inner.add(landmark.relation.name)
        target = drawn.goal.subject(drawn.scene)
        assert find(landmark.relation.landmarks[0], drawn.scene).sure != (target,)
        # Without the inner place, the outer one says less.
        bare = replace(landmark, relation=None)
        assert len(find(bare, drawn.scene).sure) > 1
    assert inner >= {"left of", "behind", "holding"}


def test_material_decides_which_thing_is_meant() -> None:
    materials = set()
    for seed in range(60):
        drawn = draw_scenario(TASKS["lift"].scenario, "material", seed)
        target = drawn.goal.atoms[0].target
        materials.add(target.material)
        assert len(find(replace(target, material=None), drawn.scene).sure) > 1
        assert len(find(target, drawn.scene).sure) == 1
    assert materials == set(MATERIALS)
