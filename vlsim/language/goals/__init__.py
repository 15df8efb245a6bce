"""Goals: each file is one goal's page. A new goal is one new file and one import line here."""

from vlsim.language.goals.base import GOALS, Goal, Phrasings, goal_from_json
from vlsim.language.goals.close import Close
from vlsim.language.goals.open import Open
from vlsim.language.goals.place import Place
from vlsim.language.goals.press import Press
from vlsim.language.goals.push_to import PushTo
from vlsim.language.goals.reach import Reach
from vlsim.language.goals.slide import Slide
from vlsim.language.referring import Ref

__all__ = [
    "GOALS",
    "Close",
    "Goal",
    "Open",
    "Phrasings",
    "Place",
    "Press",
    "PushTo",
    "Reach",
    "Ref",
    "Slide",
    "goal_from_json",
]
