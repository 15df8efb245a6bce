"""What every term of the randomisation has: fields with distributions, a stream, an interval."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

from vlsim.errors import InvalidValueError
from vlsim.reader import read_as
from vlsim.scene.randomization.distributions import (
    Choice,
    Constant,
    Distribution,
    check_numbers,
    check_words,
    distribution_of,
    distribution_to_json,
)
from vlsim.scene.simulation import Simulation
from vlsim.seeding import stream

Values = dict[str, Any]
"""What one draw of a term gave, by field: numbers, words, or lists of them."""


@dataclass(frozen=True)
class Extent:
    """What may be drawn for a field, and how often.

    Args:
        low: Smallest number.
        high: Largest number.
        whole: Whole numbers only.
        size: Numbers of one draw; 0 is a single one.
        per: "object", "camera" or "distractor" draws for each of them, "" once.
        words: If given, one of these is drawn instead of a number.
    """

    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    size: int = 0
    per: str = ""
    words: tuple[str, ...] = ()


def drawn(default: Distribution, extent: Extent) -> Any:  # noqa: ANN401 (as dataclasses.field)
    """Return a dataclass field with a distribution in it."""
    return field(default=default, metadata={"extent": extent})


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing that differs from episode to episode.

    Args:
        every: Draw again every so many steps; 0 draws at the reset only.

    Raises:
        InvalidValueError: If a distribution is malformed or leaves the range of its field; the
            line names the term and the field.
    """

    name: ClassVar[str]
    at_reset_only: ClassVar[bool] = False
    every: int = 0

    def __post_init__(self) -> None:
        """Turn JSON into distributions and refuse what cannot be drawn from."""
        if self.every < 0:
            raise InvalidValueError(
                f"{self.name}.every must be a whole number of steps, 0 or more, got {self.every!r}."
            )
        if self.every and self.at_reset_only:
            raise InvalidValueError(
                f"'{self.name}' acts at the reset only: its 'every' must be 0, got {self.every}."
            )
        for one in self.drawn_fields():
            where = f"{self.name}.{one.name}"
            distribution = distribution_of(where, getattr(self, one.name))
            # Frozen: the JSON form that was passed becomes what it describes.
            object.__setattr__(self, one.name, distribution)
            self.check(where, distribution, one.metadata["extent"])

    def check(self, where: str, distribution: Distribution, extent: Extent) -> None:
        """Refuse a distribution that does not fit its field."""
        if extent.words:
            check_words(where, distribution, extent.words)
            return
        check_numbers(where, distribution, extent.low, extent.high)
        if extent.whole:
            listed = isinstance(distribution, Choice | Constant)
            if not listed or not all(isinstance(v, int) for v in distribution.values()):
                raise InvalidValueError(
                    f"{where} counts whole steps: use {{'choice': [0, 1, 2, 3]}} or one number, "
                    f"got {distribution}."
                )

    @classmethod
    def drawn_fields(cls) -> list["Field[Any]"]:
        """Return the fields with distributions, in order."""
        return [one for one in fields(cls) if "extent" in one.metadata]

    @classmethod
    def from_json(cls, given: object) -> "Term":
        """Return the term with the fields of a mapping; the others keep their defaults.

        Raises:
            InvalidValueError: If it is none, or a field does not exist or cannot be; says which.
        """
        return read_as(cls, given, f"The randomisation term '{cls.name}'")

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` turns into an equal term."""
        found = {
            one.name: distribution_to_json(getattr(self, one.name)) for one in self.drawn_fields()
        }
        return {"every": self.every, **found}

    def draw(self, seed: int, nth: int, counts: Mapping[str, int]) -> Values:
        """Return the values of the nth draw of an episode.

        Each field has a stream of its own, so that no other field, term or camera changes it.

        Args:
            seed: Of the episode.
            nth: 0 at the reset, then 1, 2, …
            counts: How many there are of each "object", "camera" and "distractor".
        """
        values: Values = {}
        for one in self.drawn_fields():
            distribution, extent = getattr(self, one.name), one.metadata["extent"]
            shape = ((counts[extent.per],) if extent.per else ()) + (
                (extent.size,) if extent.size else ()
            )
            rng = stream(seed, "randomization", self.name, one.name, nth)
            found = distribution.draw(rng, shape)
            if found.dtype.kind in "iuf":
                found = found.clip(extent.low, extent.high)
            values[one.name] = found.tolist()
        return values

    def apply(self, simulation: Simulation, values: Values) -> None:
        """Change the simulation; what acts elsewhere (noise, latency) changes nothing here."""
