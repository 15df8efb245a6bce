"""Every registered metric keeps the promises of `vlsim.metrics.base`."""

import doctest
import inspect
import json
import sys

import pytest

from tests.records import episode
from vlsim import seeding
from vlsim.errors import InvalidValueError
from vlsim.metrics import METRICS, Metric
from vlsim.records import Episode


def mixed() -> list[Episode]:
    rng = seeding.stream(0, "test")
    return [
        episode(
            seed=seed,
            success_once=bool(rng.integers(2)),
            success_at_end=bool(rng.integers(2)),
            steps=int(rng.integers(1, 50)),
            return_=float(rng.normal()) * 10 ** float(rng.integers(-8, 8)),
            attempted=int(rng.integers(2)),
        )
        for seed in range(41)
    ]


@pytest.mark.parametrize(("name", "metric"), METRICS.items(), ids=list(METRICS))
class TestMetric:
    def test_no_episodes_is_an_error_that_names_the_metric(self, name: str, metric: Metric) -> None:
        with pytest.raises(InvalidValueError, match=f"{name} needs at least one episode, got none"):
            metric([])

    def test_the_order_of_the_episodes_changes_no_bit(self, name: str, metric: Metric) -> None:
        found = mixed()
        order = seeding.stream(1, "order").permutation(len(found))
        assert metric([found[i] for i in order]) == metric(found)

    def test_the_value_lies_within_its_interval(self, name: str, metric: Metric) -> None:
        estimate = metric(mixed())
        assert estimate.low < estimate.value < estimate.high
        assert estimate.n == 41

    def test_one_episode_gives_valid_json(self, name: str, metric: Metric) -> None:
        record = json.loads(json.dumps(metric([episode()]).to_json(), allow_nan=False))
        assert record["n"] == 1

    def test_its_docstring_shows_a_number_and_says_which_way_is_better(
        self, name: str, metric: Metric
    ) -> None:
        module = sys.modules[metric.__module__]
        examples = doctest.DocTestParser().get_examples(inspect.getdoc(metric) or "")
        assert any("n=" in example.want for example in examples), module.__name__
        assert "is better" in (metric.__doc__ or "")
