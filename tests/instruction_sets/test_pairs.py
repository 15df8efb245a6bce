"""Two sets at once, where one of them only words or lights things otherwise."""

import pytest

from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.instruction_sets import SETS, find_set
from vlsim.language.sentences import read_sentence
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scene.randomization import PRESETS

CONDITIONS = [name for name, s in SETS.items() if s.randomization]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("combo+background", "combo+background"),
        ("background+combo", "combo+background"),
        ("combo + paraphrase", "combo+paraphrase"),
        ("light+paraphrase-lex", "light+paraphrase-lex"),
        ("paraphrase-lex+light", "light+paraphrase-lex"),
        ("counterfactual+camera", "counterfactual+camera"),
        ("noise+relation", "relation+noise"),
    ],
)
def test_a_pair_has_one_name_in_whatever_order(asked: str, name: str) -> None:
    assert find_set(asked).name == name
    assert find_set(name) == find_set(asked)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("name", [name for name in SETS if name != "seen"])
def test_every_set_goes_with_every_condition(name: str, condition: str) -> None:
    if name == condition:
        return
    pair, alone = find_set(f"{name}+{condition}"), SETS[name]
    assert set(pair.randomization) == {*alone.randomization, condition}
    assert (pair.pool, pair.role, type(pair)) == (alone.pool, alone.role, type(alone))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("combo+relation", "'combo' and 'relation' do not go together: .* out of background"),
        ("paraphrase+paraphrase-lex", "do not go together"),
        ("combo+combo", "'combo' and 'combo' do not go together"),
        ("light+light", r"'light\+light' is no pair; ask for 'light'"),
        ("seen+light", r"'seen\+light' is no pair; ask for 'light'"),
        ("combo+light+noise", "A pair is two sets"),
        ("combo+", "No instruction set named ''"),
        ("combo+nose", "Did you mean 'noise'"),
    ],
)
def test_what_is_no_pair_is_refused_in_one_line(asked: str, words: str) -> None:
    with pytest.raises((InvalidValueError, UnknownNameError), match=words) as caught:
        find_set(asked)
    assert "\n" not in str(caught.value)


def test_a_pair_draws_the_goals_of_one_in_the_words_of_the_other() -> None:
    for seed in range(20):
        combo = draw_scenario(TASKS["reach"].scenario, "combo", seed)
        pair = draw_scenario(TASKS["reach"].scenario, "paraphrase+combo", seed)
        assert pair.scene.digest() == combo.scene.digest()
        assert pair.goal == combo.goal
        (template,) = read_sentence(pair.instruction.split()).templates[pair.goal]
        assert template.pool == "held-out"


def test_every_condition_is_a_preset_of_the_randomisation() -> None:
    assert sorted(CONDITIONS) == ["background", "camera", "light", "noise", "robot-init"]
    assert all(preset in PRESETS for name in CONDITIONS for preset in SETS[name].randomization)
