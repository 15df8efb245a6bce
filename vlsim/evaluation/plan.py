"""What a benchmark measures: which policies, which sets, how many episodes."""

from collections.abc import Sequence
from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.evaluation.policy import PolicyFactory

Key = tuple[str, str, int]
"""(policy, set, seed) of an episode."""


@dataclass(frozen=True)
class Entrant:
    """A policy that takes part."""

    name: str
    """How it is called in the results."""
    make: PolicyFactory
    """Makes it, in each worker process; must be picklable."""
    fingerprint: str = ""
    """Hash of its weights: a folder of results never mixes two policies of one name."""
    is_bound: bool = False
    """Whether it only says what is possible, like the expert, and is not compared."""


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    task: str
    control: str
    sets: tuple[str, ...]
    controls: tuple[str, ...] = ()
    """Sets that show what success is worth: run and shown whether asked for or not."""
    episodes: int = 200
    seed: int = 0
    films: int = 2
    """Failures to film, of each policy on each set that is no control."""
    robot: str = "panda"
    randomization: str = ""
    """What differs between episodes beside the scene, in the words that were typed."""
    environment: str = ""
    """Whatever else the episodes depend on, such as the size of the picture."""
    files: tuple[tuple[str, str], ...] = ()
    """(name, hash) of the sets that come from a file: two of one name are never mixed."""

    def __post_init__(self) -> None:
        """Refuse a plan that measures nothing."""
        if not self.all_sets:
            raise InvalidValueError("A benchmark needs at least one instruction set, got none.")
        if self.films < 0:
            raise InvalidValueError(f"films must be 0 or more, got {self.films}.")

    @property
    def setting(self) -> dict[str, str]:
        """What the results are said to be of."""
        return {
            "task": self.task,
            "control": self.control,
            "robot": self.robot,
            "randomization": self.randomization,
        }

    @property
    def all_sets(self) -> tuple[str, ...]:
        """What was asked for, then the controls, each once."""
        asked = [name for name in self.sets if name not in self.controls]
        return tuple(dict.fromkeys((*asked, *self.controls)))


def check_entrants(entrants: Sequence[Entrant]) -> None:
    """Refuse an empty list and two policies of one name."""
    names = [entrant.name for entrant in entrants]
    if not names:
        raise InvalidValueError("A benchmark needs at least one policy, got none.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValueError(f"The policy '{twice[0]}' is named twice; each can enter once.")
