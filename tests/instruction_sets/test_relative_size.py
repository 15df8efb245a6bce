"""The set of comparatives: each misleads a reader who takes it for the size that training says."""

from collections import Counter

import pytest

from tests.language.strategies import table
from vlsim.free_text.understand import understand
from vlsim.goals import Reach
from vlsim.instruction_sets import RELATIVE_SIZE
from vlsim.language.vocabulary import WORDS
from vlsim.referring.ref import Rank, Ref
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import draw_scenario

REACH = ScenarioConfig(goals=("reach",), n_movable=(4, 4), n_places=(1, 2))


@pytest.mark.parametrize(
    ("sizes", "order", "belongs"),
    [
        (("tiny", "small"), "larger", True),
        (("tiny", "small"), "smaller", True),
        (("tiny", "large"), "smaller", True),
        (("tiny", "large"), "larger", False),
        (("small", "large"), "smaller", False),
        (("small", "large"), "larger", False),
    ],
)
def test_the_size_that_training_says_would_mislead(
    sizes: tuple[str, str], order: str, belongs: bool
) -> None:
    scene = table((f"{sizes[0]} red cube", 0.4, 0.0), (f"{sizes[1]} red cube", 0.5, 0.0))
    goal = Reach(Ref("cube", rank=Rank(order)))
    assert RELATIVE_SIZE.matches(goal, scene) is belongs
    assert not RELATIVE_SIZE.matches(Reach(Ref("cube", size="tiny")), scene)


def test_a_superlative_or_a_held_out_pair_is_another_set() -> None:
    scene = table(("tiny red cube", 0.4, 0.0), ("small red cube", 0.5, 0.0))
    assert not RELATIVE_SIZE.matches(Reach(Ref("cube", rank=Rank("largest"))), scene)
    leaky = table(("tiny red cube", 0.4, 0.0), ("small yellow cube", 0.5, 0.0))
    assert not RELATIVE_SIZE.matches(Reach(Ref("cube", rank=Rank("larger"))), leaky)


def test_its_sentences_compare_with_words_that_training_never_says() -> None:
    sizes: Counter[str] = Counter()
    for seed in range(60):
        found = draw_scenario(REACH, "relative-size", seed)
        assert {"smaller", "larger", "bigger"} & set(found.instruction.split()) - set(WORDS)
        assert understand(found.instruction, found.scene) == found.goal
        sizes[found.scene.specs[found.goal.subject(found.scene)].size] += 1
    assert set(sizes) == {"small", "tiny"}
    assert min(sizes.values()) >= 10
