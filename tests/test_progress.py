"""Where stderr is no terminal, a log says how far the work is; on one, a bar does."""

import io
import sys
import threading

import pytest

from vlsim import progress
from vlsim.progress import Progress


class Log(io.StringIO):
    """Keeps what is written, and knows when there are so many lines."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.enough, self._lines = threading.Event(), lines

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.getvalue().count("\n") >= self._lines:
            self.enough.set()
        return written


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_has_a_line_after_the_first_step_and_one_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress("Grounding", 2, "steps") as steps:
        steps.advance()
        steps.advance(notes={"loss": "0.50"})
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("Grounding: 1 of 2 steps, ")
    assert first.endswith(" left")
    assert last.startswith("Grounding: 2 of 2 steps, ")
    assert last.endswith(", loss 0.50")
    assert ", took 00:00" in last


def test_lines_come_although_nothing_advances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SECONDS_PER_LINE", 0.001)
    log = Log(lines=4)
    monkeypatch.setattr(sys, "stderr", log)
    with Progress("PPO", 10, "frames", initial=3):
        assert log.enough.wait(10), "the log stayed silent"
    assert set(log.getvalue().splitlines()) == {"PPO: 3 of 10 frames"}


def test_a_silence_is_at_most_half_a_minute() -> None:
    assert progress.SECONDS_PER_LINE <= 30


def test_notes_stay_until_there_are_others(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("PPO", 2, "frames") as frames:
        frames.advance(notes={"success": "0.25"})
        frames.advance()
    assert capsys.readouterr().err.endswith("success 0.25\n")


def test_after_an_error_the_log_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        with Progress("PPO", 4, "frames") as frames:
            frames.advance()
            frames.advance()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert capsys.readouterr().err.splitlines()[-1].startswith("PPO: 2 of 4 frames")


def test_work_that_fails_at_once_leaves_the_log_to_the_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress("PPO", 4, "frames") as frames:
        frames.advance(0)
    assert capsys.readouterr().err == ""


def test_on_a_terminal_there_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress("PPO", 4, "frames") as frames:
        frames.advance(4, {"success": "0.25"})
    assert "PPO: 100%" in terminal.getvalue()
    assert "success=0.25" in terminal.getvalue()


def test_nothing_is_shown_where_nobody_wants_to_see_it(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("PPO", 4, "frames", show=False) as frames:
        frames.advance(4)
    frames.close()
    assert capsys.readouterr().err == ""
