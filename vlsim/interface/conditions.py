"""Whether a policy and an environment fit: what one needs beside what the other has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from vlsim.errors import InvalidValueError
from vlsim.interface.action import control_rate
from vlsim.interface.cameras import MAIN
from vlsim.interface.environment import Environment, truth_of
from vlsim.interface.policy import ANY, Informed, Policy, PolicySpec, rate_in_words


@dataclass(frozen=True)
class Conditions:
    """What an environment has."""

    control: str = "ee_delta"
    robot: str = "panda"
    cameras: Mapping[str, int] = field(default_factory=lambda: {MAIN: 64})
    """Names of its cameras, with the side of their pictures in pixels."""

    @property
    def image_size(self) -> int:
        """Side of the picture of the front camera, which every environment has."""
        return self.cameras[MAIN]


@runtime_checkable
class OffersConditions(Protocol):
    """An environment that says what it has."""

    @property
    def conditions(self) -> Conditions:
        """Control, robot and cameras."""


class Misfit(NamedTuple):
    """Something that a policy needs and an environment does not have."""

    option: str
    """Which option of the environment it is about."""
    words: str
    """What is needed, and what is there."""
    remedy: str
    """How to make an environment that fits."""


def misfits(spec: PolicySpec, conditions: Conditions) -> Iterator[Misfit]:
    """Yield everything in which a policy and an environment do not fit.

    >>> [found.words for found in misfits(PolicySpec("primitive"), Conditions("ee_delta"))]
    ["needs control 'primitive', not 'ee_delta'"]
    """
    for option in ("control", "robot"):
        wanted, got = getattr(spec, option), getattr(conditions, option)
        if wanted not in (ANY, got):
            remedy = f"Make the environment with {option}='{wanted}'."
            yield Misfit(option, f"needs {option} '{wanted}', not '{got}'", remedy)
    there = conditions.cameras
    if missing := [name for name in spec.cameras if name not in there]:
        names = tuple(dict.fromkeys((*there, *spec.cameras)))
        words = f"needs the camera '{missing[0]}', and there is {', '.join(there) or 'none'}"
        yield Misfit("cameras", words, f"Make the environment with cameras={names}.")
    for name, size in spec.cameras.items():
        if name in there and size not in (ANY, there[name]):
            words = f"needs pictures of camera '{name}' with {size} pixels, not {there[name]}"
            yield Misfit("image_size", words, f"Make the environment with image_size={size}.")
    if spec.rate_hz not in (ANY, rate := control_rate(conditions.control)):
        words = f"acts at {rate_in_words(spec.rate_hz)}, not at {rate_in_words(rate)}"
        yield Misfit("rate_hz", words, "Train or save it for the rate of the environment.")


def check_fit(policy: Policy, env: Environment) -> None:
    """Refuse a policy that cannot act in an environment, before its first episode.

    Raises:
        InvalidValueError: One line with what the policy needs, what there is, and what to do.
    """
    bare, spec = env.unwrapped, policy.spec
    if isinstance(bare, OffersConditions):
        for misfit in misfits(spec, bare.conditions):
            raise InvalidValueError(f"The policy '{policy.name}' {misfit.words}. {misfit.remedy}")
    elif needed := {k: v for k, v in spec.to_json().items() if k != "chunk" and v not in (ANY, {})}:
        raise InvalidValueError(
            f"The policy '{policy.name}' needs {', '.join(needed)}, and {type(bare).__name__} has "
            "no 'conditions' that say what it has; take a vlsim environment."
        )
    if isinstance(policy, Informed):
        truth_of(env, policy.name)
