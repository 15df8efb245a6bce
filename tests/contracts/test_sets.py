"""Every instruction set, in every task that it offers goals in, keeps the promises of all."""

import pytest

from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.free_text.understand import parse
from vlsim.instruction_sets import SETS
from vlsim.scenarios.leaks import belongs
from vlsim.scenarios.scenario import Scenario, draw_scenario

SIMPLE = ("reach", "push", "lift", "pick_place", "arrange", "drawer", "button", "slide")
"""Tasks of one motion; every set that is not about forms or files is tried in them."""
WITHOUT = {
    "attribute-ref": {"reach", "push", "pick_place"},
    "direction": set(SIMPLE) - {"push"},
    "verb-object": set(SIMPLE) - {"push", "drawer"},
    "new-object": {"drawer", "button", "slide"},
    "material": {"drawer", "button", "slide"},
    "containment": {"reach", "drawer", "button", "slide"},
    "placement": {"drawer", "button", "slide"},
    "distractor-relation": {"drawer", "button", "slide"},
}
"""Tasks in which a set has no goals."""
BREAKS_WORDS = {"no-instruction", "shuffled", "gibberish"}
EACH = pytest.mark.parametrize(
    ("task", "name"),
    [
        *(
            (task, name)
            for task in SIMPLE
            for name, chosen in SETS.items()
            if chosen.forms in (None, ("atom",))
            and not chosen.combinations
            and name != "colloquial"
            and task not in WITHOUT.get(name, set())
        ),
        # To sort is said of things of one colour or of several, never of a pair.
        *(
            (task, name)
            for task in TASKS
            for name in ("seen", "combo", "paraphrase")
            if (task, name) != ("sort", "combo")
        ),
        *(
            (task, name)
            for task in ("sequence", "tabletop")
            for name in (
                *("negation", "ordinal", "relation", "distractor-relation"),
                *("paraphrase-lex", "paraphrase-syn"),
            )
        ),
        *(("sequence", f"chain-{n}") for n in (1, 2, 3, 5, 10)),
        ("tabletop", "count"),
        ("tabletop", "full"),
        *(("tabletop", name) for name, chosen in SETS.items() if chosen.combinations),
    ],
)
SEEDS = range(5)


def facts(drawn: Scenario) -> tuple[object, ...]:
    return drawn.scene.digest(), drawn.goal, drawn.instruction


@EACH
def test_a_draw_is_seeded_possible_unambiguous_and_not_already_true(task: str, name: str) -> None:
    scenario = TASKS[task].scenario
    for seed in SEEDS:
        drawn = draw_scenario(scenario, name, seed)
        assert facts(draw_scenario(scenario, name, seed)) == facts(drawn)
        drawn.goal.check(drawn.scene)
        assert drawn.goal.is_feasible(drawn.scene)
        assert len(drawn.instruction.split()) <= scenario.n_words
        if name not in BREAKS_WORDS:
            assert parse(drawn.instruction) == drawn.goal
            assert belongs(drawn, name)


@pytest.mark.parametrize("task", list(TASKS))
@pytest.mark.parametrize("name", [name for name, s in SETS.items() if s.randomization])
def test_conditions_keep_scene_goal_and_sentence_of_seen(task: str, name: str) -> None:
    scenario = TASKS[task].scenario
    for seed in SEEDS:
        seen = draw_scenario(scenario, "seen", seed)
        assert facts(draw_scenario(scenario, name, seed)) == facts(seen)


@pytest.mark.parametrize(
    "name", ["paraphrase", "paraphrase-lex", "paraphrase-syn", "shuffled", "gibberish"]
)
def test_other_words_keep_scene_and_goal_of_seen(name: str) -> None:
    for seed in SEEDS:
        seen, other = (draw_scenario(TASKS["push"].scenario, n, seed) for n in ("seen", name))
        assert facts(other)[:2] == facts(seen)[:2]
        assert other.instruction != seen.instruction


@pytest.mark.parametrize(
    ("task", "name"), [(task, name) for name, tasks in WITHOUT.items() for task in sorted(tasks)]
)
def test_a_set_that_has_no_goal_in_a_task_says_so(task: str, name: str) -> None:
    with pytest.raises(InvalidValueError, match=f"'{name}' found no goal .* use another task"):
        draw_scenario(TASKS[task].scenario, name, 0)
