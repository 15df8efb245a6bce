"""What goals about fixtures share: a part on a joint has to come to where it is wanted."""

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import Atom, share_covered
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

BEYOND = 0.010
"""How far beyond the wanted place a drag aims, metres: the fingers give way by half a lever."""
ATTEMPTED = 0.1
"""A fixture whose part moved over less than this share of its range was not acted on."""


@dataclass(frozen=True)
class FixtureGoal(Atom):
    """Bring the moving part of the target to where it is wanted, within `tolerance`."""

    kind: ClassVar[str]
    """What the target has to be."""
    slots: ClassVar[tuple[str, ...]] = ("target",)
    tolerance: ClassVar[float]
    """Largest distance of the part from where it is wanted, metres."""

    @abstractmethod
    def wanted(self, scene: SceneState, target: int) -> float:
        """Return the joint position that the words ask for, metres."""

    @classmethod
    def can_fill(cls, slot: str, spec: ObjectSpec) -> bool:
        """Whether such an object may fill a slot: the target is the goal's kind of fixture."""
        return spec.kind == cls.kind

    def misfit(self, specs: Mapping[str, ObjectSpec]) -> tuple[str, str] | None:
        """Return what does not fit: the target must be the goal's kind of fixture."""
        if specs["target"].kind != self.kind:
            return "target", f"is nothing to {self.name}; name a {self.kind}"
        return None

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the part is where it is wanted."""
        return self._remaining(now) <= 0.0

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 while the part is where it is wanted."""
        remaining = self._remaining(now)
        if remaining <= 0.0:
            return {"approach": 1.0, "move": 1.0}
        return {
            "approach": share_covered(self._distance_to_hold(before), self._distance_to_hold(now)),
            "move": share_covered(self._remaining(before), remaining),
        }

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return the fixture that was moved most, as a share of its range; else a moved object."""
        shares = [
            (abs(b - a) / (spec.joint.range[1] - spec.joint.range[0]), -i)
            for i, (spec, a, b) in enumerate(
                zip(
                    now.specs,
                    before.joint_positions.tolist(),
                    now.joint_positions.tolist(),
                    strict=True,
                )
            )
            if spec.joint
        ]
        share, index = max(shares, default=(0.0, 0))
        return -index if share > ATTEMPTED else super().attempted(before, now)

    def plan(self, scene: SceneState) -> Motion:
        """Return the way of the handle from where it is to where it is wanted."""
        target = resolve_one(self.target, scene)
        way = self.wanted(scene, target) - float(scene.joint_positions[target])
        start = scene.hold_world(target)
        end = start + (way + math.copysign(BEYOND, way)) * scene.joint_axis_world(target)
        (x, y, _), (end_x, end_y, _) = start.tolist(), end.tolist()
        (skill,) = self.skills
        return Motion(skill, (x, y), (end_x, end_y))

    def after_motion(self, scene: SceneState) -> SceneState:
        """Return the scene with the part where it is wanted."""
        target = resolve_one(self.target, scene)
        joints = scene.joint_positions.copy()
        joints[target] = self.wanted(scene, target)
        return scene.replace(joint_positions=joints)

    def _remaining(self, scene: SceneState) -> float:
        target = resolve_one(self.target, scene)
        way = self.wanted(scene, target) - float(scene.joint_positions[target])
        return abs(way) - self.tolerance

    def _distance_to_hold(self, scene: SceneState) -> float:
        target = resolve_one(self.target, scene)
        return math.dist(scene.ee_position_world.tolist(), scene.hold_world(target).tolist())


def joint_range(scene: SceneState, target: int) -> tuple[float, float]:
    """Return the lowest and the highest joint position of a fixture, metres."""
    joint = scene.specs[target].joint
    assert joint is not None
    return joint.range
