"""What a benchmark measures: which policies, which sets, how many episodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vlsim.errors import InvalidValueError
from vlsim.instruction_sets.role import Role
from vlsim.interface.policy import PolicyFactory

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
    """Whether it only shows what is possible, like the expert, or what is chance. It reads no
    words, so it is neither compared with others nor run on controls that were not asked for."""


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    task: str
    control: str
    sets: tuple[str, ...]
    controls: Mapping[str, Role] = field(default_factory=dict)
    """Sets that show whether the words matter, with their roles: every policy that is no bound is
    run on them, whether they were asked for or not."""
    episodes: int = 200
    seed: int = 0
    films: int = 2
    """Failures to film, of each policy on each measured set; and its first success, unless 0."""
    robot: str = "panda"
    randomization: str = ""
    """What differs between episodes beside the scene, in the words that were typed."""
    environment: str = ""
    """Whatever else the episodes depend on, such as the size of the picture."""
    files: tuple[tuple[str, str], ...] = ()
    """(name, hash) of the sets that come from a file: two of one name are never mixed."""

    def __post_init__(self) -> None:
        """Refuse a plan that measures nothing."""
        if not self.sets:
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
        return controls_last((*self.sets, *self.controls), self.controls)

    def sets_of(self, entrant: Entrant) -> tuple[str, ...]:
        """Return the sets that a policy is run on: a bound only on those that were asked for."""
        return tuple(s for s in self.all_sets if s in self.sets or not entrant.is_bound)


def controls_last(sets: Sequence[str], controls: Mapping[str, Role]) -> tuple[str, ...]:
    """Return each set once, those that are controls after the others.

    >>> controls_last(["shuffled", "seen", "seen"], {"shuffled": "blind control"})
    ('seen', 'shuffled')
    """
    return tuple(sorted(dict.fromkeys(sets), key=lambda name: name in controls))


def check_entrants(entrants: Sequence[Entrant]) -> None:
    """Refuse an empty list and two policies of one name."""
    names = [entrant.name for entrant in entrants]
    if not names:
        raise InvalidValueError("A benchmark needs at least one policy, got none.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValueError(f"The policy '{twice[0]}' is named twice; each can enter once.")
