"""A model that knows everything scores 1 on everything, unless it is shown other pictures."""

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.evaluation.perception.fakes import FakePictures, Knower, Speaker, draw
from vlsim.annotations import Question
from vlsim.errors import InvalidValueError
from vlsim.evaluation.perception import TASKS, Blind, evaluate_model
from vlsim.evaluation.perception.evaluate import Evaluation, Key
from vlsim.interface.perceiver import Answer, Place

TRAINING = draw(60, seed=1).annotations
BLIND = Blind(TRAINING)


@pytest.fixture(scope="module")
def splits() -> dict[str, FakePictures]:
    return {"seen": draw(40), "combo": draw(12, seed=2)}


@pytest.fixture(scope="module")
def known(splits: dict[str, FakePictures]) -> Evaluation:
    return evaluate_model(Knower(*splits.values()), splits, BLIND)


def value(
    evaluation: Evaluation, task: str, metric: str, who: str = "model", kind: str = ""
) -> float:
    (row,) = [
        score
        for score in evaluation.scores
        if (score["task"], score["split"], score["kind"], score["metric"])
        == (task, "seen", kind, metric)
    ]
    return row[who]["value"]


def test_every_task_is_asked_of_every_split(known: Evaluation) -> None:
    assert set(known.asked) == {Key(task, split) for task in TASKS for split in ("seen", "combo")}


@pytest.mark.parametrize(
    ("task", "metric", "best"),
    [
        ("vqa", "exact_match", 1.0),
        ("vqa", "vqa_accuracy", 1.0),
        ("vqa", "calibration_error", 0.1),
        ("refer", "box_accuracy", 1.0),
        ("refer", "grounding_accuracy", 1.0),
        ("captions", "bleu_4", 1.0),
        ("captions", "rouge_l", 1.0),
        ("retrieval", "recall_at_1", 1.0),
        ("retrieval", "median_rank", 1.0),
        ("hard negatives", "accuracy", 1.0),
        ("next words", "perplexity", 1.0),
    ],
)
def test_who_knows_everything_has_the_best_score_and_others_do_not(
    known: Evaluation, task: str, metric: str, best: float
) -> None:
    assert value(known, task, metric) == pytest.approx(best)
    for control in ("blind", "wrong_pictures"):
        # Captions of the fake scenes differ only in colour and number.
        assert value(known, task, metric, control) != pytest.approx(best), control


def test_kinds_are_measured_apart_and_together(known: Evaluation) -> None:
    kinds = {row["kind"] for row in known.scores if row["task"] == "vqa"}
    assert kinds == {"", "color", "existence", "side"}
    assert value(known, "next words", "perplexity", "wrong_pictures", "decided by the picture") > 5
    row = next(r for r in known.scores if (r["task"], r["kind"]) == ("refer", "nested"))
    assert row["model"]["n"] == 40


def test_a_matrix_shows_which_answer_was_given_for_which(splits: dict[str, FakePictures]) -> None:
    class Confused(Knower):
        def answer(self, pictures: Any, questions: Any) -> list[Answer]:
            said = super().answer(pictures, questions)
            return [Answer({"red": "blue", "green": "pink"}.get(a.text, a.text)) for a in said]

    found = evaluate_model(Confused(*splits.values()), splits, BLIND)
    matrix = next(each for each in found.confusion if each["split"] == "seen")
    assert matrix["kind"] == "color"
    assert matrix["answers"] == ["blue", "green", "red"]
    colors = [a.questions[0].answer for a in splits["seen"].annotations]
    blue, green, red = (colors.count(color) for color in matrix["answers"])
    assert matrix["counts"] == [[blue, 0, 0], [0, 0, 0], [red, 0, 0]]
    assert matrix["other"] == [0, green, 0]


def test_ranks_are_taken_in_both_directions(splits: dict[str, FakePictures]) -> None:
    class Bright(Knower):
        def match(self, pictures: Any, sentences: Any) -> Any:
            # It looks at pictures alone, so of several sentences none is better.
            light = pictures.reshape(len(pictures), -1).astype(float).sum(1)
            return np.tile(light[:, None], len(sentences))

    found = evaluate_model(Bright(*splits.values()), splits, BLIND)
    assert value(found, "retrieval", "recall_at_1", kind="picture to sentence") == 0
    assert value(found, "retrieval", "recall_at_1", kind="sentence to picture") == 1 / 40
    assert value(found, "retrieval", "median_rank", kind="picture to sentence") == 40


def test_the_point_is_where_the_model_looks_not_the_middle_of_its_box(
    splits: dict[str, FakePictures],
) -> None:
    class Elsewhere(Knower):
        def locate(self, pictures: Any, expressions: Any) -> list[Place]:
            known = super().locate(pictures, expressions)
            return [Place((0.9, 0.9, 1.0, 1.0), place.attention) for place in known]

    found = evaluate_model(Elsewhere(*splits.values()), splits, BLIND)
    assert value(found, "refer", "box_accuracy") == 0
    assert value(found, "refer", "grounding_accuracy") == 1


def test_words_that_the_picture_decides_are_told_apart(splits: dict[str, FakePictures]) -> None:
    decided = {
        c.text: c.decided for each in splits.values() for a in each.annotations for c in a.captions
    }

    class Unsure(Knower):
        def next_words(self, pictures: Any, sentences: Any) -> Any:
            return [np.where(decided[text], np.log(5), 0.0) for text in sentences]

    found = evaluate_model(Unsure(*splits.values()), splits, BLIND)
    perplexity = partial(value, found, "next words", "perplexity")
    assert perplexity(kind="decided by the picture") == pytest.approx(5)
    assert perplexity(kind="other words") == 1
    assert 1 < perplexity() < 5


def test_numbers_stand_in_the_order_in_which_they_count() -> None:
    pictures = draw(4)
    numbers = ("two", "zero", "one", "ten")
    counted = [
        replace(each, questions=(Question("how many", "count", number),))
        for each, number in zip(pictures.annotations, numbers, strict=True)
    ]
    pictures = FakePictures(pictures.images, counted)
    (matrix,) = evaluate_model(Knower(pictures), {"test": pictures}, BLIND).confusion
    assert matrix["answers"] == ["zero", "one", "two", "ten"]


def test_next_words_are_bounded_by_what_the_grammar_leaves_open() -> None:
    pictures = draw(4)
    open_ = [
        replace(
            each,
            captions=(replace(each.captions[1], nats=(0.0, 0.0, 0.0, math.log(3), 0.0)),),
        )
        for each in pictures.annotations
    ]
    pictures = FakePictures(pictures.images, open_)
    found = evaluate_model(Knower(pictures), {"seen": pictures}, BLIND)
    bound = value(found, "next words", "perplexity", "bound", "decided by the picture")
    assert bound == pytest.approx(3)
    (row,) = [
        r
        for r in found.scores
        if (r["metric"], r["split"]) == ("exact_match", "seen") and not r["kind"]
    ]
    assert row["bound"] is None


def test_a_confidence_that_is_not_known_is_not_judged(splits: dict[str, FakePictures]) -> None:
    class Silent(Knower):
        def answer(self, pictures: Any, questions: Any) -> list[Answer]:
            return [Answer(each.text) for each in super().answer(pictures, questions)]

    found = evaluate_model(Silent(*splits.values()), splits, BLIND)
    assert "calibration_error" not in {row["metric"] for row in found.scores}


def test_a_model_is_asked_only_what_it_can_do(splits: dict[str, FakePictures]) -> None:
    found = evaluate_model(Speaker(), splits, BLIND)
    assert {row["task"] for row in found.scores} == {"captions"}
    with pytest.raises(InvalidValueError, match="The model object can do nothing that is measured"):
        evaluate_model(object(), splits, BLIND)


def test_a_blind_model_is_asked_what_it_can_do(splits: dict[str, FakePictures]) -> None:
    found = evaluate_model(Knower(*splits.values()), splits, Speaker())
    blind = {row["task"]: row["blind"] for row in found.scores}
    assert blind["captions"]["value"] < 1
    assert blind["vqa"] is None


def test_answers_in_a_wrong_form_are_refused(splits: dict[str, FakePictures]) -> None:
    class Short(Knower):
        def answer(self, pictures: Any, questions: Any) -> list[Answer]:
            return super().answer(pictures, questions)[1:]

        def match(self, pictures: Any, sentences: Any) -> Any:
            return super().match(pictures, sentences).T

        def next_words(self, pictures: Any, sentences: Any) -> Any:
            return [cost[1:] for cost in super().next_words(pictures, sentences)]

    model = Short(*splits.values())
    with pytest.raises(InvalidValueError, match="was asked 160 times and answered 159 times"):
        TASKS["vqa"].ask(model, splits["seen"])
    with pytest.raises(InvalidValueError, match=r"scores of shape \(2, 1\)"):
        TASKS["hard negatives"].ask(model, splits["seen"])
    with pytest.raises(InvalidValueError, match="has 6 words; the model gave the cost of 5"):
        TASKS["next words"].ask(model, splits["seen"])


class TestBlind:
    def test_it_answers_what_is_usual_for_the_same_words_else_for_their_beginning(self) -> None:
        blind = Blind(TRAINING)
        nothing = np.zeros((3, 8, 8, 3), np.uint8)
        questions = ["on which side is the cube", "is there a pink ball", "why"]
        side, there, why = (answer.text for answer in blind.answer(nothing, questions))
        answers = [q.answer for a in TRAINING for q in a.questions if q.kind == "side"]
        assert side == max(("left", "right"), key=answers.count)
        assert there in ("yes", "no")
        every = [q.answer for a in TRAINING for q in a.questions]
        assert why == max(sorted(set(every)), key=every.count)

    def test_it_finds_words_probable_that_follow_each_other_in_training(self) -> None:
        blind = Blind(TRAINING)
        usual, odd = blind.next_words(np.zeros((2, 8, 8, 3)), ["there is a", "is a there"])
        assert usual.sum() < odd.sum()
        scores = blind.match(np.zeros((2, 8, 8, 3)), ["there is a", "is a there"])
        assert (scores[:, 0] > scores[:, 1]).all()
        assert (scores[0] == scores[1]).all()

    def test_its_next_words_are_a_distribution(self) -> None:
        blind = Blind(TRAINING)
        words = sorted({w for a in TRAINING for c in a.captions for w in c.text.split()})
        costs = [blind._costs(f"a {word}")[1] for word in words]
        # What is left is for words that training does not know.
        assert 0.5 < np.exp(-np.array(costs)).sum() < 1

    def test_it_needs_training(self) -> None:
        with pytest.raises(InvalidValueError, match="needs annotations of training, got none"):
            Blind([])
