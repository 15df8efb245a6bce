"""A scene as JSON has it, and the state that it describes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.reader import read_as
from vlsim.world.hand import HOME_EE_POSITION, MAX_OPENING
from vlsim.world.joint import JOINT_SLACK
from vlsim.world.space import REACH_OF_WORLD
from vlsim.world.state import MAX_OBJECTS, SceneState
from vlsim.world.things import PLAIN, ObjectSpec

Triple: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class WrittenObject:
    """An object of a scene, as JSON has it: metres, world frame."""

    kind: str
    color: str
    position: Triple
    size: str = "small"
    material: str = PLAIN
    orientation_xyzw: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    joint_position: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be, or cannot be there."""
        spec = self.spec
        _check_reach(position=self.position)
        if abs(math.hypot(*self.orientation_xyzw) - 1.0) > 1e-3:
            raise InvalidValueError(
                f"'orientation_xyzw' must have length 1, got {self.orientation_xyzw}."
            )
        low, high = spec.joint.range if spec.joint else (0.0, 0.0)
        slack = JOINT_SLACK if spec.joint else 0.0
        if not low - slack <= self.joint_position <= high + slack:
            raise InvalidValueError(
                f"'joint_position' of a {spec.size} {spec.kind} must lie between {low:g} and "
                f"{high:g} metres, got {self.joint_position:g}."
            )

    @cached_property
    def spec(self) -> ObjectSpec:
        """What the object is."""
        return ObjectSpec(self.kind, self.color, self.size, self.material)


@dataclass(frozen=True)
class WrittenScene:
    """A scene, as JSON has it."""

    objects: tuple[WrittenObject, ...]
    velocities: tuple[Triple, ...] | None = None
    ee_position: Triple = HOME_EE_POSITION
    ee_yaw: float = 0.0
    gripper_opening: float = MAX_OPENING
    ee_tilt: float = 0.0

    def __post_init__(self) -> None:
        """Refuse too many objects, and velocities of others."""
        k = len(self.objects)
        if k > MAX_OBJECTS:
            raise InvalidValueError(f"A scene holds at most {MAX_OBJECTS} objects, got {k}.")
        if self.velocities is not None and len(self.velocities) != k:
            raise InvalidValueError(
                f"'velocities' must be {k}, one for each object, got {len(self.velocities)}."
            )
        _check_reach(
            velocities=[number for row in self.velocities or () for number in row],
            ee_position=self.ee_position,
            ee_yaw=[self.ee_yaw],
            gripper_opening=[self.gripper_opening],
            ee_tilt=[self.ee_tilt],
        )

    def state(self) -> SceneState:
        """Return the state."""
        k = len(self.objects)
        return SceneState(
            specs=tuple(o.spec for o in self.objects),
            positions_world=np.array([o.position for o in self.objects]).reshape(k, 3),
            orientations_xyzw=np.array([o.orientation_xyzw for o in self.objects]).reshape(k, 4),
            velocities_world=np.zeros((k, 3))
            if self.velocities is None
            else np.array(self.velocities).reshape(k, 3),
            joint_positions=np.array([o.joint_position for o in self.objects]).reshape(k),
            ee_position_world=np.array(self.ee_position),
            ee_yaw=self.ee_yaw,
            gripper_opening=self.gripper_opening,
            ee_tilt=self.ee_tilt,
        )


def _check_reach(**numbers: Sequence[float]) -> None:
    """Refuse what was meant in other units, by the name of its field."""
    for name, values in numbers.items():
        if max(map(abs, values), default=0.0) > REACH_OF_WORLD:
            raise InvalidValueError(
                f"'{name}' must be within {REACH_OF_WORLD:g}, got {max(values, key=abs):g}."
            )


def scene_from_json(data: Mapping[str, Any]) -> SceneState:
    """Build what `SceneState.to_json` wrote; of objects, kind, color and position are needed.

    Raises:
        InvalidValueError: If something is missing, unknown, of the wrong shape, not a finite
            number, or there are more than `MAX_OBJECTS` objects; says where.
    """
    return read_as(WrittenScene, data, "A scene").state()
