import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.strategies import PROPERTY, REFS, RNGS, SCENES, random_scene, table
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.referring.describe import describe, describe_verbose
from vlsim.referring.lexicon import COLOR_OF, KIND_OF, MATERIAL_OF, SIZE_OF
from vlsim.referring.ref import Ref
from vlsim.referring.resolve import find, resolve_one
from vlsim.seeding import stream
from vlsim.world import SceneState
from vlsim.world.things import COLORS, KINDS, SIZES, TRAINED_KINDS, ObjectSpec

EVERY_REF = [
    Ref(*parts) for parts in itertools.product([None, *KINDS], [None, *COLORS], [None, *SIZES])
]


def named_by(ref: Ref, scene: SceneState) -> list[int]:
    """Which things a phrase names, by the words alone."""
    return [
        i
        for i, s in enumerate(scene.specs)
        if all(
            said is None or said == is_so
            for said, is_so in zip(
                (ref.kind, ref.color, ref.size, ref.material),
                (s.kind, s.color, s.size, s.material),
                strict=True,
            )
        )
    ]


def length(ref: Ref) -> int:
    return sum(part is not None for part in (ref.kind, ref.color, ref.size))


@PROPERTY
@given(SCENES)
def test_describe_is_the_shortest_unique_phrase_with_a_noun_by_brute_force(scene: SceneState):
    for i in range(len(scene.specs)):
        unique = [r for r in EVERY_REF if named_by(r, scene) == [i]]
        with_noun = [r for r in unique if r.kind]
        got = describe(scene, i)
        if got is None:
            assert not unique
            continue
        assert got in with_noun
        assert length(got) == min(map(length, with_noun))
        if got.size and not got.color:
            assert Ref(got.kind, scene.specs[i].color) not in with_noun


@PROPERTY
@given(SCENES, RNGS)
def test_a_verbose_description_is_unique_whenever_one_exists(
    scene: SceneState, rng: np.random.Generator
):
    for i in range(len(scene.specs)):
        ref = describe_verbose(scene, i, rng)
        assert (ref is None) == (describe(scene, i) is None)
        assert ref is None or named_by(ref, scene) == [i]


def test_a_verbose_description_says_more_at_the_stated_shares():
    scene = table(("red cube", 0.4, 0.0), ("blue bowl", 0.5, 0.0))
    rng = stream(0, "shares")
    refs = [describe_verbose(scene, 0, rng) for _ in range(4000)]
    assert sum(r.size is not None for r in refs) / 4000 == pytest.approx(0.2, abs=0.03)
    assert sum(r.kind is None for r in refs) / 4000 == pytest.approx(0.1, abs=0.02)
    nouns = [r for r in refs if r.kind]
    assert sum(r.color is not None for r in nouns) / len(nouns) == pytest.approx(0.5, abs=0.03)


def test_training_descriptions_use_every_attribute_value():
    rng = stream(0, "values")
    said = set()
    fixtures = [None, *(kind for kind in KINDS if KINDS[kind].joint)]
    for i in range(400):
        scene = random_scene(rng, lambda spec: True, fixture=fixtures[i % len(fixtures)])
        for i in range(len(scene.specs)):
            ref = describe_verbose(scene, i, rng)
            said |= {ref.kind, ref.color, ref.size} if ref else set()
    assert said == {None, *TRAINED_KINDS, *COLORS, "small", "large"}


@PROPERTY
@given(SCENES, REFS)
def test_resolve_finds_exactly_what_the_words_name(scene: SceneState, ref: Ref):
    assert list(find(ref, scene).sure) == named_by(ref, scene)


def test_twins_cannot_be_described():
    scene = table(("red cube", 0.4, 0.0), ("red cube", 0.5, 0.0), ("large red cube", 0.6, 0.0))
    assert [describe(scene, i) for i in range(3)] == [None, None, Ref("cube", None, "large")]


def test_nothing_named_lists_what_is_there():
    scene = table(("red cube", 0.4, 0.0), ("large blue bowl", 0.5, 0.0), ("red pad", 0.6, 0.0))
    with pytest.raises(
        InstructionError,
        match="'the green cube' names nothing; the scene holds "
        "the small red cube, the large blue bowl and the small red pad",
    ):
        resolve_one(Ref("cube", "green"), scene)


def test_two_things_named_are_both_listed():
    scene = table(("red cube", 0.4, 0.0), ("large red cube", 0.5, 0.0))
    with pytest.raises(
        InstructionError,
        match=r"'the red cube' names two things. Which cube: the small one or the large one\?",
    ):
        resolve_one(Ref("cube", "red"), scene)


def test_three_things_named_are_counted():
    scene = table(("red cube", 0.4, 0.0), ("red ball", 0.5, 0.0), ("blue ball", 0.6, 0.0))
    with pytest.raises(InstructionError, match="'the object' names 3 things"):
        resolve_one(Ref(None), scene)


@pytest.mark.parametrize("parts", [("cup",), ("cube", "pink"), ("cube", None, "huge"), ("",)])
def test_a_phrase_of_unknown_attributes_is_refused(parts: tuple[str | None, ...]):
    with pytest.raises(InvalidValueError, match="is none of"):
        Ref(*parts)


@PROPERTY
@given(REFS, st.one_of(st.none(), RNGS))
def test_words_say_each_attribute_once_in_order(ref: Ref, rng: np.random.Generator | None):
    article, *rest = ref.words(rng)
    assert article == "the"
    wanted = [v for v in (ref.size, ref.color, ref.material) if v]
    assert [(SIZE_OF | COLOR_OF | MATERIAL_OF)[w] for w in rest[:-1]] == wanted
    assert KIND_OF[rest[-1]] == ref.kind


def test_matches_needs_every_said_attribute():
    ref = Ref("cube", "red", "small")
    assert ref.matches(ObjectSpec("cube", "red", "small"))
    for other in (("ball", "red", "small"), ("cube", "blue", "small"), ("cube", "red", "large")):
        assert not ref.matches(ObjectSpec(*other))
