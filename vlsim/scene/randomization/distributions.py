"""What a value is drawn from: four distributions, in Python or in JSON."""

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vlsim.converter import misfit, reads
from vlsim.errors import InvalidValueError
from vlsim.reader import read_as


@dataclass(frozen=True)
class Uniform:
    """Every number from `low` to `high` is as likely as any other."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return numbers of that shape."""
        return rng.uniform(self.low, self.high, shape)

    def values(self) -> tuple[Any, ...]:
        """Return the ends."""
        return self.low, self.high


@dataclass(frozen=True)
class Normal:
    """The bell curve; what falls outside the range of a term's field is moved to its end."""

    mean: float
    std: float

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return numbers of that shape."""
        return rng.normal(self.mean, self.std, shape)

    def values(self) -> tuple[Any, ...]:
        """Return the mean: the tails are cut off."""
        return (self.mean,)


@dataclass(frozen=True)
class Choice:
    """One of `options`, each as likely as any other."""

    options: tuple[Any, ...]

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return options in that shape."""
        return np.array(self.options)[rng.integers(len(self.options), size=shape)]

    def values(self) -> tuple[Any, ...]:
        """Return the options."""
        return self.options


@dataclass(frozen=True)
class Constant:
    """Always `value`."""

    value: Any

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return the value in that shape."""
        return np.full(shape, self.value)

    def values(self) -> tuple[Any, ...]:
        """Return the value."""
        return (self.value,)


Distribution: TypeAlias = Uniform | Normal | Choice | Constant
DISTRIBUTIONS: dict[str, type[Distribution]] = {
    "uniform": Uniform,
    "normal": Normal,
    "choice": Choice,
    "constant": Constant,
}
FORMS = (
    "a number, {'uniform': [low, high]}, {'normal': [mean, std]}, {'choice': [...]} or "
    "{'constant': value}"
)


def distribution_of(where: str, given: object) -> Distribution:
    """Return the distribution that `given` describes, itself if it is one.

    >>> distribution_of("light.ambient", {"uniform": [0.4, 0.7]})
    Uniform(low=0.4, high=0.7)
    >>> distribution_of("light.ambient", 0.5)
    Constant(value=0.5)

    Args:
        where: Term and field, for the error.
        given: A distribution, its JSON form, or a single number or word.

    Raises:
        InvalidValueError: If it is neither.
    """
    return read_as(Distribution, given, where)  # type: ignore[arg-type]


@reads(Distribution, FORMS)
def _read_distribution(given: object, _: object) -> Distribution:
    if isinstance(given, Distribution):
        return given
    if isinstance(given, str) or _is_number(given):
        return Constant(given)
    if isinstance(given, Mapping) and len(given) == 1:
        (name, arguments), *_ = given.items()
        listed = isinstance(arguments, list | tuple)
        if name == "choice" and listed:
            return Choice(tuple(arguments))
        if name == "constant" and not listed:
            return Constant(arguments)
        if name in ("uniform", "normal") and listed and len(arguments) == 2:
            return DISTRIBUTIONS[name](*arguments)
    raise misfit(Distribution, given)


def distribution_to_json(distribution: Distribution) -> dict[str, Any]:
    """Return the form that `distribution_of` turns into an equal distribution."""
    name = next(n for n, kind in DISTRIBUTIONS.items() if isinstance(distribution, kind))
    if isinstance(distribution, Choice):
        return {name: list(distribution.options)}
    if isinstance(distribution, Constant):
        return {name: distribution.value}
    return {name: list(astuple(distribution))}


def check_numbers(where: str, distribution: Distribution, low: float, high: float) -> None:
    """Refuse what is no distribution of numbers from `low` to `high`, naming term and field."""
    parts = distribution.values()
    if isinstance(distribution, Normal):
        parts = (distribution.mean, distribution.std)
    if not parts or not all(_is_number(part) for part in parts):
        raise InvalidValueError(f"{where} must be drawn from finite numbers, got {distribution}.")
    if isinstance(distribution, Uniform) and distribution.low > distribution.high:
        raise InvalidValueError(
            f"{where}: the lower end of a uniform distribution must not be above the upper one, "
            f"got {distribution.low} and {distribution.high}."
        )
    if isinstance(distribution, Normal) and distribution.std < 0:
        raise InvalidValueError(f"{where}: std must not be negative, got {distribution.std}.")
    if min(distribution.values()) < low or max(distribution.values()) > high:
        raise InvalidValueError(f"{where} must lie in [{low:g}, {high:g}], got {distribution}.")


def check_words(where: str, distribution: Distribution, known: tuple[str, ...]) -> None:
    """Refuse what is no distribution of the words `known`, naming term and field."""
    listed = isinstance(distribution, Choice | Constant) and distribution.values()
    if not listed or not all(word in known for word in distribution.values()):
        raise InvalidValueError(
            f"{where} must be one of {', '.join(known)}, or {{'choice': [...]}} of some, got "
            f"{distribution}."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
