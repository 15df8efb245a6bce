"""A worker process at the other end of a connection that belongs to it alone."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, Protocol, TypeVar

from vlsim.errors import WorkerError
from vlsim.parallel.threads import one_thread_in_new_processes

PATIENCE = 5.0
"""Seconds that a worker has to free what it holds before it is killed."""

Task = TypeVar("Task")
Result = TypeVar("Result")
Task_contra = TypeVar("Task_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Task_contra, Result_co]):
    """What a worker does; made once in each process, so that it can keep what is costly."""

    def __call__(self, task: Task_contra, /) -> Result_co:
        """Do one task."""

    def close(self) -> None:
        """Free what it holds."""


class Stateless(Generic[Task, Result]):
    """Work that is one function and keeps nothing from one task to the next."""

    def __init__(self, function: Callable[[Task], Result]) -> None:
        """Take the function; it must be picklable."""
        self._function = function

    def __call__(self, task: Task, /) -> Result:
        """Do one task."""
        return self._function(task)

    def close(self) -> None:
        """Nothing is kept."""


class Worker:
    """A process that does one task after the other.

    Only the worker holds its end of the connection. When it dies, even in the middle of a large
    result, the connection ends and `receive` raises. A queue shared by several workers would wait
    for the rest of that result for ever, because the others still hold its end.

    Args:
        make_work: Called in the process before its first task; must be picklable.
        remedy: What the user can do if the worker dies; ends the error.
    """

    def __init__(self, make_work: Callable[[], Work[Any, Any]], remedy: str) -> None:
        """Start the process; returns before it is ready."""
        self._remedy = remedy
        # Not fork: a child of a process with OpenMP threads can hang.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with one_thread_in_new_processes():
            self._process.start()
        # With our copy open, the death of the worker would not end the connection.
        theirs.close()
        # Not an argument of the process: `start` would wait for ever if it died while reading a
        # large one.
        try:
            self.send(make_work)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int | None:
        """Number of the process."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Exit code of the process, None while it runs; minus the signal that killed it."""
        return self._process.exitcode

    def send(self, task: object) -> None:
        """Hand over a task; if the process is dead, `receive` says so."""
        with contextlib.suppress(OSError):
            self.connection.send(task)

    def receive(self) -> Any:  # noqa: ANN401 (whoever sent the task knows what comes back)
        """Wait for the result of the task and return it.

        Raises:
            WorkerError: If the process died.
            Exception: What the work raised, caused by an error whose text is its traceback.
        """
        try:
            result = self.connection.recv()
        except (EOFError, OSError) as error:
            self.stop()
            raise WorkerError(
                f"A worker process died ({explained(self.exit_code)}). {self._remedy}"
            ) from error
        if isinstance(result, _Failure):
            raise result.error from _InTheWorker(result.trace)
        return result

    def dismiss(self) -> None:
        """Let the worker end after its present task, without waiting for it."""
        self.connection.close()

    def stop(self) -> None:
        """End the process: by itself within `PATIENCE`, else by force. Stopping twice is fine."""
        self.dismiss()
        self._process.join(PATIENCE)
        self.kill()

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        self.dismiss()
        self._process.kill()
        self._process.join()


def explained(exit_code: int | None) -> str:
    """Return an exit code with what it often means.

    >>> explained(1)
    'exit code 1'
    """
    often = ", which often means that memory ran out" if exit_code == -signal.SIGKILL else ""
    return f"exit code {exit_code}{often}"


class _InTheWorker(Exception):  # noqa: N818 (it says where an error comes from)
    """Carries the traceback of what happened in the other process."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


@dataclass(frozen=True)
class _Failure:
    error: Exception
    trace: str


def _failure(error: Exception) -> _Failure:
    """Return an error as it can be sent: some libraries' errors do not survive pickling."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    return _Failure(error, traceback.format_exc())


def _serve(connection: "Connection[Any, Any]") -> None:
    """Do tasks until the connection ends."""
    # Ctrl-C reaches the whole group of processes; only the parent decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries greet on stdout (PyBullet does), where only the results of a command belong.
    os.dup2(2, 1)
    # A program that the work starts must not keep the connection open after our death.
    os.set_inheritable(connection.fileno(), False)
    work: Work[Any, Any] | None = None
    try:
        make_work = connection.recv()
        while True:
            task = connection.recv()
            try:
                work = make_work() if work is None else work
                connection.send(work(task))
            except Exception as error:
                connection.send(_failure(error))
    except (EOFError, OSError):
        pass  # the parent has no more tasks, or is gone
    finally:
        if work is not None:
            work.close()
