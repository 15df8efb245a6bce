"""What is where: plain facts about a tabletop scene, without any simulator.

World frame = robot base frame: x points away from the robot, y to the robot's left, z up; the
table top is z = 0. Metres, radians, seconds. Directions in language are the front camera's, which
looks at the robot from the far side of the table: right is +y, left -y, in front (nearer to it) +x,
behind -x.
"""

from vlsim.world.hand import HOME_EE_POSITION, MAX_OPENING
from vlsim.world.space import REACH_OF_WORLD, WORKSPACE, Array
from vlsim.world.state import MAX_OBJECTS, REST_SPEED, SceneState, resting_scene
from vlsim.world.things import (
    COLORS,
    KINDS,
    MATERIALS,
    PLAIN,
    SIZES,
    TRAINED_KINDS,
    Kind,
    ObjectSpec,
)
from vlsim.world.written import scene_from_json

__all__ = [
    "COLORS",
    "HOME_EE_POSITION",
    "KINDS",
    "MATERIALS",
    "MAX_OBJECTS",
    "MAX_OPENING",
    "PLAIN",
    "REACH_OF_WORLD",
    "REST_SPEED",
    "SIZES",
    "TRAINED_KINDS",
    "WORKSPACE",
    "Array",
    "Kind",
    "ObjectSpec",
    "SceneState",
    "resting_scene",
    "scene_from_json",
]
