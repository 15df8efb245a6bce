"""Held out is held out: a small version of `benchmarks/leaks.py`, and its parts."""

import pytest

from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.free_text.understand import parse
from vlsim.goals import Reach
from vlsim.instruction_sets import SETS
from vlsim.language.utterance import Utterance
from vlsim.language.writer import realise
from vlsim.referring.ref import Ref
from vlsim.scenarios.leaks import belongs, fingerprint, held_out_sets, is_trained
from vlsim.scenarios.scenario import Scenario, draw_scenario
from vlsim.seeding import stream

ASKED_IN = {
    "attribute-ref": "lift",
    "direction": "push",
    "verb-object": "push",
    "chain-3": "sequence",
    "chain-4": "sequence",
    "chain-5": "sequence",
    "chain-10": "sequence",
    "containment": "pick_place",
    "count": "tabletop",
}
"""Tasks of the sets that have no goal in `reach`."""


def test_controls_and_conditions_hold_nothing_out() -> None:
    names = set(held_out_sets())
    assert names.isdisjoint(
        {"seen", "counterfactual", "gibberish", "no-instruction", "shuffled", "background"}
    )
    assert names >= {"combo", "paraphrase", "placement", "direction", "distractor-random"}


@pytest.mark.parametrize("task", list(TASKS))
def test_no_held_out_set_matches_a_draw_of_training(task: str) -> None:
    for seed in range(40):
        drawn = draw_scenario(TASKS[task].scenario, "seen", seed)
        assert is_trained(drawn)
        assert belongs(drawn, "seen")
        assert [name for name in held_out_sets() if belongs(drawn, name)] == []


@pytest.mark.parametrize("name", held_out_sets())
def test_no_draw_of_a_held_out_set_is_one_of_training(name: str) -> None:
    scenario = TASKS[ASKED_IN.get(name, "reach")].scenario
    # The same seeds: some of these sets keep the very scenes and goals of training.
    training = {fingerprint(draw_scenario(scenario, "seen", seed)) for seed in range(60)}
    for seed in range(60):
        drawn = draw_scenario(scenario, name, seed)
        assert belongs(drawn, name)
        assert not is_trained(drawn)
        assert fingerprint(drawn) not in training


def test_training_meets_its_own_hashes_again() -> None:
    few = TASKS["reach"].scenario.changed({"movable_kinds": ("cube",), "n_movable": (2, 2)})
    first = {fingerprint(draw_scenario(few, "seen", seed)) for seed in range(800)}
    again = [fingerprint(draw_scenario(few, "seen", seed)) in first for seed in range(800, 1000)]
    assert sum(again) >= 20


def test_the_regime_full_draws_none_of_what_it_withholds() -> None:
    others = held_out_sets("full")
    assert set(others) >= {"combo", "paraphrase", "distractor-relation", "relation-combo"}
    assert not set(others) & {"seen", "full", "relation", "count"}
    training = set()
    for seed in range(120):
        drawn = draw_scenario(TASKS["tabletop"].scenario, "full", seed)
        training.add(fingerprint(drawn))
        assert is_trained(drawn, "full")
        assert belongs(drawn, "full")
        assert [name for name in others if belongs(drawn, name)] == []
    for name in others:
        if not SETS[name].combinations:
            continue
        for seed in range(8):
            drawn = draw_scenario(TASKS["tabletop"].scenario, name, seed)
            assert belongs(drawn, name)
            assert not belongs(drawn, "full")
            assert not is_trained(drawn, "full")
            assert not is_trained(drawn)
            assert fingerprint(drawn) not in training


SCENE = table(("green cube", 0.40, 0.0), ("red ball", 0.60, -0.1))


def asked(text: str, scene: object = SCENE) -> str:
    assert isinstance(scene, type(SCENE))
    return fingerprint(Scenario(scene, Utterance(text, parse(text)), text))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("touch the block", True),
        ("please touch the cube", True),
        ("touch the green cube", False),
        ("reach the cube", False),
        ("touch the ball", False),
    ],
)
def test_a_hash_tells_what_is_asked_not_which_synonym_says_it(text: str, same: bool) -> None:
    assert (asked(text) == asked("touch the cube")) is same


@pytest.mark.parametrize(
    ("things", "same"),
    [
        ([("green cube", 0.45, 0.05), ("blue can", 0.60, 0.1)], True),
        ([("green cube", 0.45, -0.05), ("red ball", 0.60, -0.1)], False),
        ([("green cube", 0.33, 0.05), ("red ball", 0.60, -0.1)], False),
        ([("large green cube", 0.45, 0.05), ("red ball", 0.60, -0.1)], False),
        ([("green cube", 0.45, 0.05)], False),
    ],
    ids=["same quarter", "other quarter", "beyond the workspace", "another size", "alone"],
)
def test_a_hash_tells_roughly_where_and_among_how_many(
    things: list[tuple[str, float, float]], same: bool
) -> None:
    things = [(words.replace("can", "cylinder"), x, y) for words, x, y in things]
    assert (asked("touch the cube", table(*things)) == asked("touch the cube")) is same


def test_words_that_mean_nothing_belong_to_no_set() -> None:
    scenario = Scenario(SCENE, Utterance("cube the touch", Reach(Ref("cube"))), "cube the touch")
    assert not is_trained(scenario)
    assert not any(belongs(scenario, name) for name in SETS)


def test_the_writer_of_a_sentence_is_not_believed() -> None:
    goal = Reach(Ref("cube"))
    trained, held_out = (realise(goal, stream(0, "words"), pool) for pool in ("train", "held-out"))
    forged = Utterance(held_out.text, goal, trained.templates)
    assert forged.pool == "train"
    assert not is_trained(Scenario(SCENE, forged, forged.text))


def test_typed_words_are_trained_if_training_says_them() -> None:
    for text, trained in (("touch the cube", True), ("tap the cube", False)):
        typed = Utterance(text, Reach(Ref("cube")))
        assert typed.pool is None
        assert is_trained(Scenario(SCENE, typed, text)) is trained
