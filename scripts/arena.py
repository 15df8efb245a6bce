"""From the words of a command line to policies and environments, made where they are needed."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from vlsim import envs
from vlsim.agents import policies
from vlsim.deploy.manifest import read_manifest
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.evaluation.plan import Entrant
from vlsim.evaluation.policy import Environment, Policy
from vlsim.observation import IMAGE
from vlsim.scripts.sentences import Files

AUTO = "auto"
CONTROL = "ee_delta"
IMAGE_SIZE = 64
"""What a policy without training, such as the expert, gets."""
SIMULATION = ("data", "envs", "language", "scene")
"""Folders of the modules that episodes come from."""
MOST_WORKERS = 8
"""More are only started when asked for."""


@dataclass(frozen=True)
class PolicyMaker:
    """Loads a policy; unlike the policy itself, it can be sent to another process."""

    spec: str
    task: str
    control: str

    def __call__(self) -> Policy:
        """Load it."""
        return policies.load_policy(self.spec, self.task, self.control)


@dataclass(frozen=True)
class EnvMaker:
    """Makes environments; can be sent to another process."""

    task: str
    control: str
    image_size: int
    files: Files = ()
    """Instruction sets that are files, by the names that they are called."""

    def __call__(self, instruction_set: str) -> Environment:
        """Make the environment of an instruction set."""
        return envs.make_env(
            self.task,
            self.control,
            instruction_set=dict(self.files).get(instruction_set, instruction_set),
            image_size=self.image_size,
            render_mode="rgb_array",
        )

    @property
    def description(self) -> str:
        """What the episodes depend on besides task and control."""
        return f"image_size={self.image_size}, code={simulation_code()}"


def entrant(spec: str, task: str, control: str, *, is_bound: bool = False) -> Entrant:
    """Return a participant of a benchmark, with the hash of its weights if it has any."""
    bundle = policies.find_bundle(spec)
    fingerprint = str(read_manifest(bundle)["sha256"]) if bundle else ""
    return Entrant(spec, PolicyMaker(spec, task, control), fingerprint, is_bound)


def conditions(specs: Sequence[str], control: str, image_size: int) -> tuple[str, int]:
    """Return control mode and size of the picture: as asked for, or as the policies were trained.

    Args:
        specs: The policies.
        control: A control mode, or `AUTO`.
        image_size: Pixels, or 0 for what the policies were trained with.

    Raises:
        InvalidValueError: If the policies were trained for different ones, or for others than
            asked for.
    """
    trained = {
        spec: read_manifest(path)["spec"] for spec in specs if (path := policies.find_bundle(spec))
    }
    return (
        str(_agree("control", None if control == AUTO else control, trained, CONTROL)),
        int(_agree("image_size", image_size or None, trained, IMAGE_SIZE)),
    )


def check_task(task: str) -> None:
    """Refuse a task that does not exist, with the nearest name."""
    if task not in envs.ENV_IDS:
        raise UnknownNameError("task", task, envs.ENV_IDS)


def split_sets(words: str) -> tuple[str, ...]:
    """Split "seen,combo" and refuse sets that do not exist.

    >>> split_sets("seen, combo")
    ('seen', 'combo')
    """
    from vlsim.language.sets import SETS

    names = tuple(name.strip() for name in words.split(",") if name.strip())
    return tuple(SETS[name].name for name in names)


def control_sets() -> tuple[str, ...]:
    """Return the sets that are controls."""
    from vlsim.language.sets import SETS

    return tuple(name for name, chosen in SETS.items() if chosen.is_control)


def golden_frame(make_env: EnvMaker) -> str:
    """Return a hash of the first picture of a fixed episode, the fingerprint of the renderer."""
    env = make_env("seen")
    try:
        observation, _ = env.reset(seed=0)
    finally:
        env.close()
    return hashlib.sha256(observation[IMAGE].tobytes()).hexdigest()[:16]


def simulation_code() -> str:
    """Return a hash of the modules that episodes come from.

    A revision would not do: it changes with every README, and not with edits before a commit.
    """
    package = Path(str(files("vlsim")))
    sources = [path for name in SIMULATION for path in (package / name).rglob("*.py")]
    sources += [package / f"{name}.py" for name in ("observation", "seeding", "world")]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def usable_cores() -> int:
    """Return how many processes to use if nothing is asked for: one for each core we may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def _agree(
    name: str, asked: str | int | None, trained: dict[str, dict[str, Any]], default: str | int
) -> str | int:
    found = {spec: entry[name] for spec, entry in trained.items() if name in entry}
    for spec, value in found.items():
        if asked is None:
            asked = value
        if value != asked:
            raise InvalidValueError(
                f"{spec} was trained with {name} {value}, not {asked}: policies of one benchmark "
                "need the same."
            )
    return default if asked is None else asked
