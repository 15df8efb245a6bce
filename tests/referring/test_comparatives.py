"""Comparatives: which of exactly two things, and what is said if there are not two."""

import pytest

from tests.language.strategies import table
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Reach
from vlsim.language.writer import realise
from vlsim.referring.describe import describe_by_comparison
from vlsim.referring.ref import Rank, Ref, Relation
from vlsim.referring.resolve import Found, find
from vlsim.seeding import stream

SCENE = table(
    ("tiny red cube", 0.40, -0.10),
    ("small blue cube", 0.40, 0.10),
    ("small red ball", 0.60, 0.10),
    ("large red ball", 0.60, -0.12),
    ("tiny green ball", 0.50, -0.02),
    ("small blue bowl", 0.50, 0.10),
)


@pytest.mark.parametrize(
    ("words", "index"),
    [
        ("the smaller cube", 0),
        ("the larger cube", 1),
        ("the bigger block", 1),
        ("the smaller of the two cubes", 0),
        ("larger of the two blocks", 1),
        ("the larger red ball", 3),
        ("the smaller of the two red spheres", 2),
        ("the larger object behind the bowl", 1),
    ],
)
def test_a_comparative_names_one_of_two(words: str, index: int) -> None:
    scene = SCENE if "object" not in words else table(*BEHIND)
    assert understand(f"touch {words}", scene).named(scene) == {"target": (index,)}


BEHIND = (
    ("tiny red cube", 0.40, 0.10),
    ("large red ball", 0.42, 0.08),
    ("small green ball", 0.60, -0.12),
    ("small blue bowl", 0.50, 0.09),
)


def test_both_forms_mean_the_same_and_both_are_said() -> None:
    ref = Ref("cube", "red", rank=Rank("larger"))
    assert str(ref) == "the larger red cube"
    said = {" ".join(ref.words(stream(i, "words"))) for i in range(60)}
    nouns = (("cube", "cubes"), ("block", "blocks"))
    assert said == {
        f"the {word} {rest}"
        for word in ("larger", "bigger")
        for one, two in nouns
        for rest in (f"red {one}", f"of the two red {two}")
    }
    assert {parse(f"touch {words}") for words in said} == {Reach(ref)}
    assert parse(realise(Reach(ref), stream(0)).text) == Reach(ref)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            "the larger ball",
            "compares two things, but 3 fit: the small red ball, the large red ball and the tiny "
            "green ball; say 'the largest ball'",
        ),
        ("the smaller bowl", "compares two things, but one fits: the small blue bowl"),
        ("the smaller pad", "'the smaller pad' names nothing"),
        ("the smaller of the two cube", "Say 'the smaller of the two cubes' instead of"),
        ("the smaller cubes", "No phrasing fits"),
        ("the smaller of the three cubes", "No phrasing fits"),
        ("the cube that is not smaller", "No phrasing fits"),
    ],
)
def test_what_does_not_compare_two_is_refused(words: str, reason: str) -> None:
    with pytest.raises(InstructionError, match=reason):
        understand(f"touch {words}", SCENE)


def test_two_of_a_size_cannot_be_compared() -> None:
    scene = table(("red cube", 0.4, -0.1), ("blue cube", 0.4, 0.1))
    with pytest.raises(InstructionError, match="could mean two things"):
        understand("touch the larger cube", scene)
    # A cube is 2 mm wider than a can: too little to tell.
    scene = table(("red cube", 0.4, -0.1), ("blue cylinder", 0.4, 0.1))
    assert find(Ref(None, rank=Rank("larger")), scene) == Found((), (0, 1))


def test_a_comparison_is_json_and_has_no_place() -> None:
    ref = Ref("cube", rank=Rank("smaller"), relation=Relation("behind", (Ref("bowl"),)))
    assert Ref.from_json(ref.to_json()) == ref
    with pytest.raises(InvalidValueError, match="from 1 to 1, got 2"):
        Rank("smaller", 2)
    with pytest.raises(InvalidValueError, match=r"'taller' is none of left, .*, smaller, larger"):
        Rank("taller")


def test_descriptions_compare_two_of_a_kind_and_say_the_colour_if_it_takes_that() -> None:
    rng = stream(0, "comparison")
    said = [
        {str(describe_by_comparison(SCENE, i, rng)) for _ in range(20)}
        for i in range(len(SCENE.specs))
    ]
    assert said == [
        {"the smaller cube"},
        {"the larger cube"},
        {"the smaller red ball"},
        {"the larger red ball"},
        {"None"},
        {"None"},
    ]
