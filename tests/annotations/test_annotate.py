"""What is said of a picture is true of what it shows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.annotations.scenes import scene_of, whole_view
from vlsim.annotations import Annotation, View, annotate
from vlsim.annotations.expressions import draw_expressions
from vlsim.annotations.program import answer
from vlsim.annotations.statements import is_true
from vlsim.language.tokenizer import UNKNOWN_ID, default_tokenizer, picture_tokenizer
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Ref
from vlsim.referring.resolve import resolve_one
from vlsim.seeding import stream
from vlsim.world import SceneState, resting_scene
from vlsim.world.things import ObjectSpec

SEEDS = st.integers(0, 2**32)
PROPERTY = settings(deadline=None, max_examples=60)


def draw(seed: int) -> tuple[SceneState, Annotation]:
    """Return what is seen of a scene, and what is said of it."""
    scene = scene_of(seed)
    said = annotate(scene, whole_view(scene), stream(seed, "texts"))
    return scene.only([thing.index for thing in said.things]), said


def texts_of(said: Annotation) -> list[str]:
    texts = [each.text for each in (*said.captions, *said.questions, *said.expressions)]
    return texts + [each.answer for each in said.questions] + [e.negative for e in said.pairs]


@PROPERTY
@given(SEEDS)
def test_programs_give_the_answers_of_their_questions(seed: int):
    seen, said = draw(seed)
    assert said.questions
    for question in said.questions:
        assert answer(question.program, seen) == question.answer, question.text


@PROPERTY
@given(SEEDS)
def test_expressions_are_read_as_the_one_thing_that_they_name(seed: int):
    seen, said = draw(seed)
    for expression in said.expressions:
        words = expression.text.split()
        whole = [ref for ref, end in readings(words, 0) if end == len(words)]
        named = {resolve_one(ref, seen) for ref in whole}
        assert named == {expression.thing}, expression.text
        nested = any(
            landmark.relation
            for ref in whole
            if ref.relation
            for landmark in ref.relation.landmarks
        )
        assert expression.nested == nested


@PROPERTY
@given(SEEDS)
def test_captions_are_true_and_their_negatives_false_by_one_word(seed: int):
    seen, said = draw(seed)
    assert len(said.captions) == 5
    for caption in said.captions:
        assert is_true(caption.text, seen) is True, caption.text
    for pair in said.pairs:
        words, changed = pair.text.split(), pair.negative.split()
        assert [i for i in range(len(words)) if words[i] != changed[i]] == [pair.word]
        assert len(words) == len(changed)
        assert is_true(pair.text, seen) is True
        assert is_true(pair.negative, seen) is False, pair.negative


@PROPERTY
@given(SEEDS)
def test_phrases_name_things_whose_words_they_hold(seed: int):
    seen, said = draw(seed)
    for each in (*said.captions, *said.questions, *said.expressions):
        for phrase in each.phrases:
            words = each.text.split()[phrase.start : phrase.end]
            assert words
            assert all(0 <= thing < len(said.things) for thing in phrase.things)
            looks = readings(words, 0, depth=0)
            # "no red cube" and "one cube" are not phrases to the reader of goals.
            ref = looks[0][0] if looks else Ref(None)
            if ref.is_plain:
                assert all(ref.matches(seen.specs[thing]) for thing in phrase.things), words


@PROPERTY
@given(SEEDS)
def test_every_word_is_known_and_ids_of_goals_are_the_same(seed: int):
    _, said = draw(seed)
    ours, trained = picture_tokenizer(), default_tokenizer()
    for text in texts_of(said):
        ids = ours.encode(text, 64)
        assert UNKNOWN_ID not in ids, text
        known = trained.encode(text, 64)
        assert ((known == ids) | (known == UNKNOWN_ID)).all()


def test_the_same_generator_says_the_same():
    scene = scene_of(3)
    first, second = (annotate(scene, whole_view(scene), stream(1, "texts")) for _ in range(2))
    assert first == second


def pair_scene() -> SceneState:
    """Return a red cube at the left and a blue ball at the right."""
    specs = (ObjectSpec("cube", "red"), ObjectSpec("ball", "blue"))
    return resting_scene(specs, np.array([[0.5, -0.08], [0.5, 0.08]]), np.zeros(2))


def test_what_is_hidden_is_not_spoken_of():
    scene = pair_scene()
    owners = np.full((128, 128), -1, np.int8)
    owners[58:70, 90:102] = 1
    owners[60, 40:44] = 0
    said = annotate(scene, View(whole_view(scene).camera, owners), stream(0, "texts"))
    assert [thing.index for thing in said.things] == [1]
    assert said.things[0].box == (90 / 64 - 1, 58 / 64 - 1, 102 / 64 - 1, 70 / 64 - 1)
    assert all("cube" not in c.text and "block" not in c.text for c in said.captions)
    assert not any(p.things for q in said.questions for p in q.phrases if p.things not in ((0,),))


def test_of_nothing_nothing_is_said():
    scene = pair_scene()
    view = View(whole_view(scene).camera, np.full((64, 64), -1, np.int8))
    assert annotate(scene, view, stream(0, "texts")) == Annotation()


def test_left_is_left_in_the_picture():
    scene = pair_scene()
    cube, ball = annotate(scene, whole_view(scene), stream(0, "texts")).things
    assert cube.centre[0] < ball.centre[0]
    assert is_true("the cube is left of the ball", scene) is True
    assert is_true("the ball is left of the cube", scene) is False


def test_only_nested_expressions_are_drawn_on_demand():
    found = [
        expression
        for seed in range(12)
        for expression in draw_expressions(
            scene_of(seed), stream(seed, "texts"), 4, only_nested=True
        )
    ]
    assert len(found) > 20
    assert all(expression.nested for expression in found)
