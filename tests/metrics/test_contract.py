"""Every registered metric keeps the promises of `vlsim.metrics.base`."""

import doctest
import inspect
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.records import episode
from vlsim import seeding
from vlsim.errors import InvalidValueError
from vlsim.metrics import (
    METRICS_OF,
    Answered,
    Described,
    Foretold,
    Located,
    Metric,
    Ranked,
    Rated,
)
from vlsim.records import Episode

COLORS = ("red", "green", "blue")
WORDS = ("a", "the", "red", "green", "cube", "block", "ball", "in", "lies", "bowl")


def _answered(rng: np.random.Generator, _: int) -> Answered:
    people = tuple(COLORS[i] for i in (0, *rng.integers(3, size=9)))
    # One answer has a majority, so that no metric leaves this question out.
    return Answered(COLORS[rng.integers(3)], people + ("red",) * 11, float(rng.random()))


def _sentence(rng: np.random.Generator) -> str:
    return " ".join(rng.choice(WORDS, size=rng.integers(4, 9)))


def _described(rng: np.random.Generator, _: int) -> Described:
    return Described(
        f"a red cube {_sentence(rng)}", (_sentence(rng), f"a red cube {_sentence(rng)}")
    )


def _episode(rng: np.random.Generator, seed: int) -> Episode:
    return episode(
        seed=seed,
        success_once=bool(rng.integers(2)),
        success_at_end=bool(rng.integers(2)),
        steps=int(rng.integers(1, 50)),
        return_=float(rng.normal()) * 10 ** float(rng.integers(-8, 8)),
        attempted=int(rng.integers(2)),
    )


def _located(rng: np.random.Generator, _: int) -> Located:
    shift = float(rng.random())
    return Located((shift, 0.0, 1.0 + shift, 1.0), (0.0, 0.0, 1.0, 1.0), (2 * shift, 0.5))


MAKERS: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "episodes": _episode,
    "answers": _answered,
    "captions": _described,
    "boxes and points": _located,
    "ranked lists": lambda rng, _: Ranked(int(rng.integers(1, 15))),
    "next words": lambda rng, _: Foretold(tuple(rng.exponential(size=4).tolist())),
    "ratings": lambda rng, _: Rated(tuple(COLORS[i] for i in rng.integers(3, size=3))),
}
NEEDS_TWO = {"fleiss_kappa", "krippendorff_alpha"}
"""A single thing may be one on which all agree: no agreement by chance to compare with."""
EVERY = [(noun, name, metric) for noun in METRICS_OF for name, metric in METRICS_OF[noun].items()]


def mixed(noun: str) -> list[Any]:
    rng = seeding.stream(0, "test")
    return [MAKERS[noun](rng, number) for number in range(41)]


@pytest.mark.parametrize(("noun", "name", "metric"), EVERY, ids=[name for _, name, _ in EVERY])
class TestMetric:
    def test_nothing_is_an_error_that_names_the_metric(
        self, noun: str, name: str, metric: Metric[Any]
    ) -> None:
        with pytest.raises(InvalidValueError, match=f"{name} needs at least one .*, got none"):
            metric([])

    def test_the_order_of_the_observations_changes_no_bit(
        self, noun: str, name: str, metric: Metric[Any]
    ) -> None:
        found = mixed(noun)
        order = seeding.stream(1, "order").permutation(len(found))
        assert metric([found[i] for i in order]) == metric(found)

    def test_the_value_lies_within_its_interval(
        self, noun: str, name: str, metric: Metric[Any]
    ) -> None:
        estimate = metric(mixed(noun))
        assert estimate.low < estimate.value < estimate.high
        assert estimate.n == 41

    def test_one_observation_gives_valid_json(
        self, noun: str, name: str, metric: Metric[Any]
    ) -> None:
        if name in NEEDS_TWO:
            pytest.skip("of a single thing there may be no agreement by chance to compare with")
        record = json.loads(json.dumps(metric(mixed(noun)[:1]).to_json(), allow_nan=False))
        assert record["n"] == 1

    def test_its_docstring_shows_a_number_and_says_which_way_is_better(
        self, noun: str, name: str, metric: Metric[Any]
    ) -> None:
        module = sys.modules[metric.__module__]
        examples = doctest.DocTestParser().get_examples(inspect.getdoc(metric) or "")
        assert any("n=" in example.want for example in examples), module.__name__
        assert "is better" in (metric.__doc__ or "")
