"""Boxes, points, ranks and next words: published cases, ties, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlsim import seeding
from vlsim.errors import InvalidValueError
from vlsim.metrics import Foretold, Located, Ranked
from vlsim.metrics.intervals import bootstrap, median
from vlsim.metrics.perplexity import perplexity
from vlsim.metrics.places import box_accuracy, grounding_accuracy, overlap
from vlsim.metrics.retrieval import RecallAt, mean_reciprocal_rank, median_rank, rank

UNIT = (0.0, 0.0, 1.0, 1.0)
BOXES = st.tuples(*[st.floats(-1, 1)] * 4)


class TestRanks:
    def test_they_are_those_of_the_documentation_of_torchmetrics(self) -> None:
        # Queries of 3 and 4 candidates; what a query does not have scores below everything.
        scores = np.array([[0.2, 0.3, 0.5, -9.0], [0.1, 0.3, 0.5, 0.2]])
        right = np.array([[False, False, True, False], [False, True, False, True]])
        ranked = rank(scores, right)
        assert ranked == [Ranked(1), Ranked(2)]
        assert mean_reciprocal_rank(ranked).value == 0.75
        assert RecallAt(2)(ranked).value == 1.0

    def test_a_model_that_scores_all_alike_finds_nothing(self) -> None:
        ranked = rank(np.zeros((50, 50)), np.eye(50, dtype=bool))
        assert RecallAt(1)(ranked).value == 0.0
        assert median_rank(ranked).value == 50

    def test_random_scores_are_right_as_often_as_chance(self) -> None:
        ranked = rank(
            seeding.stream(0, "ranks").random((400, 20)), np.tile(np.arange(20) == 3, (400, 1))
        )
        assert RecallAt(1)(ranked).low < 1 / 20 < RecallAt(1)(ranked).high
        assert RecallAt(10)(ranked).low < 1 / 2 < RecallAt(10)(ranked).high

    def test_what_cannot_be_ranked_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="Query 1 has no right candidate"):
            rank(np.zeros((2, 2)), np.array([[True, False], [False, False]]))
        with pytest.raises(InvalidValueError, match="one shape"):
            rank(np.zeros((2, 2)), np.ones((2, 3), bool))
        with pytest.raises(InvalidValueError, match="must be finite"):
            rank(np.full((1, 2), np.nan), np.ones((1, 2), bool))


class TestPlaces:
    @pytest.mark.parametrize(
        ("box", "share"),
        [(UNIT, 1.0), ((0, 0, 1, 0.5), 0.5), ((1, 1, 2, 2), 0.0), ((0.5, 0, 1.5, 1), 1 / 3),
         ((1, 0, 0, 1), 0.0)],
    )  # fmt: skip
    def test_overlap_is_intersection_over_union(
        self, box: tuple[float, float, float, float], share: float
    ) -> None:
        assert overlap(box, UNIT) == pytest.approx(share)

    @given(BOXES, BOXES)
    def test_overlap_has_no_order_and_stays_in_0_to_1(
        self, first: tuple[float, ...], second: tuple[float, ...]
    ) -> None:
        share = overlap(first, second)  # type: ignore[arg-type]
        assert 0 <= share <= 1
        assert share == overlap(second, first)  # type: ignore[arg-type]

    def test_half_is_enough(self) -> None:
        half, less = Located((0, 0, 1, 0.5), UNIT), Located((0, 0, 1, 0.49), UNIT)
        assert box_accuracy([half]).value == 1.0
        assert box_accuracy([less]).value == 0.0

    def test_a_point_is_judged_where_one_is_given_else_the_middle_of_the_box(self) -> None:
        far = (2.0, 2.0, 4.0, 4.0)
        assert grounding_accuracy([Located(far, UNIT, (0.1, 0.9))]).value == 1.0
        assert grounding_accuracy([Located(far, UNIT)]).value == 0.0
        assert grounding_accuracy([Located(UNIT, UNIT, (0.1, 1.1))]).value == 0.0

    def test_a_true_box_without_a_size_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="u0 < u1"):
            Located(UNIT, (0, 0, 0, 1))


class TestPerplexity:
    def test_certainty_costs_1_and_an_even_choice_as_many_as_there_are(self) -> None:
        assert perplexity([Foretold((0.0, 0.0))] * 2).value == 1.0
        assert perplexity([Foretold((math.log(7),) * 3)] * 2).value == pytest.approx(7)

    def test_words_count_alike_whatever_sentence_they_are_in(self) -> None:
        sentences = [Foretold((math.log(4),)), Foretold((0.0, 0.0, 0.0)), Foretold(())]
        assert perplexity(sentences).value == pytest.approx(4 ** (1 / 4))
        assert perplexity(sentences).n == 2

    def test_probabilities_above_1_are_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="at least 0"):
            perplexity([Foretold((-0.1,))])


class TestIntervals:
    def test_the_bootstrap_of_a_mean_is_near_its_t_interval(self) -> None:
        values = seeding.stream(0, "values").normal(size=200)
        found = bootstrap(
            [(value, 1.0) for value in values], lambda sums: sums[..., 0] / sums[..., 1]
        )
        half = 1.972 * values.std(ddof=1) / math.sqrt(200)
        assert found.value == pytest.approx(values.mean())
        assert found.high - found.value == pytest.approx(half, rel=0.1)
        assert found.value - found.low == pytest.approx(half, rel=0.1)

    def test_the_interval_of_a_median_is_that_of_the_binomial(self) -> None:
        # P(9 <= Binomial(25, 1/2) <= 17) = 0.9567: the 8th and the 18th of 25 values.
        found = median(list(range(1, 26)))
        assert (found.value, found.low, found.high) == (13, 8, 18)

    def test_few_values_have_no_ends(self) -> None:
        assert math.isinf(median([1, 2]).high)
        assert math.isinf(bootstrap([(1.0,)], lambda sums: sums[..., 0]).low)

    def test_nothing_is_an_error(self) -> None:
        with pytest.raises(InvalidValueError, match="got none"):
            median([])
        with pytest.raises(InvalidValueError, match="got none"):
            bootstrap([], lambda sums: sums[..., 0])
