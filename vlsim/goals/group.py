"""What goals about a group share: its things are picked up and left one after the other."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import ClassVar

import numpy as np

from vlsim.errors import InstructionError
from vlsim.goals.base import SPARE_MOTIONS, Atom, share_covered
from vlsim.goals.handling import GRASP_DISTANCE, was_left
from vlsim.referring.ref import Many
from vlsim.skills.base import after
from vlsim.skills.motion import Motion
from vlsim.skills.rearrange import best_moves
from vlsim.world import Array, SceneState, resting_scene
from vlsim.world.distances import distance_to_ee, position_xy
from vlsim.world.hand import Hand
from vlsim.world.space import Point
from vlsim.world.things import ObjectSpec

CLEARLY = 0.03
"""A group that lacks less than this is not asked for, metres: it nearly is as it shall be."""
CELL = 0.005
"""Centres are taken this exactly to say which thing comes next, metres."""
IN_THE_AIR = 0.02
"""A thing that is this far off the table is the one that is being moved, metres."""


@dataclass(frozen=True)
class GroupGoal(Atom):
    """Bring all things of the group to where nothing is lacking."""

    skills: ClassVar[tuple[str, ...]] = ("pick_place",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    groups: ClassVar[tuple[str, ...]] = ("target",)
    fewest: ClassVar[int] = 2
    """How many things it takes."""

    @abstractmethod
    def lacking(
        self, scene: SceneState, members: Sequence[int], points: Array, spare: float
    ) -> Array:
        """Return what is lacking, in metres; 0 where all is as it shall be. Shape (S,).

        Args:
            scene: The facts about everything but the places of the group's things.
            members: The n things of the group.
            points: S places for each of them, shape (S, n, 2), metres.
            spare: How much better it shall be than success demands, metres.
        """

    def beside(self, scene: SceneState) -> tuple[int, ...]:
        """Return other things that the group may come close to."""
        return ()

    def misfit_in(
        self, scene: SceneState, named: Mapping[str, tuple[int, ...]]
    ) -> tuple[str, str] | None:
        """Return what does not fit, the number of things included."""
        if len(named["target"]) < self.fewest:
            return "target", f"should be {self.fewest} things or more for that"
        return super().misfit_in(scene, named)

    def check(self, scene: SceneState) -> None:
        """See `Goal.check`."""
        if isinstance(self.target, Many) and not self.target.every:
            raise InstructionError(
                f"'{self.target}' leaves open which; say 'all' or 'both', with their colour."
            )
        super().check(scene)

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether nothing is lacking, and all things lie on the table and were let go."""
        members = self.named(before)["target"]
        return all(was_left(now, i) for i in members) and self._lacks(now, members) <= 0.0

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 while nothing is lacking."""
        members = self.named(before)["target"]
        lacks = self._lacks(now, members)
        if lacks <= 0.0:
            return {"approach": 1.0, "move": 1.0}
        near = [min(distance_to_ee(s, i) for i in members) - GRASP_DISTANCE for s in (before, now)]
        return {
            "approach": share_covered(near[0], near[1]),
            "move": share_covered(self._lacks(before, members), lacks),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether something is clearly lacking, and there is room to mend it."""
        members = self.named(scene)["target"]
        return self._lacks(scene, members) >= CLEARLY and self.has_room(scene, members)

    def has_room(self, scene: SceneState, members: Sequence[int]) -> bool:
        """Whether the group's things find spots where they are wanted; on the table they do."""
        return True

    def plan(self, scene: SceneState) -> Motion:
        """Return a pick of one thing and a release where it helps most."""
        return self._motions(scene)[0]

    def plans(self, scene: SceneState) -> tuple[Motion, ...]:
        """Return the plan, and those for other things that need no more motions after them."""
        planned, *others = self._motions(scene)
        if not others:
            return (planned,)
        fewest = self._motions_after(planned, scene)
        return (planned, *(m for m in others if self._motions_after(m, scene) <= fewest))

    def next_target(self, before: SceneState, now: SceneState) -> int:
        """Return the thing of the group that has to be moved next.

        That is the one in the air, or what is looked for with centres to half a centimetre: it is
        asked for at every step of an environment, and the search takes longer than the step.
        """
        centres = now.positions_world.tolist()
        members = self.named(now)["target"]
        raised = (i for i in members if centres[i][2] - now.specs[i].height / 2 > IN_THE_AIR)
        rounded = tuple((round(x / CELL), round(y / CELL)) for x, y, _ in centres)
        target = next(raised, None)
        if target is None:
            # Bound, since places in words may mean something else in the middle of cells.
            target = _next_in(self.bind(now), now.specs, rounded, now.hand)
        return members[0] if target is None else target

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return what is next if any thing of the group was displaced most; else what was."""
        moved = super().attempted(before, now)
        return self.next_target(before, now) if moved in self.named(before)["target"] else moved

    def _motions(self, scene: SceneState) -> tuple[Motion, ...]:
        moves = _next_moves(self, scene)
        if not moves:
            index = self.named(scene)["target"][0]
            moves = ((index, position_xy(scene, index)),)
        return tuple(Motion("pick_place", position_xy(scene, i), spot) for i, spot in moves)

    def _motions_after(self, motion: Motion, scene: SceneState) -> int:
        """Return how many planned motions it takes after this one, by the forecast."""
        now, members = after(motion, scene), self.named(scene)["target"]
        most = len(members) + SPARE_MOTIONS
        for count in range(most):
            if self._lacks(now, members) <= 0.0:
                return count
            now = after(self.plan(now), now)
        return most

    def _lacks(self, scene: SceneState, members: Sequence[int]) -> float:
        points = scene.positions_world[None, list(members), :2]
        return float(self.lacking(scene, members, points, 0.0)[0])


# The plan and the next target ask for the same moves of the same scene.
@lru_cache(maxsize=64)
def _next_moves(goal: GroupGoal, scene: SceneState) -> tuple[tuple[int, Point], ...]:
    members = goal.named(scene)["target"]
    return best_moves(scene, members, partial(goal.lacking, scene, members), goal.beside(scene))


@lru_cache(maxsize=256)
def _next_in(
    goal: Atom, specs: tuple[ObjectSpec, ...], cells: tuple[tuple[int, int], ...], hand: Hand
) -> int | None:
    """Return what to move next with the things in the middle of cells of half a centimetre."""
    scene = resting_scene(specs, CELL * np.array(cells, float), np.zeros(len(specs)))
    scene = scene.replace(hand=hand)
    assert isinstance(goal, GroupGoal)
    moves = _next_moves(goal, scene)
    return moves[0][0] if moves else None


def radii_of(scene: SceneState, members: Sequence[int]) -> Array:
    """Return the radii of things. Shape (n,), metres."""
    return np.array([scene.specs[i].radius for i in members])
