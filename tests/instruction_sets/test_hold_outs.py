"""What training withholds: each rule, both sides of it, and what training says instead."""

import pytest

from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.goals import Arrange, Close, Goal, Lift, Open, Place, Press, Push, PushTo
from vlsim.goals.atoms.push import DIRECTIONS
from vlsim.instruction_sets import HELD_OUT_PAIRS, SEEN, SETS, Written
from vlsim.instruction_sets.hold_outs import NAMELESS_GOALS, NAMELESS_PAIRS, RULES, withheld
from vlsim.referring.ref import Many, Ref
from vlsim.scenarios.scenario import draw_scenario
from vlsim.world.things import COLORS, TRAINED_KINDS

SCENE = table(
    ("red cylinder", 0.40, -0.10),
    ("green cube", 0.40, 0.05),
    ("blue bowl", 0.55, 0.00),
    ("red pad", 0.60, -0.15),
    ("orange drawer", 0.45, 0.20),
    ("green button", 0.60, 0.20),
)
PAD = Ref("pad")


@pytest.mark.parametrize(
    ("goal", "rules"),
    [
        (Lift(Ref("cylinder", "red")), ("attribute-ref",)),
        (Lift(Ref("cylinder")), ()),
        (Arrange(Ref("cube"), Ref("cylinder", "red"), "behind"), ("attribute-ref",)),
        (Arrange(Ref("cube"), Ref("bowl", "blue"), "behind"), ()),
        (Press(Ref("button", "green")), ("attribute-ref",)),
        (Press(Ref("button")), ()),
        (Place(Ref("cylinder", "red"), Ref("bowl"), "in"), ()),
        (PushTo(Ref("cylinder", "red"), PAD), ()),
        (Push(Ref("cube"), "back left"), ("direction",)),
        (Push(Ref("cube"), "back right"), ()),
        (Push(Ref("cylinder"), "left"), ("verb-object",)),
        (Push(Ref("cylinder"), "back left"), ("direction", "verb-object")),
        (PushTo(Ref("cylinder"), PAD), ()),
        (Close(Ref("drawer")), ("verb-object",)),
        (Open(Ref("drawer")), ()),
    ],
    ids=str,
)
def test_a_rule_withholds_exactly_this(goal: Goal, rules: tuple[str, ...]) -> None:
    assert withheld(goal, SCENE) == rules
    assert SEEN.matches(goal, SCENE) is not bool(rules)
    for name in RULES:
        assert SETS[name].matches(goal, SCENE) is (rules == (name,))


@pytest.mark.parametrize(
    ("goal", "rules"),
    [
        (Push(Many("cube"), "left"), ()),
        (Push(Many(None, "orange"), "left"), ("verb-object",)),
        (Lift(Many("cube")), ()),
        (Lift(Many(None, "red")), ("attribute-ref",)),
        (Place(Many(None, "red"), Ref("bowl"), "in"), ()),
    ],
    ids=str,
)
def test_a_rule_looks_at_every_thing_that_a_group_has(goal: Goal, rules: tuple[str, ...]) -> None:
    things = ["red cube", "orange cube", "orange cylinder", "red cylinder", "blue bowl"]
    scene = table(*((thing, 0.4, 0.1 * i - 0.2) for i, thing in enumerate(things)))
    assert withheld(goal, scene) == rules


def test_nameless_pairs_are_pinned_and_never_held_out_pairs() -> None:
    assert {
        ("cube", "green"),
        ("cylinder", "red"),
        ("ball", "orange"),
        ("bowl", "purple"),
        ("pad", "yellow"),
        ("drawer", "blue"),
        ("button", "green"),
        ("slider", "red"),
    } == NAMELESS_PAIRS
    assert not NAMELESS_PAIRS & HELD_OUT_PAIRS
    assert sorted(kind for kind, _ in NAMELESS_PAIRS) == sorted(TRAINED_KINDS)
    assert {color for _, color in NAMELESS_PAIRS} <= set(COLORS)


def test_training_never_asks_for_what_is_withheld_and_shows_and_says_its_parts() -> None:
    shown, said, colors, directions, verbs = set(), set(), set(), set(), set()
    for task in ("push", "lift", "arrange", "drawer", "button", "slide"):
        for seed in range(150):
            drawn = draw_scenario(TASKS[task].scenario, "seen", seed)
            goal, scene = drawn.goal, drawn.scene
            named = {slot: i for slot, (i,) in goal.named(scene).items()}
            if goal.name in NAMELESS_GOALS:
                shown |= {(spec.kind, spec.color) for spec in scene.specs}
                for slot, i in named.items():
                    spec, ref = scene.specs[i], getattr(goal, slot)
                    said.add((spec.kind, spec.color, ref.color is not None))
                    colors.add(ref.color)
            if isinstance(goal, Push):
                directions.add(goal.direction)
            spec = scene.specs[named["target"]]
            verbs |= {(goal.name, spec.kind), (goal.name, spec.kind, spec.color)}
    assert not {(*pair, True) for pair in NAMELESS_PAIRS} & said
    assert shown >= {pair for pair in NAMELESS_PAIRS if pair[0] != "pad"}
    assert {(*pair, False) for pair in (("cylinder", "red"), ("drawer", "blue"))} <= said
    assert colors == {*COLORS, None}
    assert directions == set(DIRECTIONS) - {"back left"}
    assert ("push", "cube") in verbs
    assert ("push_to", "cylinder") in verbs
    assert ("push", "cylinder") not in verbs
    assert ("open", "drawer", "orange") in verbs
    assert ("close", "drawer", "red") in verbs
    assert ("close", "drawer", "orange") not in verbs


OTHERS = [
    name
    for name, chosen in SETS.items()
    # People name what they name.
    if name not in RULES and not isinstance(chosen, Written) and not chosen.combinations
]


@pytest.mark.parametrize("name", OTHERS)
def test_a_set_that_varies_something_else_asks_for_nothing_withheld(name: str) -> None:
    # Push has too little to do for long chains.
    task = "push" if SETS[name].forms in (None, ("atom",)) else "sequence"
    for seed in range(25):
        drawn = draw_scenario(TASKS[task].scenario, name, seed)
        assert not any(withheld(atom, drawn.scene) for atom in drawn.goal.atoms)
