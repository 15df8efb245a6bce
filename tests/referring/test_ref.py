"""Noun phrases as data, in words and back, and what they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.strategies import PROPERTY, REFS, RNGS, moved, table
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import meanings, parse, understand
from vlsim.goals import Reach
from vlsim.language.writer import realise
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Bound, Rank, Ref, Relation
from vlsim.referring.relations import ORDERS, RELATIONS
from vlsim.referring.resolve import Found, find, resolve_one
from vlsim.world.things import COLORS, KINDS, SIZES

UNLIKE = st.one_of(
    st.builds(Ref, st.sampled_from(sorted(KINDS))),
    st.builds(Ref, st.none(), st.sampled_from(sorted(COLORS))),
    st.builds(Ref, st.none(), st.none(), st.sampled_from(sorted(SIZES))),
)
RANKS = st.one_of(
    st.builds(Rank, st.sampled_from(sorted(ORDERS))),
    st.builds(Rank, st.sampled_from(["left", "right", "front", "back"]), st.integers(1, 5)),
)


def refs(landmarks: st.SearchStrategy[Ref]) -> st.SearchStrategy[Ref]:
    """Phrases of every form, whose landmarks come from another strategy."""
    relations = st.sampled_from(sorted(RELATIONS)).flatmap(
        lambda name: st.tuples(*[landmarks] * RELATIONS[name][0]).map(
            lambda found: Relation(name, found)
        )
    )
    return st.builds(
        Ref,
        st.sampled_from([None, *KINDS]),
        st.sampled_from([None, *COLORS]),
        st.sampled_from([None, *SIZES]),
        st.none() | UNLIKE,
        st.none() | relations,
        st.none() | RANKS,
    )


DEEP = refs(refs(REFS))


@PROPERTY
@given(DEEP)
def test_json_gives_an_equal_phrase(ref: Ref):
    assert Ref.from_json(ref.to_json()) == ref


def test_the_json_of_plain_phrases_is_what_it_always_was():
    assert Ref("cube", "red").to_json() == {"kind": "cube", "color": "red", "size": None}


@PROPERTY
@given(DEEP, RNGS)
def test_every_phrase_is_among_the_readings_of_its_words(ref: Ref, rng):
    words = ref.words(rng)
    assert (ref, len(words)) in readings(words, 0)


@PROPERTY
@given(refs(REFS), RNGS)
def test_what_is_realised_parses_back_and_means_nothing_else(ref: Ref, rng):
    goal = Reach(ref)
    try:
        sentence = realise(goal, rng).text
    except InvalidValueError:
        return  # longer than an instruction may be, or unclear
    assert parse(sentence) == goal
    assert meanings(sentence) == [goal]


SCENE = table(
    ("red cube", 0.40, -0.10),
    ("blue cube", 0.40, 0.10),
    ("green ball", 0.60, 0.10),
    ("yellow ball", 0.60, -0.12),
    ("blue bowl", 0.50, 0.10),
)


@pytest.mark.parametrize(
    ("words", "index"),
    [
        ("the leftmost cube", 0),
        ("the first cube from the right", 1),
        ("the second ball from the right", 3),
        ("a cube to the left of the blue cube", 0),
        ("cube behind the bowl", 1),
        ("the ball that is in front of the bowl", 2),
        ("the cube that is not red", 1),
        ("the cube which isn't blue", 0),
        ("the object that is not a ball behind the bowl", 1),
        ("the bowl between the blue cube and the green ball", 4),
        ("the cube behind the bowl behind the green ball", 1),
        ("the nearest red object", 0),
        ("the bowl in front of the cube that is not red", 4),
    ],
)
def test_phrases_name_what_they_say(words: str, index: int):
    assert understand(f"touch {words}", SCENE).named(SCENE) == {"target": (index,)}


def test_landmarks_must_be_one_thing():
    with pytest.raises(InstructionError, match="'the ball' names two things"):
        understand("touch the cube behind the ball", SCENE)


def test_what_is_hard_to_say_is_asked_back():
    scene = table(("red cube", 0.40, 0.06), ("blue cube", 0.40, 0.0), ("green bowl", 0.50, 0.0))
    ref = Ref("cube", relation=Relation("behind", (Ref("bowl"),)))
    assert find(ref, scene) == Found((0, 1))
    diagonal = moved(scene, 0, to=(0.42, 0.09, 0.02))
    assert find(ref, diagonal) == Found((1,), (0,))
    with pytest.raises(
        InstructionError, match=r"could mean two things\. Which cube: the red one or the"
    ):
        resolve_one(ref, diagonal)


def test_one_thing_that_is_hard_to_say_is_good_enough():
    scene = table(("red cube", 0.42, 0.09), ("green bowl", 0.50, 0.0))
    assert resolve_one(Ref("cube", relation=Relation("behind", (Ref("bowl"),))), scene) == 0


def test_a_bound_goal_keeps_its_thing_when_everything_has_moved():
    goal = Reach(Ref("cube", rank=Rank("left")))
    swapped = moved(moved(SCENE, 0, to=(0.4, 0.10, 0.02)), 1, to=(0.4, -0.10, 0.02))
    assert goal.named(swapped) == {"target": (1,)}
    assert goal.bind(SCENE).named(swapped) == {"target": (0,)}
    assert goal.bind(SCENE).target == Bound(index=0)


def test_two_readings_are_asked_back_and_a_scene_may_decide():
    text = "put the cube on the pad in the bowl"
    with pytest.raises(InstructionError, match=r"can be read in two ways. Do you mean .* or .*\?"):
        parse(text)
    scene = table(
        ("red cube", 0.50, 0.10),
        ("green cube", 0.40, -0.1),
        ("blue pad", 0.5, 0.1),
        ("red bowl", 0.6, 0),
    )
    goal = understand(text, scene)
    assert goal.named(scene) == {"target": (0,), "place": (3,)}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("touch the second cube", "say 'the second cube from the left'"),
        ("touch the second cube from the big ball", "does not say from where"),
        ("touch the sixth cube from the left", "Unknown word 'sixth'"),
        ("touch the cube that is not the leftmost cube", "No phrasing"),
    ],
)
def test_malformed_phrases_are_refused_with_the_reason(words: str, reason: str):
    with pytest.raises(InstructionError, match=reason):
        parse(words)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Ref("cube", unlike=Ref("cube", "red")),
        lambda: Ref("cube", unlike=Ref(None)),
        lambda: Relation("under", (Ref("cube"),)),
        lambda: Relation("between", (Ref("cube"),)),
        lambda: Rank("top"),
        lambda: Rank("left", 6),
        lambda: Rank("left", 0),
        lambda: Rank("largest", 2),
    ],
)
def test_phrases_that_no_words_say_are_refused(make):
    with pytest.raises(InvalidValueError):
        make()
