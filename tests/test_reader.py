from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from vlsim.converter import misfit, read_inner, reads
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.reader import read_as


@dataclass(frozen=True)
class Leaf:
    rate: float
    shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise InvalidValueError(f"rate must be positive, got {self.rate}.")


@dataclass(frozen=True)
class Tree:
    name: str
    leaves: tuple[Leaf, ...] = ()
    inner: "Tree | None" = None
    mode: Literal["a", 1] = "a"
    pair: tuple[int, str] = (1, "a")
    point: tuple[float, float] = (0.0, 0.0)
    weights: dict[str, float] = field(default_factory=dict)
    anything: dict[str, Any] = field(default_factory=dict)
    out: Path = Path("runs")
    seed: Annotated[int, "a note"] = 0
    flag: bool = False
    either: int | str = 1
    return_: float = 0.0


class Shape:
    pass


@dataclass(frozen=True)
class Circle(Shape):
    radius: float


@dataclass(frozen=True)
class Drawing:
    shapes: tuple[Shape, ...]


@reads(Shape, "a shape")
def _read_shape(data: object, _: object) -> object:
    if not isinstance(data, dict) or "shape" not in data:
        raise misfit(Shape, data)
    if data["shape"] != "circle":
        raise UnknownNameError("shape", data["shape"], ["circle"])
    return read_inner(Circle, {k: v for k, v in data.items() if k != "shape"})


def test_values_become_what_the_annotations_say() -> None:
    data = {
        "name": "x",
        "leaves": [{"rate": 1}, {"rate": 0.5, "shape": [2, 3]}],
        "inner": {"name": "y"},
        "mode": 1,
        "pair": [2, "b"],
        "point": [1, 2.5],
        "weights": {"w": 1},
        "anything": {"a": [None, {"b": 1}]},
        "out": "a/b",
        "seed": 7,
        "flag": True,
        "either": "s",
        "return": 2,
    }
    assert read_as(Tree, data, "A tree") == Tree(
        "x",
        (Leaf(1.0), Leaf(0.5, (2, 3))),
        Tree("y"),
        1,
        (2, "b"),
        (1.0, 2.5),
        {"w": 1.0},
        {"a": [None, {"b": 1}]},
        Path("a/b"),
        7,
        True,
        "s",
        2.0,
    )


def test_numbers_of_numpy_become_plain_ones() -> None:
    pair = read_as(tuple[int, float], [np.int64(7), np.float32(0.5)], "A pair")
    assert (pair, type(pair[0]), type(pair[1])) == ((7, 0.5), int, float)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"name": 1}, "A tree: 'name' must be a string, got 1."),
        ({"seed": True}, "A tree: 'seed' must be a whole number, got True."),
        ({"seed": 1.0}, "A tree: 'seed' must be a whole number, got 1.0."),
        ({"seed": None}, "A tree: 'seed' must be a whole number, got None."),
        ({"flag": 0}, "A tree: 'flag' must be true or false, got 0."),
        ({"return": "1"}, "A tree: 'return' must be a finite number, got '1'."),
        ({"return": False}, "A tree: 'return' must be a finite number, got False."),
        ({"return": float("nan")}, "A tree: 'return' must be a finite number, got nan."),
        ({"mode": "b"}, "A tree: 'mode' must be 'a' or 1, got 'b'."),
        ({"mode": True}, "A tree: 'mode' must be 'a' or 1, got True."),
        ({"either": 1.5}, "A tree: 'either' must be a whole number or a string, got 1.5."),
        ({"out": 3}, "A tree: 'out' must be a string, got 3."),
        ({"leaves": "ab"}, "A tree: 'leaves' must be a list, got 'ab'."),
        ({"leaves": {"rate": 1}}, "A tree: 'leaves' must be a list, got {'rate': 1}."),
        ({"leaves": [7]}, "A tree: 'leaves[0]' must be a mapping with rate, shape, got 7."),
        ({"leaves": [{}]}, "A tree: 'leaves[0].rate' is missing; it must be a finite number."),
        (
            {"leaves": [{"rate": 1, "shape": [1, "2"]}]},
            "A tree: 'leaves[0].shape[1]' must be a whole number, got '2'.",
        ),
        ({"leaves": [{"rate": 0}]}, "A tree: 'leaves[0]': rate must be positive, got 0.0."),
        ({"pair": [1]}, "A tree: 'pair' must be a list of 2, got [1]."),
        ({"pair": [1, 2]}, "A tree: 'pair[1]' must be a string, got 2."),
        (
            {"point": [1, 2, 3]},
            "A tree: 'point' must be a list of 2, each a finite number, got [1, 2, 3].",
        ),
        ({"weights": [1]}, "A tree: 'weights' must be a mapping, got [1]."),
        ({"weights": {"w": "x"}}, "A tree: 'weights.w' must be a finite number, got 'x'."),
        (
            {"inner": {"name": "y", "inner": {"name": 3}}},
            "A tree: 'inner.inner.name' must be a str",
        ),
        (
            {"inner": {"naem": "y"}},
            "A tree: 'inner': No field named 'naem'. Did you mean 'name'? Known: anything, either,",
        ),
    ],
)
def test_what_does_not_fit_is_one_line_with_its_place(change: dict[str, Any], line: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        read_as(Tree, {"name": "x"} | change, "A tree")
    assert str(caught.value)[: len(line)] == line
    assert "\n" not in str(caught.value)


def test_what_is_no_mapping_at_all_begins_with_the_words_for_it() -> None:
    with pytest.raises(InvalidValueError, match=r"^A leaf must be a mapping with rate, shape, got"):
        read_as(Leaf, [1], "A leaf")


def test_a_kind_may_be_read_by_a_function_that_chooses_the_class() -> None:
    drawing = read_as(Drawing, {"shapes": [{"shape": "circle", "radius": 2}]}, "A drawing")
    assert drawing == Drawing((Circle(2.0),))
    for shape, line in (
        ({"shape": "circle"}, r"A drawing: 'shapes\[0\].radius' is missing; it must be a finite"),
        ({"radius": 2}, r"A drawing: 'shapes\[0\]' must be a shape, got"),
    ):
        with pytest.raises(InvalidValueError, match=line):
            read_as(Drawing, {"shapes": [shape]}, "A drawing")
    with pytest.raises(UnknownNameError, match=r"'shapes\[0\]': No shape named 'sqare'"):
        read_as(Drawing, {"shapes": [{"shape": "sqare"}]}, "A drawing")
