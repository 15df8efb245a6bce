"""Motions of the arm, one page each; what they need, where they lead."""

from vlsim.skills.base import SKILLS, Skill, Waypoint, after, waypoints
from vlsim.skills.drag import Drag
from vlsim.skills.lift import Lift
from vlsim.skills.motion import Motion
from vlsim.skills.pick_place import PickPlace
from vlsim.skills.press import Press
from vlsim.skills.push import Push
from vlsim.skills.reach import Reach
from vlsim.skills.stand import Stand
from vlsim.skills.tip import Tip
from vlsim.skills.turn import Turn

# In the order in which actions choose among them; a new one goes to the end.
SKILLS.add("reach", Reach)
SKILLS.add("push", Push)
SKILLS.add("lift", Lift)
SKILLS.add("pick_place", PickPlace)
SKILLS.add("press", Press)
SKILLS.add("drag", Drag)
SKILLS.add("turn", Turn)
SKILLS.add("tip", Tip)
SKILLS.add("stand", Stand)

__all__ = [
    "SKILLS",
    "Drag",
    "Lift",
    "Motion",
    "PickPlace",
    "Press",
    "Push",
    "Reach",
    "Skill",
    "Stand",
    "Tip",
    "Turn",
    "Waypoint",
    "after",
    "waypoints",
]
