from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from tokenizers import Tokenizer, models

from tests.language.strategies import GOALS_IN_WORDS, PROPERTY, RNGS
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals import Goal
from vlsim.language.phrasebook import vocabulary
from vlsim.language.tokenizer import InstructionTokenizer, default_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE, WORDS
from vlsim.language.writer import realise

FIRST_IDS = (
    "[PAD] [UNK] and ball big block blue bowl can cube cylinder dish drop find for go green "
    "gripper in into it large little mat move object on onto orange out over pad pick place "
    "please purple push put reach red set slide small sphere take the thing to touch up yellow"
)
"""Tokens of the first release in the order of their ids: trained policies read these."""


def test_ids_are_pinned():
    tokenizer = default_tokenizer()
    n = len(FIRST_IDS.split())
    assert tokenizer.decode(np.arange(1, n)) == FIRST_IDS.removeprefix("[PAD] ")
    assert tokenizer.vocabulary_size == len(WORDS) + 2 <= VOCABULARY_SIZE


def test_the_words_are_those_of_the_training_phrasings_each_once():
    assert sorted(WORDS) == vocabulary("train"), "put new words at the end of vocabulary.py"


def test_a_sentence_becomes_pinned_ids_and_padding():
    ids = default_tokenizer().encode("put the red cube in the blue bowl")
    assert ids.tolist() == [37, 45, 39, 9, 18, 45, 6, 7] + 12 * [0]
    assert ids.dtype == np.int64


def test_a_text_that_is_too_long_is_cut_with_one_warning_that_says_what_is_lost(caplog):
    texts = ["the red cube", "Put the Red, red cube in the bowl!", "the red ball and the cube"]
    rows = default_tokenizer().encode_cut(texts, 3)
    assert [default_tokenizer().decode(row) for row in rows] == [
        "the red cube",
        "put the red",
        "the red ball",
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "2 of 3 texts are longer than 3 words; cut off: 'red cube in the bowl!', 'and the cube'"
    ]
    caplog.clear()
    default_tokenizer().encode_cut([f"the red {noun}" for noun in ("cube", "ball", "can")] * 2, 2)
    assert caplog.records.pop().getMessage().endswith("cut off: 'cube', 'ball', 'can'")
    default_tokenizer().encode_cut([f"red {n}" for n in ("cube", "ball", "can", "pad", "bowl")], 1)
    assert caplog.records.pop().getMessage().endswith("cut off: 'cube', 'ball', 'can' and 2 more")
    caplog.clear()
    assert default_tokenizer().encode_cut(texts, 8).shape == (3, 8) and not caplog.records
    assert default_tokenizer().encode_cut([], 8).shape == (0, 8)


def test_the_empty_sentence_is_only_padding():
    assert not default_tokenizer().encode("").any()


def test_case_commas_and_final_punctuation_do_not_matter():
    encode = default_tokenizer().encode
    plain = encode("please put the red cube in the blue bowl")
    assert (encode("Please, put the RED cube  in the blue bowl!") == plain).all()


@PROPERTY
@given(GOALS_IN_WORDS, RNGS)
def test_trained_sentences_have_no_unknown_word_and_held_out_ones_have_some(
    goal: Goal, rng: np.random.Generator
):
    encode = default_tokenizer().encode
    assert 1 not in encode(realise(goal, rng, "train").text)
    assert 1 in encode(realise(goal, rng, "held-out").text)


def test_held_out_words_are_unknown_and_content_words_are_known():
    tokenizer = default_tokenizer()
    assert tokenizer.encode("shove")[0] == 1
    assert tokenizer.decode(tokenizer.encode("shove the little can")) == "[UNK] the little can"
    for word in vocabulary("train"):
        assert tokenizer.decode(tokenizer.encode(word)) == word


def test_twenty_words_fit_and_twenty_one_do_not():
    encode = default_tokenizer().encode
    assert (encode("the " * 20) > 0).all()
    with pytest.raises(InstructionError, match="has 21 words, allowed are 20; shorten it"):
        encode("the " * 21)


def test_a_batch_is_its_rows():
    tokenizer = default_tokenizer()
    texts = ["touch the cube", "", "push the ball to the pad"]
    batch = tokenizer.encode_batch(texts)
    assert batch.shape == (3, 20)
    assert all((row == tokenizer.encode(t)).all() for row, t in zip(batch, texts, strict=True))
    assert tokenizer.encode_batch([]).shape == (0, 20)


def test_saved_and_loaded_is_identical(tmp_path: Path):
    first = default_tokenizer()
    first.save(tmp_path / "tokenizer.json")
    second = InstructionTokenizer.load(tmp_path / "tokenizer.json")
    assert second.to_json() == first.to_json()
    text = "Please shove the red cube, to the mat."
    assert (second.encode(text) == first.encode(text)).all()
    second.save(tmp_path / "again.json")
    first_bytes, second_bytes = (
        (tmp_path / name).read_bytes() for name in ("tokenizer.json", "again.json")
    )
    assert first_bytes == second_bytes


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": "1.0"}', "\x00"])
def test_a_file_that_is_no_tokenizer_is_refused_by_name(text: str, tmp_path: Path):
    path = tmp_path / "tokenizer.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidValueError, match=r"tokenizer\.json: Not a tokenizer\.json"):
        InstructionTokenizer.load(path)


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "tokenizer.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidValueError, match=r"tokenizer\.json: "):
        InstructionTokenizer.load(path)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ({"[UNK]": 0, "[PAD]": 1}, r"must give \[PAD\] the id 0, got 1"),
        ({"[PAD]": 0, "the": 1}, r"must give \[UNK\] the id 1, got None"),
    ],
)
def test_padding_is_zero_and_unknown_is_one(ids: dict[str, int], words: str):
    other = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    with pytest.raises(InvalidValueError, match=words):
        InstructionTokenizer.from_json(other.to_str())
