"""The regime `full`: what it withholds, both sides of each rule, and what it says instead."""

from collections import Counter, defaultdict

import pytest

from vlsim.envs.tasks import TASKS
from vlsim.goals import ForAll, Lift, PushTo, Stack
from vlsim.instruction_sets import FULL, SETS
from vlsim.instruction_sets.combinations import COMBINATIONS, combinations_in
from vlsim.instruction_sets.full import SEEN_SHARE
from vlsim.instruction_sets.pairs import find_set
from vlsim.referring.ref import Many, Rank, Ref, Relation
from vlsim.scenarios.scenario import draw_scenario
from vlsim.seeding import stream

ATOM = ("atom",)


def there(kind: str, *relations: str) -> Ref:
    """Return a cube that is in a relation to something, which is in the next one to a bowl."""
    name, *others = relations
    landmark = there(kind, *others) if others else Ref(kind)
    return Ref("cube", relation=Relation(name, (landmark,)))


@pytest.mark.parametrize(
    ("target", "rules"),
    [
        (Ref("cube", "red", "small"), ()),
        # Sides are: left of, right of, in front of, behind, next to.
        (there("cube", "right of"), ("relation",)),
        (there("cube", "left of"), ()),
        (there("cylinder", "left of"), ("relation",)),
        (there("cylinder", "next to"), ("relation",)),
        (there("bowl", "in front of"), ("relation",)),
        (there("bowl", "behind"), ()),
        (Ref("cube", relation=Relation("behind", (Ref(None, "red"),))), ()),
        (Ref("ball", relation=Relation("on", (Ref("pad"),))), ("containment",)),
        (Ref("ball", relation=Relation("in", (Ref("bowl"),))), ()),
        (Ref("cube", relation=Relation("in", (Ref("bowl"),))), ("containment",)),
        (Ref("bowl", relation=Relation("holding", (Ref("cylinder"),))), ("containment",)),
        (Ref("bowl", relation=Relation("holding", (Ref("cube"),))), ()),
        (there("cube", "left of", "behind"), ()),
        (there("ball", "left of", "right of"), ("nested",)),
        (there("ball", "right of", "right of"), ("relation",)),
        (Ref("cube", rank=Rank("left")), ()),
        (Ref("cube", rank=Rank("left", 2)), ("ordinal",)),
        (Ref("cube", rank=Rank("left", 3)), ()),
        (Ref("cylinder", rank=Rank("left")), ("ordinal",)),
        (Ref("ball", rank=Rank("right")), ("ordinal",)),
        (Ref(None, rank=Rank("right")), ()),
        (Ref("cube", rank=Rank("larger")), ("relative-size",)),
        (Ref("cube", rank=Rank("smaller")), ()),
        (Ref("cylinder", rank=Rank("smaller")), ("relative-size",)),
        (Ref("cube", unlike=Ref(None, "green")), ("negation",)),
        (Ref("cube", unlike=Ref(None, "red")), ()),
        (Ref("cube", unlike=Ref(None, None, "small")), ()),
        (Ref("cube", material="metal"), ("material",)),
        (Ref("cube", material="wooden"), ()),
        (Ref("cylinder", material="plain"), ()),
        (Many("cube", number=2), ("count",)),
        (Many("cube", number=3), ()),
        (Many("cube"), ()),
    ],
    ids=str,
)
def test_a_rule_withholds_exactly_this(target: Ref, rules: tuple[str, ...]) -> None:
    assert combinations_in(Lift(target)) == rules


def test_a_rule_looks_into_every_phrase_of_a_goal() -> None:
    inner = Ref("ball", rank=Rank("right"))
    outer = Ref("cube", relation=Relation("left of", (inner,)))
    assert combinations_in(Lift(inner)) == ("ordinal",)
    assert combinations_in(Lift(outer)) == ("ordinal",)
    assert combinations_in(Stack(Ref("ball"), outer)) == ("ordinal",)
    assert combinations_in(ForAll(PushTo(Many("cube", number=2), Ref("pad")))) == ("count",)


def test_every_part_is_drawn_as_often_as_it_should_be() -> None:
    forms = TASKS["tabletop"].scenario.forms
    names = Counter(FULL.part(forms, stream(0, "parts", i)).name for i in range(2000))
    assert set(names) == {"seen", *COMBINATIONS}
    assert abs(names["seen"] / 2000 - SEEN_SHARE) < 0.04
    each = (1 - SEEN_SHARE) / len(COMBINATIONS)
    assert all(abs(names[name] / 2000 - each) < 0.03 for name in COMBINATIONS)


def test_a_part_that_the_task_has_no_form_for_is_never_drawn() -> None:
    names = {FULL.part(ATOM, stream(0, "parts", i)).name for i in range(300)}
    assert names == {"seen", *COMBINATIONS} - {"count"}


def test_other_sets_are_their_own_only_part() -> None:
    assert SETS["seen"].part(ATOM, stream(0)) is SETS["seen"]


def test_a_pair_words_every_part_otherwise() -> None:
    pair = find_set("full+paraphrase")
    assert {pair.part(ATOM, stream(0, "parts", i)).pool for i in range(20)} == {"held-out"}


def test_full_says_every_word_of_its_combinations_in_other_company() -> None:
    said: dict[str, set[str | None]] = defaultdict(set)
    for seed in range(250):
        drawn = draw_scenario(TASKS["lift"].scenario, "full", seed)
        target = drawn.goal.atoms[0].target
        if target.relation:
            said[target.relation.name].add(target.relation.landmarks[0].kind)
        if target.rank:
            said[target.rank.order].add(target.kind)
        if target.unlike:
            said[str(target.unlike.color)].add(target.kind)
        if target.material:
            said[target.material].add(target.kind)
    assert set(said) >= {"left of", "behind", "left", "largest", "larger", "red", "wooden", "metal"}
    assert len(said["left of"] - {"cylinder", None}) >= 2
    assert "cube" not in said["metal"]
    assert said["metal"] >= {"cylinder", "ball"}
