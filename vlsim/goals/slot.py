"""What may fill a slot of a goal, and why other things may not."""

from collections.abc import Callable
from dataclasses import dataclass

from vlsim.world.things import KINDS, ObjectSpec


@dataclass(frozen=True)
class Fit:
    """What fits in a slot.

    Args:
        admits: Whether such an object may fill it.
        why_not: What is wrong with any other, as an error message says it after its phrase.
    """

    admits: Callable[[ObjectSpec], bool]
    why_not: str


MOVABLE = Fit(
    lambda spec: spec.movable,
    f"cannot be moved; name one of: {', '.join(k for k in KINDS if KINDS[k].movable)}",
)


def has_round_ends(spec: ObjectSpec) -> bool:
    """Whether an object can be moved, and stand on an end or lie on its round side."""
    kind = KINDS[spec.kind]
    return kind.movable and kind.flat and not kind.square
