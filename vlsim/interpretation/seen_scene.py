"""From the things that a model sees in a picture to a scene, in which words can be resolved."""

from collections.abc import Sequence

import numpy as np

from vlsim.interface.perceiver import SeenThing
from vlsim.world import MAX_OBJECTS, SceneState, resting_scene
from vlsim.world.camera import Camera
from vlsim.world.things import KINDS, PLAIN, ObjectSpec


def seen_scene(
    things: Sequence[SeenThing], camera: Camera, *, are_open: bool = False
) -> SceneState:
    """Return the scene in which these things rest on the table, straight, where they are seen.

    Args:
        things: Of one picture, the surest first; no more than `MAX_OBJECTS` are taken.
        camera: What the picture was taken with.
        are_open: Whether drawers and the like stand open; pictures do not tell.
    """
    specs = [_spec(thing) for thing in things[:MAX_OBJECTS]]
    xy = [
        camera.to_table(np.array(thing.point), spec.height / 2)
        for thing, spec in zip(things, specs, strict=False)
    ]
    joints = [
        spec.joint.at(spec.joint.starts[-1 if are_open else 0]) if spec.joint else 0.0
        for spec in specs
    ]
    return resting_scene(
        tuple(specs), np.reshape(xy, (-1, 2)), np.zeros(len(specs)), np.array(joints)
    )


def _spec(thing: SeenThing) -> ObjectSpec:
    # Fixtures are plain, whatever a model takes them for.
    material = PLAIN if KINDS[thing.kind].joint else thing.material
    return ObjectSpec(thing.kind, thing.color, thing.size, material)
