import logging
import multiprocessing
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from vlsim.errors import InvalidValueError, VlsimError, WorkerError
from vlsim.parallel.pool import run_tasks

LARGE = 1 << 26
"""Bytes of a result that does not fit between two processes: its sender waits until it is read."""


@dataclass
class Squares:
    """Squares numbers; a negative one kills the process or raises, as `mood` says."""

    mood: str = ""
    folder: Path = Path()

    def __call__(self, task: int) -> tuple[int, int, str | None]:
        if task < 0 and self.mood == "user":
            raise VlsimError(f"{task} is negative.")
        if task < 0 and self.mood == "bug":
            raise ZeroDivisionError("oops")
        if task < 0 and self.mood == "die once":
            try:
                (self.folder / "died").touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        if task < 0 and self.mood == "die":
            os._exit(7)
        if self.mood == "print":
            os.write(1, b"hello from a library")
        if self.mood == "sleep":
            time.sleep(3600)
        if self.mood == "late" and task == 0:
            time.sleep(0.5)
        return task * task, os.getpid(), os.environ.get("OMP_NUM_THREADS")

    def close(self) -> None:
        pass


class Blanks:
    """Makes large results."""

    def __call__(self, task: int) -> bytes:
        return bytes([task]) * LARGE

    def close(self) -> None:
        pass


@pytest.mark.parametrize("workers", [0, 1, 2, 9])
def test_every_task_is_done_once_whatever_the_number_of_workers(workers: int) -> None:
    found = list(run_tasks(Squares, range(6), workers))
    assert sorted(square for square, _, _ in found) == [0, 1, 4, 9, 16, 25]
    processes = {process for _, process, _ in found}
    assert (processes == {os.getpid()}) is (workers == 0)
    assert len(processes) <= max(workers, 1)


def test_what_a_worker_prints_does_not_reach_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    list(run_tasks(partial(Squares, "print"), [1], 1))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "hello from a library" in captured.err


def test_a_worker_computes_with_one_thread_and_the_parent_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert [threads for _, _, threads in run_tasks(Squares, [1], 1)] == ["1"]
    assert os.environ["OMP_NUM_THREADS"] == "7"
    monkeypatch.delenv("OMP_NUM_THREADS")
    list(run_tasks(Squares, [1], 1))
    assert "OMP_NUM_THREADS" not in os.environ


def test_nothing_to_do_starts_nothing() -> None:
    assert list(run_tasks(Squares, [], 2)) == []


def test_a_negative_number_of_workers_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="workers must be 0 or more, got -1"):
        list(run_tasks(Squares, [1], -1))


def test_a_users_mistake_in_a_worker_is_one_line_here() -> None:
    with pytest.raises(VlsimError, match=r"^-1 is negative\.$"):
        list(run_tasks(partial(Squares, "user"), [1, -1], 1))


def test_a_bug_in_a_worker_comes_with_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError, match=r"^oops$") as caught:
        list(run_tasks(partial(Squares, "bug"), [-1, 1], 2))
    assert multiprocessing.active_children() == []
    assert re.search(r"(?s)in __call__.*ZeroDivisionError: oops", str(caught.value.__cause__))


def test_a_worker_that_dies_is_replaced_and_its_task_done_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = list(run_tasks(partial(Squares, "die once", tmp_path), [1, -2, 3], 2))
    assert sorted(square for square, _, _ in found) == [1, 4, 9]
    assert (
        "A worker process died (exit code -9, which often means that memory ran out); its task is "
        "done again."
    ) in caplog.text


def test_a_task_that_kills_every_worker_ends_the_run_and_keeps_what_was_done() -> None:
    found: list[int] = []

    def collect(results: Iterator[tuple[int, int, str | None]]) -> None:
        for square, _, _ in results:
            found.append(square)

    with pytest.raises(WorkerError, match=r"died 2 times over the same task \(exit code 7\)\. Buy"):
        collect(run_tasks(partial(Squares, "die"), [1, 2, -3], 1, remedy="Buy memory."))
    assert found == [1, 4]


def test_workers_killed_in_the_middle_of_large_results_are_replaced() -> None:
    results = run_tasks(Blanks, range(4), 2)
    first = next(results)
    time.sleep(0.3)  # both workers wait until their next results are read
    victims = multiprocessing.active_children()
    for process in victims:
        process.kill()
    assert len(victims) == 2
    assert sorted(result[0] for result in [first, *results]) == [0, 1, 2, 3]


def test_results_can_be_had_in_the_order_of_the_tasks() -> None:
    squares = [
        square for square, _, _ in run_tasks(partial(Squares, "late"), range(9), 3, in_order=True)
    ]
    assert squares == [n * n for n in range(9)]


def test_work_that_cannot_be_sent_to_a_worker_leaves_none_behind() -> None:
    with pytest.raises(Exception, match="pickle"):
        list(run_tasks(lambda: Squares(), [1], 1))
    assert multiprocessing.active_children() == []


def test_leaving_in_the_middle_stops_the_workers_at_once() -> None:
    results = run_tasks(partial(Squares, "sleep"), [1, 2], 2)
    # A shell starts what runs in the background with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            next(results)
    finally:
        signal.signal(signal.SIGINT, before)
    results.close()  # type: ignore[attr-defined]
    # Whoever waited for the tasks, which take an hour, would not come here.
    assert multiprocessing.active_children() == []
