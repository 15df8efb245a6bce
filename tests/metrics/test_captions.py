"""Caption metrics give the numbers of the COCO evaluation, and keep their bounds."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlsim.errors import InvalidValueError, MissingExtraError
from vlsim.metrics import CAPTION_METRICS, Described
from vlsim.metrics.captions import (
    Bleu,
    cider_d,
    cider_d_scores,
    facts_f_best,
    facts_f_score,
    java,
    meteor_domain_score,
    rouge_l,
    rouge_l_score,
    scene_facts,
)
from vlsim.metrics.captions.base import tokens

PUBLISHED = (
    Described(
        "a man is speaking",
        (
            "a man speaks.",
            "someone speaks.",
            "a man is speaking while a bird is chirping in the background",
        ),
    ),
    Described("rain falls", ("rain is falling hard on a surface",)),
)
"""Two captions of the README of aac-metrics; the numbers below are pycocoevalcap's, too."""
WORDS = st.lists(st.sampled_from(("a", "red", "cube", "ball", "in", "the", "bowl")), min_size=1)
SENTENCES = WORDS.map(" ".join)
DESCRIBED = st.builds(Described, SENTENCES, st.lists(SENTENCES, min_size=1, max_size=3).map(tuple))


def test_bleu_is_that_of_coco() -> None:
    found = [CAPTION_METRICS[f"bleu_{order}"](PUBLISHED).value for order in range(1, 5)]
    assert found == pytest.approx([0.42785, 0.40589, 0.43897, 0.45650], abs=5e-6)


def test_bleu_is_that_of_the_readme_of_sacrebleu() -> None:
    # Its tokenizer keeps periods, so they are words here, and does not cut "wasn't".
    described = [
        Described(
            "The dog bit the man dot", ("The dog bit the man dot", "The dog had bit the man dot")
        ),
        Described(
            "It is surprising dot", ("It was not unexpected dot", "No one was surprised dot")
        ),
        Described(
            "The man had just bitten him dot",
            ("The man bit him first dot", "The man had bitten the dog dot"),
        ),
    ]
    assert 100 * Bleu(4)(described).value == pytest.approx(48.530827, abs=1e-5)


def test_bleu_punishes_what_is_too_short_and_not_what_is_too_long() -> None:
    assert Bleu(1)([Described("a red cube", ("a red",))]).value == pytest.approx(2 / 3)
    assert Bleu(1)([Described("a red", ("a red cube",))]).value == pytest.approx(math.exp(-1 / 2))


def test_cider_d_is_that_of_coco() -> None:
    assert cider_d_scores(PUBLISHED) == pytest.approx([1.36405, 0.55865], abs=5e-6)
    assert cider_d(PUBLISHED).value == pytest.approx(0.96135, abs=5e-6)


def test_cider_d_of_one_picture_is_0_and_of_disjoint_ones_10() -> None:
    captions = ("a red cube lies here", "two green balls in bowls", "no thing but that mat")
    described = [Described(caption, (caption,)) for caption in captions]
    assert cider_d_scores(described) == pytest.approx([10.0] * 3)
    assert cider_d_scores(described[:1]) == [0.0]


def test_a_word_that_only_the_caption_has_counts_as_rare() -> None:
    described = [*PUBLISHED, Described("zebra zebra", ("a man",))]
    assert cider_d_scores(described)[2] == 0.0


def test_rouge_l_is_that_of_coco() -> None:
    assert [rouge_l_score(each) for each in PUBLISHED] == pytest.approx(
        [0.77215, 0.20199], abs=5e-6
    )
    assert rouge_l(PUBLISHED).value == pytest.approx(0.48707, abs=5e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A red cube, and a can.", "a red cube and a can"),
        ("The robot's hand isn't empty!", "the robot 's hand is n't empty"),
        ("3.5 cm -- a well-known (small) ball", "3.5 cm a well-known small ball"),
        ("", ""),
    ],
)
def test_captions_are_cut_as_the_tokenizer_of_stanford_cuts_them(text: str, words: str) -> None:
    assert tokens(text) == words.split()


@pytest.mark.parametrize(
    ("caption", "score"),
    [
        ("a red cube", 1.0),
        # One chunk, two exact words and a synonym; and with its stem.
        ("a red block", (1 + 1 + 0.8) / 3),
        ("a red cubes", (1 + 1 + 0.6) / 3),
        # Every word is there, in three chunks.
        ("cube red a", 1 - 0.6),
        ("nothing here", 0.0),
        ("", 0.0),
    ],
)
def test_meteor_of_the_domain_matches_words_then_stems_then_synonyms(
    caption: str, score: float
) -> None:
    assert meteor_domain_score(Described(caption, ("a red cube",))) == pytest.approx(score)


def test_meteor_of_the_domain_weighs_recall_more() -> None:
    precision, recall = 1.0, 2 / 3
    mean = precision * recall / (0.85 * precision + 0.15 * recall)
    short = meteor_domain_score(Described("a red", ("a red cube",)))
    assert short == pytest.approx(mean * (1 - 0.6 * 0.5**0.2))
    assert short < meteor_domain_score(Described("a red cube cube", ("a red cube",)))


@given(st.lists(DESCRIBED, min_size=1, max_size=5))
def test_scores_keep_their_bounds_whatever_is_said(described: list[Described]) -> None:
    for each in described:
        assert 0 <= rouge_l_score(each) <= 1 + 1e-12
        assert 0 <= meteor_domain_score(each) <= 1 + 1e-12
    assert all(0 <= score <= 10 + 1e-9 for score in cider_d_scores(described))
    for order in range(1, 5):
        counts = Bleu(order)._counts(described[0])
        assert all(n >= 0 for n in counts)


@given(SENTENCES)
def test_what_is_said_word_for_word_scores_1(sentence: str) -> None:
    same = Described(sentence, ("another", sentence))
    assert rouge_l_score(same) == pytest.approx(1.0)
    assert meteor_domain_score(same) == pytest.approx(1.0)
    assert Bleu(1)([same]).value == pytest.approx(1.0)


def test_a_caption_without_a_reference_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="'a red cube' has no reference"):
        Described("a red cube", ())


class TestJava:
    def test_the_package_is_asked_for_first(self) -> None:
        for metric in ("meteor_1_5", "spice"):
            with pytest.raises(MissingExtraError, match=r'pip install "vlsim\[captions\]"'):
                java.JAVA_METRICS[metric](PUBLISHED)

    def test_then_java(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        with pytest.raises(InvalidValueError, match="SPICE needs Java, and there is no java"):
            java.java_version("SPICE")

    @pytest.mark.parametrize(("said", "version"), [("1.8.0_392", 8), ("17.0.15", 17)])
    def test_old_and_new_ways_to_write_the_version_are_read(
        self, said: str, version: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        program = tmp_path / "java"
        program.write_text(f"#!/bin/sh\necho 'openjdk version \"{said}\"' >&2\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
        assert java.java_version("SPICE") == version


def test_the_bootstrap_interval_of_bleu_holds_its_value_and_narrows_with_more_captions() -> None:
    few, many = (Bleu(1)(PUBLISHED * times) for times in (5, 50))
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 2
    assert math.isinf(Bleu(1)(PUBLISHED[:1]).low)


class TestFacts:
    @pytest.mark.parametrize(
        ("text", "facts"),
        [
            ("a red cube", "cube, cube red"),
            ("two little blocks", "cube, cube small, cube two"),
            ("a can in a dish", "cylinder, bowl, cylinder in bowl"),
            ("a star to the left of the wooden ring", "star, ring, ring wooden, star left of ring"),
            ("a ball between a mat and a can", "ball, pad, cylinder, ball between pad, "
             "ball between cylinder"),
            ("a cube and a ball behind a mat", "cube, ball, pad, ball behind pad"),
            ("a red and green thing", "thing, thing green"),
            ("nothing is here", ""),
        ],
    )  # fmt: skip
    def test_things_attributes_and_relations_are_read(self, text: str, facts: str) -> None:
        written = {" ".join(fact) for fact in scene_facts(text)}
        assert written == {fact for fact in facts.split(", ") if fact}

    def test_a_word_that_is_wrong_costs_what_it_states(self) -> None:
        reference = ("a red cube in a blue bowl",)
        right = facts_f_score(Described("the red block that is in the blue dish", reference))
        colour = facts_f_score(Described("a green cube in a blue bowl", reference))
        turned = facts_f_score(Described("a blue bowl in a red cube", reference))
        assert right == 1.0
        assert colour == turned == pytest.approx(2 * 4 / (5 + 5))

    def test_references_are_taken_together(self) -> None:
        apart = Described("a red cube in a bowl", ("a red cube", "a cube in a bowl"))
        assert facts_f_score(apart) == 1.0

    def test_beside_the_best_reference_a_sentence_need_not_say_all(self) -> None:
        references = ("a red cube", "a ball in a bowl", "six balls")
        for reference in references:
            described = Described(reference, references)
            assert facts_f_best([described]).value == 1.0
            assert facts_f_score(described) < 1.0
        assert facts_f_best([Described("a ball", references)]).value == pytest.approx(2 / 3)

    def test_what_states_nothing_is_right_only_where_nothing_is_true(self) -> None:
        assert facts_f_score(Described("well", ("a cube",))) == 0.0
        assert facts_f_score(Described("well", ("oh",))) == 1.0
