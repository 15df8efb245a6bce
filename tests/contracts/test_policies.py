"""What every policy that comes with vlsim has to keep: chunks, rows of their own, and words."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vlsim.agents.load import SCRIPTED, load_policy, policy_spec, zoo
from vlsim.envs import make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.interface.conditions import check_fit, misfits
from vlsim.interface.policy import ANY, Informed, Memoryless, Policy, PolicySpec, stack
from vlsim.reader import read_as

TASK = "pick_place"
LEARNED = tuple(f"zoo:{name}" for name in zoo())
SEEDS = (3, 5, 8)
STEPS = 2
"""How often a policy is asked."""


@pytest.fixture(scope="module")
def envs() -> Iterator[list[TabletopEnv]]:
    made = [make_env(TASK, "primitive") for _ in SEEDS]
    yield made
    for env in made:
        env.close()


@pytest.fixture(params=[*SCRIPTED, *LEARNED])
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(request.param, "primitive")


def actions(
    policy: Policy,
    envs: Sequence[TabletopEnv],
    seeds: Sequence[int] = SEEDS,
    words: Sequence[str] = (),
) -> NDArray[np.float32]:
    """Return what a policy does at first in episodes, without carrying it out. (STEPS, B, T, A)."""
    begun: list[tuple[dict[str, Any], dict[str, Any]]] = [
        env.reset(seed=seed) for env, seed in zip(envs, seeds, strict=True)
    ]
    policy.reset(seeds, words or [info["instruction"] for _, info in begun])
    chunks = []
    for _ in range(STEPS):
        if isinstance(policy, Informed):
            policy.inform([env.ground_truth for env in envs])
        chunks.append(policy.act(stack([observation for observation, _ in begun])))
    return np.stack(chunks)


def test_it_has_a_name_and_states_what_it_needs(policy: Policy, envs: list[TabletopEnv]) -> None:
    spec = policy_spec(policy.name)
    assert spec in (policy.spec, PolicySpec())
    assert read_as(PolicySpec, policy.spec.to_json(), "spec") == policy.spec
    assert list(misfits(policy.spec, envs[0].conditions)) == []
    check_fit(policy, envs[0])


def test_it_gives_finite_chunks_of_as_many_actions_as_it_says(
    policy: Policy, envs: list[TabletopEnv]
) -> None:
    found = actions(policy, envs)
    assert found.shape == (STEPS, len(SEEDS), policy.spec.chunk, *envs[0].action_space.shape)
    assert found.dtype == np.float32
    assert np.isfinite(found).all() and np.abs(found).max() <= 1


def test_the_same_seeds_and_words_give_the_same_actions(
    policy: Policy, envs: list[TabletopEnv]
) -> None:
    first = actions(policy, envs)
    assert np.array_equal(actions(policy, envs), first)
    assert np.array_equal(actions(load_policy(policy.name, "primitive"), envs), first)
    assert not np.array_equal(first[:, 0], first[:, 1])


def test_rows_do_not_influence_each_other(policy: Policy, envs: list[TabletopEnv]) -> None:
    mixed = actions(policy, envs)
    alike = actions(policy, envs, (SEEDS[0],) * 3)
    assert np.array_equal(mixed[:, 0], alike[:, 0])
    assert np.array_equal(alike[:, 0], alike[:, 2])
    turned = actions(policy, envs, SEEDS[::-1])
    # Rounding in a network depends on the row, by the last bits only.
    assert np.allclose(turned[:, ::-1], mixed, atol=1e-5)


@pytest.mark.parametrize("name", LEARNED)
def test_words_alone_change_what_a_learned_policy_does(name: str, envs: list[TabletopEnv]) -> None:
    policy = load_policy(name)
    told = actions(policy, envs)
    silent = actions(policy, envs, words=["", "", ""])
    first = envs[0].task_description
    one = actions(policy, envs, words=[first, "", ""])
    assert np.abs(told - silent).max() > 0.1
    assert np.array_equal(one[:, 0], told[:, 0])
    assert np.array_equal(one[:, 1:], silent[:, 1:])
    # What its tokenizer does not know is one unknown word, whichever it is.
    unknown = [actions(policy, envs, words=[f"lift the {w} cube"] * 3) for w in ("wug", "[UNK]")]
    assert np.array_equal(*unknown)
    # Token ids of the observation are nothing that it reads.
    observed = [env.reset(seed=seed)[0] for env, seed in zip(envs, SEEDS, strict=True)]
    policy.reset(SEEDS, [env.task_description for env in envs])
    without = [{k: v for k, v in seen.items() if k != "instruction"} for seen in observed]
    assert np.array_equal(policy.act(stack(without)), told[0])


@pytest.mark.parametrize("name", LEARNED)
def test_a_policy_that_remembers_nothing_acts_as_told_whatever_was_before(
    name: str, envs: list[TabletopEnv]
) -> None:
    policy = load_policy(name)
    expected = actions(policy, envs)[0]
    seen = [env.reset(seed=seed) for env, seed in zip(envs, SEEDS, strict=True)]
    rows = stack([observation for observation, _ in seen])
    assert isinstance(policy, Memoryless)
    policy.act_as_told({key: array[:1] for key, array in rows.items()}, ["lift the red cube"])
    told = [info["instruction"] for _, info in seen]
    assert np.array_equal(policy.act_as_told(rows, told), expected)


@pytest.mark.parametrize("name", SCRIPTED)
def test_scripted_policies_fit_everything_and_read_no_words(
    name: str, envs: list[TabletopEnv]
) -> None:
    assert policy_spec(name) == PolicySpec(ANY, ANY, {}, ANY, 1)
    policy = load_policy(name, "primitive")
    assert np.array_equal(actions(policy, envs), actions(policy, envs, words=["", "", ""]))
