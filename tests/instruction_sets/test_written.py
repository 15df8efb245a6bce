"""Sentences that people wrote: those of vlsim, and anybody's file."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.free_text.second_reading import disagreement
from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError, VlsimError
from vlsim.free_text.normalise import plain_words
from vlsim.free_text.understand import parse
from vlsim.goals import Reach, goal_from_json
from vlsim.instruction_sets import COLLOQUIAL, HELD_OUT_PAIRS, SETS, find_set
from vlsim.language.phrasebook import phrasebook
from vlsim.language.sentences import read_sentence
from vlsim.language.tokenizer import default_tokenizer
from vlsim.referring.ref import Ref
from vlsim.scenarios.needs import named
from vlsim.scenarios.offers import is_offered
from vlsim.scenarios.sampler import sample_goal
from vlsim.scenarios.scenario import draw_scenario, fit_scenario
from vlsim.scenarios.sets import chosen_set
from vlsim.scenarios.written import fitting_lines
from vlsim.seeding import stream

RECORDS = [
    json.loads(line) for line in Path(COLLOQUIAL.path).read_text(encoding="utf-8").splitlines()
]
TRAINED = {t.pattern for t in phrasebook().templates if t.pool == "train"}
TOUCH_BLUE = {"goal": "reach", "target": {"kind": "ball", "color": "blue"}}


def write(path: Path, *records: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["text"])
def test_every_colloquial_sentence_is_read_as_what_its_author_meant(record: dict[str, Any]) -> None:
    goal = goal_from_json(record["goal"])
    assert goal.to_json() == record["goal"]
    assert parse(record["text"]) == goal
    assert disagreement(record["text"], goal) is None


def test_colloquial_sentences_say_who_wrote_them_and_are_all_different() -> None:
    assert all(set(record) == {"text", "goal", "source", "licence"} for record in RECORDS)
    assert {record["licence"] for record in RECORDS} == {"Apache-2.0"}
    texts = [" ".join(plain_words(record["text"])) for record in RECORDS]
    assert len(set(texts)) == len(texts) >= 150


def test_no_colloquial_sentence_could_be_drawn_in_training_or_is_too_long() -> None:
    for record in RECORDS:
        assert not read_sentence(plain_words(record["text"])).goals, record["text"]
        default_tokenizer().encode(record["text"])


def test_no_colloquial_sentence_names_what_training_never_shows() -> None:
    for line in COLLOQUIAL.lines:
        assert not {(ref.kind, ref.color) for ref in named(line.goal)} & HELD_OUT_PAIRS


SPOKEN = [name for name in TASKS if name not in ("stack", "gather", "sort")]
"""Tasks that people's sentences are about."""


def test_every_task_that_people_speak_of_has_twelve_colloquial_sentences_at_least() -> None:
    counts = {name: len(fitting_lines(TASKS[name].scenario, COLLOQUIAL)) for name in SPOKEN}
    assert min(counts.values()) >= 12, counts


@pytest.mark.parametrize("task", SPOKEN)
def test_a_colloquial_scenario_is_clear_possible_and_drawn_from_every_line(task: str) -> None:
    config = TASKS[task].scenario
    said = Counter[str]()
    for seed in range(150):
        drawn = draw_scenario(config, "colloquial", seed)
        drawn.goal.check(drawn.scene)
        assert is_offered(drawn.goal, drawn.scene)
        assert all(map(SETS["seen"].admits, drawn.scene.specs))
        assert parse(drawn.instruction) == drawn.goal
        lots = (("n_movable", True, False), ("n_places", False, False), ("n_fixtures", False, True))
        for name, movable, joint in lots:
            low, high = getattr(config, name)
            number = sum(
                s.movable is movable and (s.joint is not None) is joint for s in drawn.scene.specs
            )
            assert low <= number <= high
        said[drawn.instruction] += 1
    # Of 150 draws from 180 lines about a hundred differ.
    assert len(said) >= min(0.9 * len(fitting_lines(config, COLLOQUIAL)), 90)


def test_what_a_relation_or_a_rank_tells_apart_is_there_twice() -> None:
    config = TASKS["lift"].scenario
    for seed in range(200):
        drawn = draw_scenario(config, "colloquial", seed)
        target = drawn.goal.target
        if target.rank or target.relation or target.unlike:
            head = Ref(target.kind)
            assert sum(head.matches(spec) for spec in drawn.scene.specs) >= 2


def test_a_scene_that_was_asked_for_gets_a_sentence_that_fits() -> None:
    scene = table(("red ball", 0.4, 0.0), ("green cube", 0.5, 0.1), ("blue ball", 0.6, 0.0))
    drawn = fit_scenario(TASKS["reach"].scenario, "colloquial", 3, scene=scene)
    assert is_offered(drawn.goal, scene)
    assert drawn.instruction in {line.text for line in COLLOQUIAL.lines}
    lonely = table(("orange ball", 0.4, 0.0))
    assert sample_goal(lonely, ["open"], COLLOQUIAL, stream(0)) is None


def test_a_file_is_a_set_and_a_given_goal_needs_no_english(tmp_path: Path) -> None:
    path = write(
        tmp_path / "my.jsonl",
        {"text": "mets le doigt sur la balle bleue", "goal": TOUCH_BLUE},
        {"text": "would you touch the yellow cube"},
        {"text": "open the red drawer"},
        {"text": "would you lift the ball", "task": "lift"},
    )
    config = TASKS["reach"].scenario
    chosen = chosen_set(path, "reach", config)
    assert chosen.name == "my.jsonl"
    drawn = [draw_scenario(config, chosen, seed) for seed in range(30)]
    assert {d.instruction for d in drawn} == {
        "mets le doigt sur la balle bleue",
        "would you touch the yellow cube",
    }
    assert {d.goal for d in drawn} == {Reach(Ref("ball", "blue")), Reach(Ref("cube", "yellow"))}
    again = draw_scenario(config, find_set(path), 3)
    assert (again.instruction, again.scene.digest()) == (
        drawn[3].instruction,
        drawn[3].scene.digest(),
    )


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"text": "frobnicate it"}, r"my.jsonl line 2: 'text': Unknown word 'frobnicate'"),
        ({"text": "put the ball in the bowl on the pad"}, "'text': .* read in two ways"),
        ({"text": " "}, "'text' is empty"),
        ({"text": 5}, "'text' must be a string, got 5"),
        ({}, "'text' is missing; it must be a string"),
        ({"text": "touch it", "goal": {"goal": "raech"}}, "'goal': .*Did you mean 'reach'"),
        (
            {"text": "touch it", "goal": {"goal": "reach"}},
            "'goal.target' is missing; it must be a phrase",
        ),
        (
            {"text": "touch it", "goal": []},
            "'goal' must be a mapping with 'goal', its name or null, got",
        ),
        ({"text": "touch the ball", "task": 3}, "'task' must be a string, got 3"),
        ({"text": "touch the ball", "taks": "x"}, "No field named 'taks'. Did you mean 'task'"),
    ],
)
def test_a_bad_line_is_named_with_its_field(
    tmp_path: Path, record: dict[str, Any], words: str
) -> None:
    path = write(tmp_path / "my.jsonl", {"text": "touch the ball"}, record)
    with pytest.raises(VlsimError, match=words) as caught:
        find_set(path)
    assert str(caught.value).startswith("my.jsonl line 2: ")
    assert "\n" not in str(caught.value)


def test_a_line_has_as_many_words_as_the_instructions_of_its_task(tmp_path: Path) -> None:
    steps = ("push the red cube left", "open the drawer", "touch the blue ball", "press the button")
    path = write(tmp_path / "long.jsonl", {"text": " then ".join((*steps, "open the drawer"))})
    assert chosen_set(path, "sequence", TASKS["sequence"].scenario)
    wordy = write(
        tmp_path / "wordy.jsonl",
        {"text": "do " * 20 + "it", "goal": TOUCH_BLUE},
    )
    with pytest.raises(InvalidValueError, match=r"line 1: .text.: .* has 21 words, allowed are 20"):
        chosen_set(wordy, "reach", TASKS["reach"].scenario)


def test_what_fits_no_scene_of_the_task_is_refused(tmp_path: Path) -> None:
    other = write(tmp_path / "other.jsonl", {"text": "open the red drawer"})
    with pytest.raises(InvalidValueError, match=r"'other\.jsonl' has no sentence for this task"):
        chosen_set(other, "reach", TASKS["reach"].scenario)
    rolls = write(tmp_path / "rolls.jsonl", {"text": "push the ball to the pad", "task": "push"})
    with pytest.raises(InvalidValueError, match=r"line 1: 'task' is 'push', but .* no ball"):
        chosen_set(rolls, "push", TASKS["push"].scenario)
    vague = write(tmp_path / "vague.jsonl", {"text": "would you open the drawer"})
    with pytest.raises(InvalidValueError, match=r"line 1: 'would you open .*' fits no scene"):
        draw_scenario(TASKS["drawer"].scenario, vague, 0)


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "my.jsonl", {"text": "touch the red ball"})
    assert find_set(path).lines[0].text == "touch the red ball"
    write(tmp_path / "my.jsonl", {"text": "touch the blue ball"})
    os.utime(path, ns=(1, 1))
    assert find_set(path).lines[0].text == "touch the blue ball"


def test_a_missing_file_and_an_empty_one_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="There is no file"):
        find_set(str(tmp_path / "no.jsonl"))
    with pytest.raises(InvalidValueError, match="holds no sentence"):
        find_set(write(tmp_path / "empty.jsonl"))
    with pytest.raises(UnknownNameError, match="Did you mean 'colloquial'"):
        find_set("coloquial")
