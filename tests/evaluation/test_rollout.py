from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.evaluation.fakes import (
    BrokenFactory,
    FakeEnv,
    Guesser,
    Oracle,
    Planner,
    Reader,
    chunks,
    number,
)
from vlsim.errors import InvalidValueError
from vlsim.evaluation.rollout import (
    EvaluationError,
    Setting,
    benchmark_seeds,
    evaluate,
    in_groups,
    run_group,
)
from vlsim.interface.conditions import Conditions
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.metrics import success_rate

SEEDS = benchmark_seeds(40)
ZEROS = sum(number(seed) == 0 for seed in SEEDS)
SETTING = Setting("reader", "say", "voice", "seen")


def test_a_policy_that_reads_succeeds_always_and_without_words_by_chance_only() -> None:
    assert success_rate(evaluate(Reader(), FakeEnv, SEEDS, "seen")).value == 1.0
    silent = evaluate(Reader(), FakeEnv, SEEDS, "no-instruction")
    assert success_rate(silent).value == ZEROS / 40
    assert 0 < ZEROS < 20


def test_an_episode_records_what_happened() -> None:
    seed = next(seed for seed in SEEDS if number(seed) == 3)
    (told,) = evaluate(Reader(), FakeEnv, [seed], "seen", task="say", control="voice")
    assert told.to_json() == {
        "policy": "reader",
        "task": "say",
        "control": "voice",
        "set": "seen",
        "seed": seed,
        "instruction": "say 3",
        "goal": {"goal": "say", "number": 3},
        "success_once": True,
        "success_at_end": True,
        "steps": 1,
        "return": 0.75,
        "referent": 3,
        "attempted": 3,
        "failure": "",
        "state_hash": f"{seed}-1-3",
        "error": "",
    }
    (silent,) = evaluate(Reader(), FakeEnv, [seed], "no-instruction")
    assert (silent.success_once, silent.steps, silent.return_) == (False, 2, -0.5)
    assert (silent.referent, silent.attempted) == (3, 0)
    assert silent.failure == "wrong object: said 0, not 3"
    assert type(silent.success_at_end) is bool


@pytest.mark.parametrize("group", [1, 3, 16, 64])
def test_the_size_of_the_group_changes_no_episode(group: int) -> None:
    expected = [e for s in SEEDS for e in evaluate(Guesser(), FakeEnv, [s], "seen", group=1)]
    assert evaluate(Guesser(), FakeEnv, SEEDS, "seen", group=group) == expected
    assert 0 < success_rate(expected).value < 1


def test_the_policy_always_sees_a_whole_group_and_no_environment_that_is_over() -> None:
    reader, informed = Reader(), Mistaken()
    for policy in (reader, informed):
        evaluate(policy, FakeEnv, [0, 1, 2, 3, 4], "no-instruction", group=4)
    assert reader.calls == [4, 4, 4, 4]
    assert informed.calls == [4, 3, 1, 1]


class Mistaken(Oracle):
    """Looks into the environment, and answers 0."""

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return chunks([0] * len(self.truths))


def test_a_chunk_is_carried_out_before_the_policy_is_asked_again_and_its_rest_is_left_out() -> None:
    policy, seeds = Planner(), [5, 1, 2]
    found = evaluate(policy, FakeEnv, seeds, "seen", group=3)
    assert policy.calls == [3], "asked once for both steps"
    assert [(e.steps, e.success_once) for e in found] == [(1, True), (2, True), (2, False)]
    # FakeEnv refuses a step after the end.
    assert [e.attempted for e in found] == [0, 1, 1]


def test_the_words_of_each_row_cross_the_border() -> None:
    policy = Reader()
    evaluate(policy, FakeEnv, [3, 4], "seen", group=3)
    assert (policy.seeds, policy.told) == ([3, 4, 3], [3, 4, 3])
    evaluate(policy, FakeEnv, [3, 4], "no-instruction", group=3)
    assert policy.told == [0, 0, 0]


def test_a_policy_that_needs_the_truth_is_refused_where_there_is_none() -> None:
    class Opaque(FakeEnv):
        ground_truth = property()

    made: list[FakeEnv] = []

    def make(set_name: str) -> FakeEnv:
        made.append(Opaque(set_name))
        return made[-1]

    with pytest.raises(
        InvalidValueError,
        match=r"^The policy 'oracle' needs the ground truth of an episode, and Opaque has no "
        r"'ground_truth'; take a vlsim environment, or a policy that acts on observations\.$",
    ):
        evaluate(Oracle(), make, SEEDS[:2], "seen")
    assert not hasattr(made[0], "seed"), "an episode was begun"
    assert made[0].is_closed


def test_a_policy_for_other_conditions_is_refused_before_the_first_episode() -> None:
    class Certain(FakeEnv):
        conditions = Conditions("ee_delta", "panda", {"front": 64})

    picky = Reader(spec=PolicySpec(control="primitive"))
    words = "The policy 'reader' needs control 'primitive', not 'ee_delta'. Make the environment "
    with pytest.raises(InvalidValueError, match=words):
        evaluate(picky, Certain, SEEDS[:2], "seen")
    with pytest.raises(InvalidValueError, match="needs control, and FakeEnv has no 'conditions'"):
        evaluate(picky, FakeEnv, SEEDS[:2], "seen")
    evaluate(Reader(spec=PolicySpec(control="ee_delta")), Certain, SEEDS[:2], "seen")


def test_nan_for_a_row_that_is_over_is_nobodys_business() -> None:
    found = evaluate(Oracle(), FakeEnv, SEEDS[:5], "no-instruction", group=4)
    assert success_rate(found).value == 1.0


def test_each_episode_is_reported_once_and_the_environments_are_closed() -> None:
    made: list[FakeEnv] = []

    def make(set_name: str) -> FakeEnv:
        made.append(FakeEnv(set_name))
        return made[-1]

    seen: list[int] = []
    evaluate(Reader(), make, SEEDS, "seen", group=8, on_episode=lambda e: seen.append(e.seed))
    assert seen == SEEDS
    assert len(made) == 8
    assert all(env.is_closed for env in made)


def test_the_seeds_are_listed_and_more_of_them_begin_with_the_same() -> None:
    assert benchmark_seeds(3) == SEEDS[:3]
    assert len(set(benchmark_seeds(1000))) == 1000
    assert benchmark_seeds(3, seed=1) != SEEDS[:3]
    assert SEEDS[0] == 394172225257188142
    with pytest.raises(InvalidValueError, match="episodes must be at least 1, got 0"):
        benchmark_seeds(0)


def test_a_seed_keeps_its_row_when_others_are_skipped() -> None:
    assert in_groups([1, 2, 3, 4, 5], 2, lambda seed: seed in (1, 3, 4)) == [(None, 2), (5, None)]
    assert in_groups([1, 2], 2, lambda seed: True) == []


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("reset", "resetting the environment failed.*ZeroDivisionError: the arm fell off"),
        ("step", "step 1 failed.*ZeroDivisionError: the arm fell off"),
        ("reward", "step 1 failed.*A reward must be finite, got nan"),
        ("info", "reading info failed.*KeyError: 'referent'"),
    ],
)
def test_an_exception_is_no_failed_episode_but_stops_the_run(where: str, message: str) -> None:
    seen: list[int] = []
    factory = BrokenFactory(where, SEEDS[20])
    with pytest.raises(
        EvaluationError, match=rf"reader on say, set seen, seed {SEEDS[20]}: {message}"
    ) as caught:
        evaluate(
            Reader(), factory, SEEDS, "seen", task="say", on_episode=lambda e: seen.append(e.seed)
        )
    assert seen == SEEDS[:16]
    assert "\n" not in str(caught.value)


def test_a_factory_that_fails_says_what_it_was_doing() -> None:
    def make(set_name: str) -> FakeEnv:
        raise InvalidValueError("image_size must lie in [32, 512], got 7.")

    with pytest.raises(EvaluationError, match=r"making the environment failed.*got 7\.$"):
        evaluate(Reader(), make, SEEDS[:1], "seen")


class Bad(Reader):
    def __init__(self, actions: object) -> None:
        super().__init__()
        self.actions = actions

    def act(self, observations: Observations) -> NDArray[np.float32]:
        return cast("NDArray[np.float32]", self.actions)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([[[0.0]]], r"a chunk of actions per row: \(2, 1, A\), got \(1, 1, 1\)\.$"),
        ([[[0.0]] * 2] * 2, r"a chunk of actions per row: \(2, 1, A\), got \(2, 2, 1\)\.$"),
        ([[0.0]] * 2, r"got \(2, 1\)\. actions\[:, None\] is a chunk of one action a row"),
        ([[[0.0]], [[float("inf")]]], "an action that is not finite"),
        ("left", "acting failed.*ValueError"),
    ],
)
def test_a_policy_that_returns_something_else_is_named(actions: object, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        run_group(Bad(actions), [FakeEnv("seen"), FakeEnv("seen")], SEEDS[:2], SETTING)
