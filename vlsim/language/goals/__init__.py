"""Goals: each file is one goal's page. A new goal is one new file and one import line here."""

from vlsim.language.goals.arrange import Arrange
from vlsim.language.goals.base import GOALS, Goal, Phrasings, goal_from_json
from vlsim.language.goals.close import Close
from vlsim.language.goals.lift import Lift
from vlsim.language.goals.open import Open
from vlsim.language.goals.place import Place
from vlsim.language.goals.press import Press
from vlsim.language.goals.push import Push
from vlsim.language.goals.push_to import PushTo
from vlsim.language.goals.reach import Reach
from vlsim.language.goals.slide import Slide
from vlsim.language.goals.stack import Stack, StackFour, StackThree
from vlsim.language.ref import Ref

__all__ = [
    "GOALS",
    "Arrange",
    "Close",
    "Goal",
    "Lift",
    "Open",
    "Phrasings",
    "Place",
    "Press",
    "Push",
    "PushTo",
    "Reach",
    "Ref",
    "Slide",
    "Stack",
    "StackFour",
    "StackThree",
    "goal_from_json",
]
