"""Answers are compared as VQAv2 compares them, and as other papers do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlsim.errors import InvalidValueError, NoDataError
from vlsim.metrics import Answered
from vlsim.metrics.answers import (
    agreement_share,
    average_consensus,
    best_match_consensus,
    calibration_error,
    exact_match,
    majority_match,
    vqa_accuracy,
    vqa_score,
)
from vlsim.metrics.answers.vqa_words import SPELLINGS, normalise

ANSWERS = st.text(alphabet="ab .,'?1", max_size=8)


@pytest.mark.parametrize(
    ("agree", "score"), [(0, 0.0), (1, 0.3), (2, 0.6), (3, 0.9), (4, 1.0), (9, 1.0), (10, 1.0)]
)
def test_an_answer_scores_by_how_many_of_ten_people_gave_it(agree: int, score: float) -> None:
    ten = ("yes",) * agree + ("no",) * (10 - agree)
    assert vqa_score(Answered("yes", ten)) == pytest.approx(score)


def test_with_few_annotators_nobody_can_be_right() -> None:
    assert vqa_score(Answered("yes", ("yes",))) == 0.0
    assert vqa_score(Answered("yes", ("yes",) * 3)) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("answer", "normal"),
    [
        ("The Cube", "cube"),
        ("an  apple\n", "apple"),
        ("two", "2"),
        ("None", "0"),
        ("left/right", "left right"),
        ("left /right", "left right"),
        ("1,000", "1000"),
        ("yes.", "yes"),
        ("2.5", "2.5"),
        ("isnt", "isn't"),
        ("couldn'tve", "couldn't've"),
        ("somebody'd", "somebodyd"),
        ("yall!", "y'all"),
        ("a", ""),
        ("e-mail", "e mail"),
    ],
)
def test_answers_are_compared_without_case_articles_punctuation_and_number_words(
    answer: str, normal: str
) -> None:
    assert normalise(answer) == normalise(answer, as_published=True) == normal


def test_the_published_slips_about_periods_are_kept_only_if_asked_for() -> None:
    assert normalise("2. cubes", as_published=True) == normalise("2. cubes") == "2 cubes"
    assert normalise("1.2.a", as_published=True) == "1.2a"
    many = "a." * 40
    assert normalise(many, as_published=True).count(".") == 40 - 32
    assert normalise(many).count(".") == 0


def test_every_contraction_is_found_from_a_spelling_that_lacks_one_apostrophe() -> None:
    assert SPELLINGS["youd've"] == SPELLINGS["you'dve"] == "you'd've"
    assert {SPELLINGS[wrong] for wrong in ("ow's'at", "'ows'at", "'ow'sat")} == {"'ow's'at"}
    assert "well" not in SPELLINGS
    assert "its" not in SPELLINGS


def test_where_all_agree_the_published_code_compares_letter_for_letter() -> None:
    agreed = Answered("Red", ("red",) * 10)
    assert vqa_score(agreed) == 0.0
    assert vqa_score(agreed, compat=False) == 1.0
    split = Answered("Red", ("red",) * 9 + ("blue",))
    assert vqa_score(split) == vqa_score(split, compat=False) == 1.0


def test_accuracy_is_the_mean_over_questions() -> None:
    ten = ("red",) * 3 + ("blue",) * 7
    estimate = vqa_accuracy([Answered("red", ten), Answered("blue", ten), Answered("x", ten)])
    assert estimate.value == pytest.approx((0.9 + 1 + 0) / 3)
    assert estimate.n == 3


@given(ANSWERS, st.lists(ANSWERS, min_size=1, max_size=10))
def test_scores_stay_in_0_to_1_and_do_not_depend_on_the_order_of_people(
    answer: str, people: list[str]
) -> None:
    score = vqa_score(Answered(answer, tuple(people)))
    assert 0 <= score <= 1
    assert vqa_score(Answered(answer, tuple(reversed(people)))) == pytest.approx(score)


@given(ANSWERS)
def test_normal_words_stay_as_they_are(answer: str) -> None:
    words = " ".join(normalise(answer).split())
    assert normalise(answer) == words


def test_four_kinds_of_consensus_differ_where_people_do() -> None:
    people = ("red cube", "red cube", "red ball", "blue ball")
    said = [Answered("red ball", people)]
    assert agreement_share(said).value == 0.25
    assert average_consensus(said).value == pytest.approx((0.5 + 0.5 + 1 + 0.5) / 4)
    assert best_match_consensus(said).value == 1.0
    with pytest.raises(InvalidValueError, match="majority_match needs"):
        majority_match(said)
    assert majority_match([Answered("red cube", (*people, "red cube"))]).value == 1.0
    assert exact_match(said).value == 0.0


def test_a_question_without_answers_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Nobody's answer is there"):
        Answered("red", ())


class TestCalibration:
    def test_it_is_the_mean_gap_weighed_by_how_many_fall_into_a_bin(self) -> None:
        low = [Answered("a", ("a" if i < 1 else "b",), 0.1) for i in range(10)]
        high = [Answered("a", ("a" if i < 6 else "b",), 0.9) for i in range(30)]
        expected = (10 * abs(0.1 - 0.1) + 30 * abs(0.9 - 0.2)) / 40
        assert calibration_error(low + high).value == pytest.approx(expected)

    def test_who_is_as_often_right_as_sure_has_none(self) -> None:
        exact = [Answered("a", ("a" if i < 6 else "b",), 0.6) for i in range(10)]
        assert calibration_error(exact).value == pytest.approx(0.0)
        assert calibration_error([Answered("a", ("a",), 1.0)] * 3).value == 0.0
        assert calibration_error([Answered("a", ("b",), 0.0)] * 3).value == 0.0

    @pytest.mark.parametrize("confidence", [-0.1, 1.5, math.nan])
    def test_it_needs_a_probability(self, confidence: float) -> None:
        with pytest.raises(InvalidValueError, match=r"must lie in \[0, 1\], got"):
            calibration_error([Answered("red", ("red",), confidence)])

    def test_answers_without_a_confidence_are_left_out(self) -> None:
        silent, sure = Answered("a", ("b",)), Answered("a", ("a",), 0.75)
        assert calibration_error([silent, sure]) == calibration_error([sure])
        with pytest.raises(NoDataError, match="needs at least one answer with its confidence"):
            calibration_error([silent])
