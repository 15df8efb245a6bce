"""What things are made of, in words: read, and said only where not everything is plain."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.strategies import PROPERTY, RNGS, scatter
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Place, Reach
from vlsim.language.writer import realise
from vlsim.referring.describe import describe, describe_verbose
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Many, Ref
from vlsim.referring.resolve import find
from vlsim.seeding import stream
from vlsim.world import SceneState, resting_scene
from vlsim.world.things import COLORS, MATERIALS, SIZES, ObjectSpec

SPECS = st.builds(
    ObjectSpec,
    st.sampled_from(["cube", "ball", "bowl"]),
    st.sampled_from(["red", "blue"]),
    st.sampled_from(["small", "large"]),
    st.sampled_from(MATERIALS),
)
SCENES = st.builds(scatter, st.lists(SPECS, min_size=1, max_size=6).map(tuple), RNGS)


def scene(*specs: ObjectSpec) -> SceneState:
    xy = np.array([[0.4 + 0.05 * i, 0.0] for i in range(len(specs))])
    return resting_scene(specs, xy, np.zeros(len(specs)))


RED_METAL, RED_WOODEN, RED_PLAIN = (
    ObjectSpec("cube", "red", "small", material) for material in ("metal", "wooden", "plain")
)
BOWL = ObjectSpec("bowl", "blue")


@pytest.mark.parametrize(
    ("words", "ref"),
    [
        ("the wooden cube", Ref("cube", material="wooden")),
        ("the small red metal ball", Ref("ball", "red", "small", material="metal")),
        ("a tiny striped thing", Ref(None, size="tiny", material="striped")),
        ("the plain block", Ref("cube", material="plain")),
        ("the cube that is not metal", Ref("cube", unlike=Ref(None, material="metal"))),
    ],
)
def test_a_material_is_read_before_the_noun(words: str, ref: Ref) -> None:
    assert parse(f"touch {words}") == Reach(ref)


def test_a_material_is_read_in_the_plural_too() -> None:
    words = ["all", "the", "red", "wooden", "cubes"]
    assert readings(words, 0) == [(Many("cube", "red", material="wooden"), 5)]
    assert Many("cube", "red", material="wooden").words(None) == words


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("the metal red cube", "'metal red' has the colour after the material; say 'red metal'"),
        ("the wooden small ball", "has the size after the material; say 'small wooden'"),
        ("the red small metal cube", "'red small' has the size after the colour; say 'small red'"),
        ("the red wooden", "'red wooden' has no noun after it; say for example 'red wooden cube'"),
        ("the metal wooden cube", "'metal' has no noun after it"),
        ("the glass cube", "Unknown word 'glass'"),
    ],
)
def test_what_is_in_the_wrong_order_is_put_right(words: str, reason: str) -> None:
    with pytest.raises(InstructionError, match=reason):
        parse(f"touch {words}")


def test_the_material_decides_between_two_that_are_alike() -> None:
    here = scene(RED_METAL, RED_WOODEN, RED_PLAIN, BOWL)
    names = ["the metal cube", "the wooden cube", "the plain cube", "the bowl"]
    assert [str(describe(here, i)) for i in range(4)] == names
    assert understand("touch the wooden cube", here).named(here) == {"target": (1,)}
    with pytest.raises(InstructionError, match="the metal one, the wooden one or the plain one"):
        understand("touch the cube", here)


def test_colour_and_size_come_first_if_they_are_enough() -> None:
    blue_metal = ObjectSpec("cube", "blue", "small", "metal")
    large = ObjectSpec("cube", "red", "large")
    here = scene(blue_metal, RED_WOODEN, large)
    assert [str(describe(here, i)) for i in range(3)] == [
        "the blue cube",
        "the wooden cube",
        "the large cube",
    ]


@PROPERTY
@given(SCENES)
def test_a_description_is_as_short_as_any_that_names_the_thing(here: SceneState) -> None:
    every = [
        Ref(kind, color, size, material=material)
        for kind, color, size, material in itertools.product(
            ["cube", "ball", "bowl"],
            [None, "red", "blue"],
            [None, "small", "large"],
            [None, *MATERIALS],
        )
    ]
    for i in range(len(here.specs)):
        unique = [ref for ref in every if find(ref, here).sure == (i,)]
        got = describe(here, i)
        assert (got is None) == (not unique)
        if got is not None:
            assert got in unique
            assert len(str(got).split()) == min(len(str(ref).split()) for ref in unique)


@PROPERTY
@given(SCENES, RNGS)
def test_where_everything_is_plain_nobody_says_so(
    here: SceneState, rng: np.random.Generator
) -> None:
    shown = any(spec.material != "plain" for spec in here.specs)
    for i in range(len(here.specs)):
        ref = describe_verbose(here, i, rng)
        assert shown or ref is None or ref.material is None
        assert ref is None or find(ref, here).sure == (i,)


def test_materials_are_named_more_often_than_needed_where_there_are_some() -> None:
    here, rng = scene(RED_METAL, BOWL), stream(0, "materials")
    refs = [describe_verbose(here, 0, rng) for _ in range(2000)]
    share = sum(ref is not None and ref.material == "metal" for ref in refs) / len(refs)
    assert share == pytest.approx(0.3, abs=0.03)


def test_json_has_a_material_only_where_one_is_said() -> None:
    assert Ref("cube", "red").to_json() == {"kind": "cube", "color": "red", "size": None}
    ref = Ref("cube", "red", material="metal", unlike=Ref(None, material="wooden"))
    assert Ref.from_json(ref.to_json()) == ref
    with pytest.raises(InvalidValueError, match="'glass' is none of plain, wooden"):
        Ref.from_json({"kind": "cube", "material": "glass"})


def test_phrases_of_five_words_are_said_in_phrasings_that_have_room() -> None:
    rng = stream(0, "long")
    for color, size, material in itertools.product(COLORS, SIZES, MATERIALS):
        target, place = (Ref(k, color, size, material=material) for k in ("cube", "bowl"))
        text = realise(Place(target, place, "in"), rng).text
        assert len(text.split()) <= 20
        assert parse(text) == Place(target, place, "in")
