"""Distributions come from Python or JSON, draw what they say, and are refused by name."""

import json
from typing import Any

import numpy as np
import pytest

from vlsim.errors import InvalidValueError
from vlsim.scene.randomization.distributions import (
    Choice,
    Constant,
    Distribution,
    Normal,
    Uniform,
    distribution_of,
    distribution_to_json,
)
from vlsim.scene.randomization.light import LightTerm
from vlsim.scene.randomization.sensing import LatencyTerm
from vlsim.seeding import stream

EACH: list[Distribution] = [Uniform(0.2, 0.4), Normal(0.5, 0.1), Choice((0.1, 0.7)), Constant(0.3)]


@pytest.mark.parametrize("distribution", EACH)
def test_json_gives_the_same_distribution_back(distribution: Distribution) -> None:
    form = json.loads(json.dumps(distribution_to_json(distribution)))
    assert distribution_of("light.ambient", form) == distribution
    assert distribution_of("light.ambient", distribution) is distribution


def test_a_single_number_or_word_is_a_constant() -> None:
    assert distribution_of("x", 3) == Constant(3)
    assert distribution_of("x", "wood") == Constant("wood")


@pytest.mark.parametrize(
    "given",
    [
        None,
        True,
        [1, 2],
        {},
        {"even": [0, 1]},
        {"uniform": [1]},
        {"uniform": 3},
        {"choice": 3},
        {"uniform": [0, 1], "normal": [0, 1]},
        float("nan"),
    ],
)
def test_anything_else_is_refused_with_term_and_field(given: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"light.ambient must be a number, \{'uniform'"):
        LightTerm(ambient=given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Uniform(0.7, 0.4), "light.ambient: the lower end .* got 0.7 and 0.4"),
        ({"uniform": [0.7, 0.4]}, "light.ambient: the lower end"),
        (Uniform(0.5, 1.01), r"light.ambient must lie in \[0, 1\], got Uniform"),
        (Uniform(-0.01, 0.5), r"light.ambient must lie in \[0, 1\]"),
        (Normal(0.5, -0.1), "light.ambient: std must not be negative, got -0.1"),
        (Normal(1.5, 0.1), "light.ambient must lie in"),
        (Choice(()), "light.ambient must be drawn from finite numbers"),
        (Choice((0.1, "a")), "light.ambient must be drawn from finite numbers"),
        (Uniform(0.0, float("inf")), "light.ambient must be drawn from finite numbers"),
        (Constant(2), "light.ambient must lie in"),
    ],
)
def test_a_distribution_that_cannot_be_drawn_from_is_refused(given: Any, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words) as caught:
        LightTerm(ambient=given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", [Uniform(0.4, 0.4), Uniform(0.0, 1.0), Normal(1.0, 0.0)])
def test_a_distribution_at_the_edge_is_taken(given: Distribution) -> None:
    assert LightTerm(ambient=given).ambient == given


@pytest.mark.parametrize("given", [Uniform(0, 3), Choice((0, 1.5)), Constant(2.0), Choice((4,))])
def test_latency_counts_whole_steps_from_0_to_3(given: Distribution) -> None:
    with pytest.raises(InvalidValueError, match=r"latency\.action (counts|must)"):
        LatencyTerm(action=given)


def test_draws_follow_the_distribution() -> None:
    n = 20_000
    uniform, normal, choice, constant = (d.draw(stream(0, "d"), (n,)) for d in EACH)
    assert uniform.min() >= 0.2
    assert uniform.max() <= 0.4
    # Five standard errors.
    assert uniform.mean() == pytest.approx(0.3, abs=5 * 0.2 / 12**0.5 / n**0.5)
    assert normal.mean() == pytest.approx(0.5, abs=5 * 0.1 / n**0.5)
    assert normal.std() == pytest.approx(0.1, rel=0.05)
    assert set(choice.tolist()) == {0.1, 0.7}
    assert (choice == 0.1).mean() == pytest.approx(0.5, abs=5 * 0.5 / n**0.5)
    assert (constant == 0.3).all()


def test_what_a_normal_draws_beyond_the_range_is_moved_to_its_end() -> None:
    term = LightTerm(ambient=Normal(0.9, 0.5))
    found = np.array([term.draw(seed, 0, {})["ambient"] for seed in range(200)])
    assert found.max() == 1.0
    assert (found < 1.0).any()
    assert found.min() >= 0.0
