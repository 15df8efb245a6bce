"""Every way in which vlsim says no: what, got, allowed, remedy, in one line."""

import difflib
from collections.abc import Iterable


class VlsimError(Exception):
    """Base of all errors that a user's input can cause; commands print it and exit with code 2."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the message, since some subclasses are made from other arguments than that."""
        return _rebuild, (type(self), str(self))


def _rebuild(cls: type[VlsimError], message: str) -> VlsimError:
    error = cls.__new__(cls)
    error.args = (message,)
    return error


class UnknownNameError(VlsimError, LookupError):
    """Raised when a task, set, preset, policy or other registered name does not exist."""

    def __init__(self, noun: str, name: str | None = None, known: Iterable[str] = ()) -> None:
        """Say which name is unknown, the nearest known one, and all known ones.

        >>> str(UnknownNameError("fusion module", "flim", ["concat", "film"]))
        "No fusion module named 'flim'. Did you mean 'film'? Known: concat, film."
        """
        if name is None:
            # So Gymnasium's vectors raise again what a worker raised: from the message alone.
            super().__init__(str(noun))
            return
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        super().__init__(f"No {noun} named '{name}'.{hint} Known: {', '.join(names) or 'none'}.")


def in_one_line(value: object) -> str:
    """Return a value as Python writes it, in one line of at most 80 characters.

    >>> in_one_line([1, "up"])
    "[1, 'up']"
    """
    return f"{' '.join(repr(value).split()):.80}"


class InvalidValueError(VlsimError, ValueError):
    """Raised when a value lies outside what is allowed."""


class NoDataError(InvalidValueError):
    """Raised when a metric has nothing to be of, which is not the same as zero."""


class MissingExtraError(VlsimError, ImportError):
    """Raised when an optional package is needed and absent."""

    def __init__(self, doing: str, package: str, extra: str, meanwhile: str = "") -> None:
        """Say what was being done, which package it needs, how to install it, what works now."""
        super().__init__(
            f"{doing} needs the package '{package}'. "
            f'Install it with: pip install "vlsim[{extra}]". {meanwhile}'.rstrip()
        )


class InstructionError(VlsimError, ValueError):
    """Raised when a sentence cannot be understood, names nothing, or names two things."""


class PlacementError(VlsimError, RuntimeError):
    """Raised when objects do not fit on the table; says how many do."""


class SimulationError(VlsimError, RuntimeError):
    """Raised when the simulator or an action produces something that is not finite."""


class RobotError(VlsimError, RuntimeError):
    """Raised when a robot fails, or had to be stopped."""


class BundleError(VlsimError, ValueError):
    """Raised when a policy bundle is incomplete, altered, or of an unknown version."""


class EngineError(VlsimError, RuntimeError):
    """Raised when a compiler builds no engine, or an engine does not compute."""


class WorkerError(VlsimError, RuntimeError):
    """Raised when a worker process died; says how to go on."""
