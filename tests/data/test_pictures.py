"""Pictures that are drawn for learners."""

from pathlib import Path

import pytest

from vlsim.annotations.program import naming
from vlsim.data.pictures import CHUNK, Pictures, draw_pictures
from vlsim.data.splits import SPLITS, names_held_out, split_numbers
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.instruction_sets.base import HELD_OUT_PAIRS
from vlsim.referring.ref import Ref
from vlsim.world import WORKSPACE
from vlsim.world.camera import FRONT

SIDE = 32


def drawn(split: str, count: int = 6, seed: int = 0, workers: int = 1) -> Pictures:
    return Pictures.joined(list(draw_pictures(count, SIDE, seed, workers, split)))


def test_pictures_are_the_same_for_any_number_of_workers():
    alone, shared = (drawn("train", CHUNK + 5, 3, workers) for workers in (1, 2))
    assert (alone.images == shared.images).all()
    assert alone.annotations == shared.annotations
    assert len({image.tobytes() for image in alone.images}) == CHUNK + 5


def test_boxes_and_pictures_agree():
    pictures = drawn("train", 20)
    for image, said in zip(pictures.images, pictures.annotations, strict=True):
        for thing in said.things:
            assert thing.box is not None
            u0, v0, u1, v1 = ((at + 1) * SIDE / 2 for at in thing.box)
            inside = image[int(v0) : int(v1), int(u0) : int(u1)].reshape(-1, 3).astype(int)
            # Everything on the table is of a colour, and the table is grey.
            assert (inside.max(axis=1) - inside.min(axis=1)).max() > 40, thing


def test_training_never_shows_a_held_out_pair_and_combo_is_about_one():
    for said in drawn("train", 20).annotations:
        assert all((t.kind, t.colour) not in HELD_OUT_PAIRS for t in said.things)
    for said in drawn("combo").annotations:
        held_out = {i for i, t in enumerate(said.things) if (t.kind, t.colour) in HELD_OUT_PAIRS}
        assert {e.thing for e in said.expressions} <= held_out
        for question in said.questions:
            named = {thing for phrase in question.phrases for thing in phrase.things}
            assert named & held_out or names_held_out(question.program), question.text


def test_placement_is_about_what_stands_beside_the_workspace_and_nested_is_nested():
    low, high = WORKSPACE[0]
    for said in drawn("placement").annotations:
        for expression in said.expressions:
            thing = said.things[expression.thing]
            x = FRONT.to_table([list(thing.centre)], 0.02)[0][0]
            assert not low + 0.005 < x < high - 0.005
    for said in drawn("nested").annotations:
        assert said.expressions
        assert all(expression.nested for expression in said.expressions)


def test_a_question_that_names_a_held_out_pair_is_found_in_its_program():
    kind, color = sorted(HELD_OUT_PAIRS)[0]
    assert names_held_out(["not", ["exist", naming(Ref(kind, color))]])
    assert not names_held_out(["count", naming(Ref(kind))])


def test_every_picture_is_in_one_split():
    numbers = split_numbers(1234)
    assert sorted(n for each in numbers.values() for n in each) == list(range(1234))
    assert list(numbers) == list(SPLITS)
    with pytest.raises(InvalidValueError, match=r"5 pictures are too few: the split 'val'"):
        split_numbers(5)


def test_an_unknown_split_is_named():
    with pytest.raises(UnknownNameError, match="trane"):
        next(draw_pictures(1, SIDE, 0, 1, "trane"))


def test_the_page_shows_what_is_said_of_its_picture():
    page = (Path(__file__).parents[2] / "docs/perception_data.md").read_text(encoding="utf-8")
    (part,) = draw_pictures(2, 128, 0, 1, "train")
    said = part.annotations[1]
    for caption in said.captions:
        assert f"| {caption.text} |" in page
    shown = [line.strip("| ").split(" · ") for line in page.splitlines() if " · " in line]
    shown = [[text.removeprefix("questions | "), answer] for text, answer in shown]
    answers = {question.text: question.answer for question in said.questions}
    assert len(shown) == 4
    assert all(answers[text] == answer for text, answer in shown)
    for pair in said.pairs:
        words = pair.negative.split()
        words[pair.word] = f"**{words[pair.word]}**"
        assert " ".join(words) in page
