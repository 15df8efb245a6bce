"""Which way up things are, what lies on what, and how high: plain facts of a scene."""

import math
from functools import lru_cache

from vlsim.things import CYLINDER_SIDES
from vlsim.world import KINDS, SceneState, Skill

STRAIGHT_DEG = 15.0
"""A thing stands if its axis is this close to vertical, and lies if so close to horizontal."""
RESTS = 0.01
"""How far from lying there a thing may be in height, metres."""
HOLD = 0.012
"""How far from its end a thing is held that lies and shall stand, metres."""


def upwards(scene: SceneState, index: int) -> float:
    """Return the cosine between a thing's own axis and the vertical, 1 where it was put upright.

    The sides of a cube are all alike: of its three axes the one that is nearest to vertical counts.
    """
    x, y, z, w = scene.orientations_xyzw[index].tolist()
    own = 1.0 - 2.0 * float(x * x + y * y)
    if not KINDS[scene.specs[index].kind].square:
        return own
    return max(2.0 * abs(float(x * z - y * w)), 2.0 * abs(float(y * z + x * w)), abs(own))


def is_standing(scene: SceneState, index: int) -> bool:
    """Whether its axis is vertical, either end up."""
    return abs(upwards(scene, index)) >= math.cos(math.radians(STRAIGHT_DEG))


def is_lying(scene: SceneState, index: int) -> bool:
    """Whether its axis is horizontal; a cube never lies."""
    return abs(upwards(scene, index)) <= math.sin(math.radians(STRAIGHT_DEG))


def has_fallen(scene: SceneState, index: int) -> bool:
    """Whether a thing lies on its side that has flat ends to stand on: a cylinder."""
    return index in fallen_things(scene)


# Every goal that is looked at asks for it, of the same scene.
@lru_cache(maxsize=64)
def fallen_things(scene: SceneState) -> frozenset[int]:
    """Return the things that lie on their side and have flat ends to stand on."""
    kinds = (KINDS[spec.kind] for spec in scene.specs)
    round_ones = (i for i, kind in enumerate(kinds) if kind.flat and not kind.square)
    return frozenset(i for i in round_ones if is_lying(scene, i))


def is_in_bowl(scene: SceneState, index: int) -> bool:
    """Whether a thing that can be moved lies in a bowl."""
    return index in _in_bowls(scene)


@lru_cache(maxsize=64)
def _in_bowls(scene: SceneState) -> frozenset[int]:
    bowls = [
        (c, s.radius) for c, s in zip(scene.centres, scene.specs, strict=True) if s.inner_radius
    ]
    return frozenset(
        i
        for i, spec in enumerate(scene.specs)
        if spec.movable
        and any(math.dist(scene.centres[i][:2], centre[:2]) < radius for centre, radius in bowls)
    )


def footprint(scene: SceneState, index: int) -> float:
    """Return the radius of the circle around a thing's outline, the way it lies, metres."""
    spec = scene.specs[index]
    if not has_fallen(scene, index):
        return spec.footprint
    return math.hypot(spec.radius, spec.height / 2)


def heading(scene: SceneState, index: int) -> float:
    """Return along which line a thing's axis runs, seen from above, between -pi/2 and pi/2."""
    x, y, z, w = scene.orientations_xyzw[index].tolist()
    return math.remainder(math.atan2(2 * (y * z - x * w), 2 * (x * z + y * w)), math.pi)


def near_end(scene: SceneState, index: int, yaw: float) -> tuple[float, float]:
    """Return where a lying thing is held to set it up, near its end on the robot's side.

    Args:
        scene: The facts.
        index: The thing.
        yaw: Along which line it is taken to lie, radians.
    """
    x, y, _ = scene.positions_world[index].tolist()
    arm = scene.specs[index].height / 2 - HOLD
    return x - arm * math.cos(yaw), y - arm * math.sin(yaw)


def laid(scene: SceneState, index: int, yaw: float) -> SceneState:
    """Return the scene with a cylinder on its side where it is, its axis along `yaw`, at rest."""
    # A turn about the own axis first, so that it lies on one of its sides and does not roll on.
    roll = math.pi / CYLINDER_SIDES / 2
    sin, cos = math.sin(yaw / 2), math.cos(yaw / 2)
    positions, orientations = scene.positions_world.copy(), scene.orientations_xyzw.copy()
    velocities = scene.velocities_world.copy()
    positions[index, 2], velocities[index] = scene.specs[index].radius, 0.0
    a, b = math.sqrt(0.5) * math.sin(roll), math.sqrt(0.5) * math.cos(roll)
    orientations[index] = cos * a - sin * b, cos * b + sin * a, cos * a + sin * b, cos * b - sin * a
    return scene.replace(
        positions_world=positions, orientations_xyzw=orientations, velocities_world=velocities
    )


def can_carry(scene: SceneState, index: int) -> bool:
    """Whether things would rest on top of it: it is flat there, movable, and stands."""
    return KINDS[scene.specs[index].kind].flat and is_standing(scene, index)


def top(scene: SceneState, index: int) -> float:
    """Return how high a thing reaches that stands, metres above the table."""
    return scene.centres[index][2] + scene.specs[index].height / 2


def rests_on(scene: SceneState, upper: int, lower: int) -> bool:
    """Whether one thing lies on top of the other: its centre over the other's top, both upright."""
    bottom = top(scene, upper) - scene.specs[upper].height
    return (
        abs(bottom - top(scene, lower)) <= RESTS
        and scene.distance_xy(upper, lower) <= scene.specs[lower].radius
        and can_carry(scene, lower)
        and is_standing(scene, upper)
    )


def things_at(scene: SceneState, xy: tuple[float, float]) -> list[int]:
    """Return the movable things over or under a point, the highest first."""
    found = [
        (-z, i)
        for i, (spec, (x, y, z)) in enumerate(
            zip(scene.specs, scene.positions_world.tolist(), strict=True)
        )
        if spec.movable and math.hypot(x - xy[0], y - xy[1]) <= spec.radius
    ]
    return [i for _, i in sorted(found)]


def pushed(skill: Skill, scene: SceneState) -> int | None:
    """Return the movable thing nearest to the middle of a way, None if there is none."""
    middle = [(a + b) / 2 for a, b in zip(skill.start_world, skill.end_world, strict=True)]
    found = [
        (math.dist(middle, xyz[:2]), i)
        for i, xyz in enumerate(scene.positions_world.tolist())
        if scene.specs[i].movable
    ]
    return min(found)[1] if found else None


def load_of(scene: SceneState, index: int) -> list[int]:
    """Return the things that lie on top of this one, directly or not, the highest first."""
    found: list[int] = []
    for i, spec in enumerate(scene.specs):
        if spec.movable and i != index and rests_on(scene, i, index):
            found = [*load_of(scene, i), i]
    return found


def ground_at(scene: SceneState, xy: tuple[float, float], but: int | None = None) -> float:
    """Return how high a thing would lie that is left at a point, metres: 0 on the table.

    Args:
        scene: The facts.
        xy: World frame, metres.
        but: A thing that does not count, because it is what is left or taken there.
    """
    carriers = (i for i in things_at(scene, xy) if i != but and can_carry(scene, i))
    return max((top(scene, i) for i in carriers), default=0.0)


def highest(scene: SceneState, but: int | None = None) -> float:
    """Return how high anything reaches except one thing, metres."""
    return max((top(scene, i) for i in range(len(scene.specs)) if i != but), default=0.0)
