"""Raters judge blind, in an order of their own, and go on where they stopped."""

import json
import shutil
from pathlib import Path

import pytest

from tests.evaluation.perception.fakes import Knower, Speaker, draw
from vlsim.errors import InvalidValueError
from vlsim.evaluation.perception import Blind, evaluate_model, write_evaluation
from vlsim.evaluation.perception.rating import RATINGS, Ratings, Statement

PICTURES = draw(20)
BLIND = Blind(draw(30, seed=1).annotations)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speaker") / "out"
    splits = {"seen": PICTURES}
    found = evaluate_model(Speaker(), splits, BLIND)
    write_evaluation(folder, found, splits, model="speaker", data="fakes")
    return folder


@pytest.fixture
def folder(evaluated: Path, tmp_path: Path) -> Path:
    return shutil.copytree(evaluated, tmp_path / "out")


def judge(folder: Path, rater: str, count: int, *, strict: bool = False) -> list[Statement]:
    """Rate as someone who knows the pictures; a strict one accepts nothing."""
    ratings = Ratings(folder)
    judged = []
    for statement in ratings.to_rate(rater, count):
        ratings.add(rater, statement, not strict and "at place" in statement.text)
        judged.append(statement)
    return judged


def test_what_the_model_said_and_what_is_true_are_mixed_and_not_told_apart(folder: Path) -> None:
    ratings = Ratings(folder)
    texts = [statement.text for statement in ratings.to_rate("ann", 40)]
    assert sorted(texts) == sorted(
        [a.captions[0].text for a in PICTURES.annotations] + ["a red cube"] * 20
    )
    half = texts[:20]
    assert 4 < half.count("a red cube") < 16


def test_raters_judge_the_same_statements_in_orders_of_their_own(folder: Path) -> None:
    one, other = judge(folder, "ann", 15), judge(folder, "bob", 15)
    assert set(one) == set(other)
    assert one != other
    assert len(set(one)) == 15


def test_a_rater_goes_on_where_they_stopped(folder: Path) -> None:
    first = judge(folder, "ann", 10)
    rest = judge(folder, "ann", 25)
    assert len(rest) == 15
    assert not set(first) & set(rest)
    assert judge(folder, "ann", 25) == []


def test_a_line_that_was_cut_off_is_rated_again(folder: Path) -> None:
    judge(folder, "ann", 10)
    file = folder / RATINGS
    file.write_bytes(file.read_bytes()[:-20])
    assert len(judge(folder, "ann", 10)) == 1
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 10


def test_the_summary_says_what_was_accepted_of_whom_and_how_far_raters_agree(folder: Path) -> None:
    judge(folder, "ann", 40)
    judge(folder, "bob", 40, strict=True)
    summary = Ratings(folder).summary()
    rows = {(row["rater"], row["source"]): row for row in summary["accepted"]}
    assert rows["ann", "truth"]["value"] == 1.0
    assert rows["ann", "said"]["value"] == 0.0
    assert rows["", "truth"]["value"] == 0.5
    assert rows["", "truth"]["n"] == 40
    assert rows["ann", "truth"]["low"] < 1.0
    assert summary["agreement"]["value"] < 0.5


def test_one_rater_has_nobody_to_agree_with(folder: Path) -> None:
    judge(folder, "ann", 5)
    assert Ratings(folder).summary()["agreement"] is None


def test_the_same_words_from_both_count_for_both(tmp_path: Path) -> None:
    splits = {"seen": PICTURES}
    known = evaluate_model(Knower(PICTURES), splits, BLIND)
    write_evaluation(tmp_path, known, splits, model="knower", data="fakes")
    ratings = Ratings(tmp_path)
    statement = next(ratings.to_rate("ann", 1))
    ratings.add("ann", statement, True)
    assert {row["source"] for row in ratings.summary()["accepted"]} == {"said", "truth"}


def test_a_folder_without_an_evaluation_is_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(
        InvalidValueError, match=r"holds no said.jsonl\. Make it with: vlsim evaluate"
    ):
        Ratings(tmp_path / "nothing")
    with pytest.raises(InvalidValueError, match="holds no ratings yet"):
        Ratings(folder).summary()
    (folder / RATINGS).write_text('{"rater": "ann"}\n', encoding="utf-8")
    with pytest.raises(InvalidValueError, match=r"ratings.jsonl line 1: 'statement' is missing"):
        Ratings(folder)
