"""A worker that dies is an error at once, whatever it was doing."""

import os
import signal
import threading
import time
from multiprocessing.connection import wait

import pytest

from vlsim.errors import WorkerError
from vlsim.parallel.worker import Worker
from vlsim.seeding import stream

LARGE = 1 << 23
"""Bytes of a result that does not fit between two processes: its sender waits until it is read."""
pytestmark = pytest.mark.xdist_group("processes")


class UnsendableError(Exception):
    """Cannot be unpickled, as many errors of libraries cannot."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


class Blanks:
    """Makes results of as many bytes as the task says; a negative task goes wrong."""

    def __call__(self, task: int) -> object:
        if task == -1:
            return lambda: "no function can be sent"
        if task == -2:
            time.sleep(60)
        if task == -3:
            raise UnsendableError("of", "two arguments")
        return bytes(task)

    def close(self) -> None:
        pass


def started(count: int) -> list[Worker]:
    """Return workers that are ready; they get ready side by side."""
    workers = [Worker(Blanks, "Try less.") for _ in range(count)]
    for worker in workers:
        worker.send(1)
    assert [worker.receive() for worker in workers] == [b"\0"] * count
    return workers


@pytest.mark.parametrize(("count", "is_ready"), [(40, False), (10, True)])
def test_deaths_at_random_moments_with_large_results_under_way_are_errors(
    count: int, is_ready: bool
) -> None:
    workers = started(count) if is_ready else [Worker(Blanks, "Try less.") for _ in range(count)]
    moments = stream(count, "moments of death").uniform(0.0, 3.0, count)
    for worker, moment in zip(workers, moments, strict=True):
        assert worker.pid is not None
        threading.Timer(moment, os.kill, (worker.pid, signal.SIGKILL)).start()
        worker.send(LARGE)
    deaths: list[WorkerError] = []
    while workers:
        ready = wait([worker.connection for worker in workers])
        for worker in [w for w in workers if w.connection in ready]:
            try:
                assert len(worker.receive()) == LARGE
            except WorkerError as death:
                deaths.append(death)
                workers.remove(worker)
            else:
                worker.send(LARGE)
    assert len(deaths) == count
    words = "A worker process died (exit code -9, which often means that memory ran out). Try less."
    assert {str(death) for death in deaths} == {words}
    if is_ready:
        assert "got end of file during message" in {str(death.__cause__) for death in deaths}


def test_a_death_in_the_middle_of_a_large_result_is_an_error() -> None:
    (worker,) = started(1)
    worker.send(LARGE)
    wait([worker.connection])  # it has begun, and cannot end before the result is read
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match=r"exit code -9"):
        worker.receive()
    worker.send(1)
    with pytest.raises(WorkerError, match=r"exit code -9"):
        worker.receive()


def test_a_worker_outlives_what_cannot_be_sent() -> None:
    (worker,) = started(1)
    worker.send(-1)
    with pytest.raises(AttributeError, match="<lambda>"):
        worker.receive()
    worker.send(-3)
    with pytest.raises(RuntimeError, match=r"^UnsendableError: of two arguments$"):
        worker.receive()
    worker.send(2)
    assert worker.receive() == b"\0\0"
    worker.stop()
    assert worker.exit_code == 0


def test_a_worker_that_sends_what_nobody_reads_ends_by_itself() -> None:
    (worker,) = started(1)
    worker.send(LARGE)
    worker.stop()
    assert worker.exit_code == 0
    worker.stop()


def test_a_worker_that_is_busy_is_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlsim.parallel.worker.PATIENCE", 0.1)
    (worker,) = started(1)
    worker.send(-2)
    worker.stop()
    assert worker.exit_code == -signal.SIGKILL
