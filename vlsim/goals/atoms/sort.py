"""Sort: bring things of one colour, or of one kind, together and apart from the others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.goals.atoms.gather import TOGETHER
from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.crowd import crowding, gaps_between, scattering
from vlsim.goals.group import GroupGoal, radii_of
from vlsim.world import Array, SceneState

ASIDE = 0.08
"""Smallest gap between the outlines of things of different lots, metres."""
WAYS: dict[str, tuple[str, ...]] = {"color": ("color",), "kind": ("kind", "shape")}
"""What things are sorted by, and the words for it."""


def _phrasings(by: str) -> Phrasings:
    """Return what says that things shall be sorted by this."""
    train = (
        "sort {target} by %s",
        "please sort {target} by %s",
        "sort {target} by their %s",
        "sort {target} into groups by %s",
        "sort out {target} by %s",
        "group {target} by %s",
        "arrange {target} by %s",
        "arrange {target} in groups by %s",
        "put {target} of the same %s together",
        "place {target} of the same %s together",
        "move {target} of the same %s together",
        "by %s sort {target}",
    )
    held_out = (
        "organize {target} by %s",
        "classify {target} by %s",
        "tidy {target} up by %s",
        "split {target} into heaps by %s",
        "divide {target} according to their %s",
        "{target} should be sorted by %s",
        "{target} of one %s belong together",
    )
    reordered = (
        "go and sort {target} by %s",
        "lift {target} and set them down in groups by %s",
        "by %s put {target} in groups",
        "it is {target} that are to go in groups by %s",
    )
    return Phrasings(
        fields={"by": by},
        train=tuple(words % way for words in train for way in WAYS[by]),
        held_out=tuple(words % way for words in held_out for way in WAYS[by]),
        reordered=tuple(words % way for words in reordered for way in WAYS[by]),
    )


@GOALS.register("sort")
@dataclass(frozen=True)
class Sort(GroupGoal):
    """Bring the things of the group that are alike together, and apart from the others.

    Words       "sort {target} by color", "group {target} by shape", …
    Achieved    things of one lot hang together by gaps of at most 4.5 cm, things of two lots are
                8 cm or more apart; each on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to the nearest of them
                that is covered
                move: share of what their gaps were too wide or too narrow that is made up for
    Referents   target (movable things of two lots or more, at most one of which is a single thing;
                of these the one that has to be moved next)
    """

    name: ClassVar[str] = "sort"
    fewest: ClassVar[int] = 3
    phrasings: ClassVar[tuple[Phrasings, ...]] = tuple(_phrasings(by) for by in WAYS)

    by: str
    """What makes things alike: one of `WAYS`."""

    def __post_init__(self) -> None:
        """Refuse what things cannot be sorted by."""
        if self.by not in WAYS:
            raise InvalidValueError(f"by must be one of {', '.join(WAYS)}, got {self.by!r}.")

    def misfit_in(
        self, scene: SceneState, named: Mapping[str, tuple[int, ...]]
    ) -> tuple[str, str] | None:
        """Return what does not fit: there must be two lots, and two things of one."""
        lots = Counter(self._lots(scene, named["target"])).values()
        if len(lots) < 2 or sum(number == 1 for number in lots) > 1:
            return "target", f"should be things of two {self.by}s or more, and not all different"
        return super().misfit_in(scene, named)

    def lacking(
        self, scene: SceneState, members: Sequence[int], points: Array, spare: float
    ) -> Array:
        """Return by how much gaps are too wide in a lot, and too narrow between lots."""
        lots = np.array(self._lots(scene, members))
        gaps = gaps_between(points, radii_of(scene, members))
        lacks = crowding(gaps, ASIDE + spare, lots[:, None] != lots)
        for lot in sorted(set(lots.tolist())):
            own = np.flatnonzero(lots == lot)
            lacks += scattering(gaps[:, own[:, None], own], TOGETHER - spare)
        return lacks

    def _lots(self, scene: SceneState, members: Sequence[int]) -> list[str]:
        return [getattr(scene.specs[i], self.by) for i in members]
