"""A rater sees pictures and statements, and is asked again after a slip of the finger."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from tests.evaluation.perception.fakes import Speaker, draw
from vlsim.evaluation.perception import Blind, evaluate_model, write_evaluation
from vlsim.evaluation.perception.rating import Ratings
from vlsim.scripts.rate import rate, summary_lines

PICTURES = draw(6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = evaluate_model(Speaker(), {"seen": PICTURES}, Blind(draw(9, seed=1).annotations))
    write_evaluation(tmp_path, found, {"seen": PICTURES}, model="speaker", data="fakes")
    return tmp_path


def keys(*pressed: str) -> Callable[[str], str]:
    left = list(pressed)

    def read(question: str) -> str:
        assert "y (yes)" in question
        if not left:
            raise EOFError
        return left.pop(0)

    return read


def test_pictures_are_shown_and_slips_asked_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=90)
    rate(folder, "ann", 3, terminal, keys("x", "Y", "", "n", "yes"))
    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count("▀" * 4) >= 3 or shown.count("▀") >= 3 * 48 * 24
    assert "1 of 3" in shown
    assert sorted(Ratings(folder).done.values()) == [False, True, True]
    assert "ann has rated all 3 statements" in capsys.readouterr().err


def test_a_rater_may_stop_and_goes_on_later(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = Console(file=io.StringIO(), width=90)
    rate(folder, "ann", 5, paper, keys("y", "q"))
    rate(folder, "ann", 5, paper, keys("y", "y"))
    assert "the same command goes on" in capsys.readouterr().err
    assert len(Ratings(folder).done) == 3
    shown = paper.file.getvalue()  # type: ignore[attr-defined]
    assert "▀" not in shown
    assert "1 of 4" in shown
    assert str(folder) in shown.replace("\n", "")


def test_nothing_tells_who_said_it(folder: Path) -> None:
    paper = Console(file=io.StringIO(), width=90)
    rate(folder, "ann", 12, paper, keys(*"y" * 12))
    shown = paper.file.getvalue().replace(str(folder), "").lower()  # type: ignore[attr-defined]
    assert "caption:  a red cube" in shown
    assert all(word not in shown for word in ("model", "simulator", "truth", "said"))


def test_the_summary_is_said_in_words(folder: Path) -> None:
    paper = Console(file=io.StringIO())
    rate(folder, "ann", 12, paper, keys(*"y" * 12))
    rate(folder, "bob", 12, paper, keys(*"n" * 12))
    lines = summary_lines(Ratings(folder).summary())
    assert lines[0].startswith("All raters accept 0.500 [")
    assert any(line.startswith("ann accepts 1.000 [") and "the simulator" in line for line in lines)
    assert lines[-1].startswith("Agreement of raters (Krippendorff's alpha): -")
    assert lines[-1].endswith("on 12 statements.") or "on 7 statements." in lines[-1]
