"""Held-out places on the table: the target stands where training never puts anything."""

import math
from dataclasses import dataclass, replace

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.referring.ref import Bound
from vlsim.world import WORKSPACE, SceneState
from vlsim.world.distances import position_xy
from vlsim.world.hand import HIGH, LOW

GAP, DEPTH = 0.01, 0.04
"""The strips reach from the first to the second distance beyond the workspace, metres."""
HALF_WIDTH = 0.16
"""How far they reach to both sides, metres: there the whole object is in the front picture."""
REACHABLE = tuple(zip(LOW[:2], HIGH[:2], strict=True))
"""Where the end effector can go, ((x low, x high), (y low, y high)), metres."""
CLEARANCE = 0.04
"""Free space round what is moved there, metres, as everywhere on the table."""
TRIES = 20
"""Places that are drawn before a scene stays as it is."""


@dataclass(frozen=True)
class Placement(InstructionSet):
    """The target stands in one of two strips along the near and the far edge of the workspace.

    No episode of training begins with a centre outside the workspace; arm and front camera reach
    6 cm farther, to the near and the far side only. Everything else, the place that things are
    brought to included, is as in training. Only what the robot can move is put there: bowls would
    leave the picture, and fixtures would come too near to the arm.
    """

    def rearrange(self, scene: SceneState, rng: np.random.Generator) -> SceneState:
        """Return the scene with one movable thing in a strip, or as it is if there is no room."""
        movable = [i for i, spec in enumerate(scene.specs) if spec.movable]
        if not movable:
            return scene
        index = movable[int(rng.integers(len(movable)))]
        radius = scene.specs[index].footprint
        low, high = WORKSPACE[0]
        for _ in range(TRIES):
            beyond, y = rng.uniform(GAP, DEPTH), rng.uniform(-HALF_WIDTH, HALF_WIDTH)
            x = high + beyond if rng.random() < 0.5 else low - beyond
            if all(
                math.dist((x, y), position_xy(scene, i)) >= radius + spec.footprint + CLEARANCE
                for i, spec in enumerate(scene.specs)
                if i != index
            ):
                positions = scene.positions_world.copy()
                positions[index, :2] = x, y
                return scene.replace(positions_world=positions)
        return scene

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target stands outside the workspace, and the arm can act on it there."""
        target = goal.subject(scene)
        x, _ = position_xy(scene, target)
        (low, high), _ = WORKSPACE
        # Of "all the cubes" each is acted on alone, and a plan is about one of them.
        one = goal if "target" in goal.groups else replace(goal, target=Bound(index=target))
        return (
            not low <= x <= high
            and super().matches(goal, scene)
            # A push begins behind the target, which may be beyond what the arm reaches.
            and all(
                first <= at <= last
                for at, (first, last) in zip(one.plan(scene).start_world, REACHABLE, strict=True)
            )
        )


PLACEMENT = add(
    Placement("placement", "The target stands in strips of the table that training leaves empty.")
)
