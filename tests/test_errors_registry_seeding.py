"""How vlsim says no, names things, and draws numbers."""

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from vlsim import errors, seeding
from vlsim.errors import InvalidValueError, MissingExtraError, UnknownNameError, VlsimError
from vlsim.registry import Registry, split_names

FIRST_OF_LAYOUT_3 = [864, 210, 861, 740]
FIRST_BENCHMARK_SEED = 394172225257188142


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.UnknownNameError, LookupError),
        (errors.InvalidValueError, ValueError),
        (errors.MissingExtraError, ImportError),
        (errors.InstructionError, ValueError),
        (errors.PlacementError, RuntimeError),
        (errors.SimulationError, RuntimeError),
        (errors.BundleError, ValueError),
        (errors.WorkerError, RuntimeError),
    ],
)
def test_every_error_can_be_caught_as_vlsims_and_as_pythons(
    error: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(error, VlsimError)
    assert issubclass(error, builtin)


def test_an_unknown_name_is_answered_with_the_nearest_and_all_known_ones() -> None:
    message = str(UnknownNameError("task", "puhs", ["reach", "push"]))
    assert message == "No task named 'puhs'. Did you mean 'push'? Known: push, reach."


def test_a_name_that_is_near_to_nothing_gets_no_suggestion() -> None:
    assert str(UnknownNameError("task", "zzz", ["push"])) == "No task named 'zzz'. Known: push."


def test_an_unknown_name_among_none_says_that_there_is_none() -> None:
    assert str(UnknownNameError("policy", "best", [])) == "No policy named 'best'. Known: none."


def test_a_missing_package_is_named_with_the_extra_that_brings_it() -> None:
    message = str(MissingExtraError("Exporting to ONNX", "onnx", "export"))
    assert message.startswith("Exporting to ONNX needs the package 'onnx'.")
    assert message.endswith('Install it with: pip install "vlsim[export]".')


def test_a_registry_keeps_the_order_of_registration() -> None:
    letters: Registry[int] = Registry("letter")
    for name, number in (("b", 2), ("a", 1), ("c", 3)):
        assert letters.add(name, number) == number
    assert list(letters) == ["b", "a", "c"]
    assert letters.items() == [("b", 2), ("a", 1), ("c", 3)]
    assert len(letters) == 3
    assert "a" in letters
    assert "d" not in letters


def test_the_decorator_registers_and_returns_the_thing_itself() -> None:
    shapes: Registry[type] = Registry("shape")

    class Square:
        pass

    assert shapes.register("square")(Square) is Square
    assert shapes["square"] is Square


def test_a_name_that_is_taken_is_refused_and_what_was_there_stays() -> None:
    shapes: Registry[int] = Registry("shape")
    shapes.add("square", 4)
    with pytest.raises(InvalidValueError, match="The shape 'square' is registered already"):
        shapes.add("square", 5)
    assert shapes["square"] == 4


def test_an_unknown_name_in_a_registry_is_a_lookup_error_with_a_hint() -> None:
    shapes: Registry[int] = Registry("shape")
    shapes.add("square", 4)
    with pytest.raises(UnknownNameError, match=r"No shape named 'sqare'\. Did you mean 'square'\?"):
        shapes["sqare"]


@pytest.mark.parametrize("name", [None, 3, ["square"], {}])
def test_what_is_no_name_is_refused_with_the_known_ones(name: object) -> None:
    shapes: Registry[int] = Registry("shape")
    shapes.add("square", 4)
    with pytest.raises(InvalidValueError, match=r"shape must be a string, got .*\. Known: square"):
        shapes[name]  # type: ignore[index]


def test_names_are_split_at_commas() -> None:
    assert split_names("", "shape") == split_names("  ", "shape") == ()
    assert split_names("square", "shape") == ("square",)
    assert split_names(" square , disc", "shape") == ("square", "disc")


@pytest.mark.parametrize("words", ["square,,disc", ",square", "square,", ","])
def test_a_name_that_is_missing_beside_a_comma_is_refused(words: str) -> None:
    with pytest.raises(InvalidValueError, match=f"A shape is missing beside a comma in '{words}'"):
        split_names(words, "shape")


def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="The shape 'disc' comes twice in 'disc, disc'"):
        split_names("disc, disc", "shape")


def test_a_stream_never_changes_its_numbers() -> None:
    """Every published result hangs on these; a new scheme needs new environment versions."""
    assert seeding.stream(0, "layout", 3).integers(1000, size=4).tolist() == FIRST_OF_LAYOUT_3
    assert seeding.derive(0, "benchmark", 0) == FIRST_BENCHMARK_SEED


def test_streams_differ_in_seed_name_and_number() -> None:
    keys: list[tuple[int, tuple[str | int, ...]]] = [
        (0, ("layout", 3)),
        (1, ("layout", 3)),
        (0, ("words", 3)),
        (0, ("layout", 4)),
        (0, ("layout",)),
        (0, (3, "layout")),
        (0, ()),
    ]
    first = {float(seeding.stream(seed, *names).random()) for seed, names in keys}
    derived = {seeding.derive(seed, *names) for seed, names in keys}
    assert len(first) == len(keys)
    assert len(derived) == len(keys)


def test_a_draw_from_one_stream_leaves_the_others_as_they_were() -> None:
    expected = seeding.stream(5, "words").random(8)
    layout, words = seeding.stream(5, "layout"), seeding.stream(5, "words")
    layout.random(1000)
    np.testing.assert_array_equal(words.random(8), expected)


def test_another_process_draws_the_same_numbers() -> None:
    code = "from vlsim.seeding import stream; print(stream(7, 'layout', 3).integers(2**62))"
    # A fresh process has another hash seed, which must not matter.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == int(seeding.stream(7, "layout", 3).integers(2**62))


def test_derived_seeds_fit_a_signed_64_bit_integer() -> None:
    seeds = [seeding.derive(0, i) for i in range(500)]
    assert min(seeds) >= 0
    assert 2**62 < max(seeds) < 2**63


@pytest.mark.parametrize("seed", [-1, 2**63, 0.0, "7", None])
def test_what_is_no_seed_is_refused(seed: Any) -> None:
    message = f"seed must be a whole number from 0 to 2**63 - 1, got {seed!r}."
    for refusing in (seeding.check_seed, seeding.stream, seeding.derive):
        with pytest.raises(InvalidValueError, match=re.escape(message)):
            refusing(seed)


@pytest.mark.parametrize("seed", [0, 2**63 - 1, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_any_kind_are_seeds(seed: Any) -> None:
    plain = int(seed)
    assert type(seeding.check_seed(seed)) is int
    assert seeding.derive(seed, "layout") == seeding.derive(plain, "layout")
