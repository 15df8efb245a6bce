"""Tasks shared out to worker processes; a worker that dies is replaced and its task done again.

Not `concurrent.futures`: its pool is broken for good when one worker is killed, waits for ever if
that happened in the middle of a large result, and cannot be stopped in the middle of a task by
Ctrl-C.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Generic, TypeVar

from vlsim.errors import InvalidValueError, WorkerError
from vlsim.parallel.worker import Work, Worker, explained

TRIES = 2
"""A task that killed this many workers is given up."""
REMEDY = "Finished work is kept: run the same command again, with fewer workers."

Task = TypeVar("Task")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def run_tasks(
    make_work: Callable[[], Work[Task, Result]],
    tasks: Sequence[Task],
    workers: int,
    *,
    in_order: bool = False,
    remedy: str = REMEDY,
) -> Iterator[Result]:
    """Do all tasks and yield each result as soon as it is there.

    Args:
        make_work: Called once in each process; must be picklable if `workers` > 0.
        tasks: What there is to do.
        workers: Processes; 0 does everything in this one.
        in_order: Yield the results in the order of the tasks; those that come early wait.
        remedy: What the user can do if workers die; ends the error.

    Raises:
        Exception: What a task raises.
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
    pool = _Pool(make_work, tasks, remedy)
    try:
        numbered = pool.run(min(workers, len(tasks)))
        yield from _sorted(numbered) if in_order else (result for _, result in numbered)
    finally:
        pool.kill()


def _sorted(numbered: Iterator[tuple[int, Result]]) -> Iterator[Result]:
    """Yield results in the order of their numbers, which begin with 0."""
    early: dict[int, Result] = {}
    due = 0
    for number, result in numbered:
        early[number] = result
        while due in early:
            yield early.pop(due)
            due += 1


class _Pool(Generic[Task, Result]):
    def __init__(
        self, make_work: Callable[[], Work[Task, Result]], tasks: Sequence[Task], remedy: str
    ) -> None:
        self._make_work = make_work
        self._tasks = tasks
        self._remedy = remedy
        self._waiting = deque(range(len(tasks)))
        self._deaths: Counter[int] = Counter()
        self._busy: dict[Worker, int] = {}
        """The number of the task that each worker does."""

    def run(self, workers: int) -> Iterator[tuple[int, Result]]:
        """Yield the number of each task with its result."""
        for _ in range(workers):
            self._start()
        while self._busy:
            ready = wait([worker.connection for worker in self._busy])
            for worker in [w for w in self._busy if w.connection in ready]:
                number = self._busy[worker]
                try:
                    result = worker.receive()
                except WorkerError:
                    del self._busy[worker]
                    self._try_again(number, explained(worker.exit_code))
                    continue
                self._give_next(worker)
                yield number, result

    def kill(self) -> None:
        for worker in self._busy:
            worker.kill()

    def _start(self) -> None:
        self._give_next(Worker(self._make_work, self._remedy))

    def _give_next(self, worker: Worker) -> None:
        if self._waiting:
            self._busy[worker] = self._waiting.popleft()
            worker.send(self._tasks[self._busy[worker]])
        else:
            worker.stop()
            del self._busy[worker]

    def _try_again(self, number: int, death: str) -> None:
        self._deaths[number] += 1
        if self._deaths[number] >= TRIES:
            raise WorkerError(
                f"Worker processes died {TRIES} times over the same task ({death}). {self._remedy}"
            )
        logger.warning("A worker process died (%s); its task is done again.", death)
        self._waiting.appendleft(number)
        self._start()
