"""Tasks shared out to worker processes; a worker that dies is replaced and its task done again.

Not `concurrent.futures`: its pool is broken for good when one worker is killed, and cannot be
stopped in the middle of a task by Ctrl-C.
"""

import logging
import multiprocessing
import os
import signal
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

from vlsim.errors import InvalidValueError, VlsimError, WorkerError
from vlsim.evaluation.rollout import EvaluationError
from vlsim.evaluation.threads import one_thread_in_new_processes

TRIES = 2
"""A task that killed this many workers is given up."""

Task = TypeVar("Task")
Task_contra = TypeVar("Task_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Work(Protocol[Task_contra, Result_co]):
    """What a worker does; made once in each process, so that it can keep what is costly."""

    def __call__(self, task: Task_contra, /) -> Result_co:
        """Do one task."""

    def close(self) -> None:
        """Free what it holds."""


def run_tasks(
    make_work: Callable[[], Work[Task, Result]], tasks: Sequence[Task], workers: int
) -> Iterator[Result]:
    """Do all tasks and yield each result as soon as it is there, in any order.

    Args:
        make_work: Called once in each process; must be picklable if `workers` > 0.
        tasks: What there is to do.
        workers: Processes; 0 does everything in this one.

    Raises:
        EvaluationError: If a task raises; its words and place are in the message.
        WorkerError: If workers die over the same task again and again.
    """
    if workers < 0:
        raise InvalidValueError(f"workers must be 0 or more, got {workers}.")
    if workers == 0:
        work = make_work()
        try:
            yield from map(work, tasks)
        finally:
            work.close()
        return
    pool = _Pool(make_work, tasks)
    try:
        yield from pool.run(min(workers, len(tasks)))
    finally:
        pool.stop()


@dataclass
class _Worker:
    process: BaseProcess
    pipe: "Connection[Any, Any]"
    task: int


class _Pool(Generic[Task, Result]):
    def __init__(self, make_work: Callable[[], Work[Task, Result]], tasks: Sequence[Task]) -> None:
        self._make_work = make_work
        self._tasks = tasks
        self._waiting = deque(range(len(tasks)))
        self._deaths: Counter[int] = Counter()
        self._workers: list[_Worker] = []

    def run(self, workers: int) -> Iterator[Result]:
        for _ in range(workers):
            self._start()
        while self._workers:
            ready = wait([worker.pipe for worker in self._workers])
            for worker in [w for w in self._workers if w.pipe in ready]:
                try:
                    outcome = worker.pipe.recv()
                except (EOFError, ConnectionError):
                    self._replace(worker)
                    continue
                if isinstance(outcome, _Failure):
                    raise outcome.error()
                self._give_next(worker)
                yield outcome

    def stop(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(timeout=5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._make_work), daemon=True)
        with one_thread_in_new_processes():
            process.start()
        # With our copy open, the death of the worker would not close the pipe.
        theirs.close()
        worker = _Worker(process, ours, -1)
        self._workers.append(worker)
        self._give_next(worker)

    def _give_next(self, worker: _Worker) -> None:
        if self._waiting:
            worker.task = self._waiting.popleft()
            try:
                worker.pipe.send(self._tasks[worker.task])
            except OSError:
                self._replace(worker)
        else:
            self._workers.remove(worker)
            worker.pipe.close()
            worker.process.join()

    def _replace(self, worker: _Worker) -> None:
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        code = worker.process.exitcode
        self._deaths[worker.task] += 1
        if self._deaths[worker.task] >= TRIES:
            raise WorkerError(
                f"Worker processes died {TRIES} times over the same episodes (exit code {code}; -9 "
                "often means that memory ran out). What was measured is kept: run the same command "
                "again to go on, with fewer workers."
            )
        logger.warning("A worker died (exit code %s); its episodes are run again.", code)
        self._waiting.appendleft(worker.task)
        self._start()


@dataclass(frozen=True)
class _Failure:
    """An exception in a worker, as text: exceptions themselves need not survive pickling."""

    text: str
    is_users: bool
    trace: str

    def error(self) -> Exception:
        if self.is_users:
            return EvaluationError(self.text)
        return RuntimeError(f"{self.text}\n\nIn the worker:\n{self.trace}")


def _serve(pipe: "Connection[Any, Any]", make_work: Callable[[], Work[Any, Any]]) -> None:
    """Do tasks until the pipe closes."""
    # Ctrl-C reaches the whole group of processes; only the parent decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries greet on stdout (PyBullet does), where only the results of a command belong.
    os.dup2(2, 1)
    work: Work[Any, Any] | None = None
    try:
        while True:
            task = pipe.recv()
            work = work or make_work()
            pipe.send(work(task))
    except (EOFError, ConnectionError):
        if work:
            work.close()
    except Exception as error:
        is_users = isinstance(error, VlsimError)
        text = str(error) if is_users else f"{type(error).__name__}: {error}"
        pipe.send(_Failure(text, is_users, traceback.format_exc()))
