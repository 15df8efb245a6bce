"""Goals: each file is one goal's page. CONTRIBUTING.md says what else a new goal touches."""

from vlsim.language.goals.arrange import Arrange
from vlsim.language.goals.base import (
    COMBINED,
    GOALS,
    Atom,
    Goal,
    Phrasings,
    Stage,
    goal_from_json,
)
from vlsim.language.goals.both import And
from vlsim.language.goals.close import Close
from vlsim.language.goals.conditional import If
from vlsim.language.goals.for_all import ForAll
from vlsim.language.goals.gather import Gather
from vlsim.language.goals.gather_around import GatherAround
from vlsim.language.goals.lift import Lift
from vlsim.language.goals.line_up import LineUp
from vlsim.language.goals.open import Open
from vlsim.language.goals.place import Place
from vlsim.language.goals.place_between import PlaceBetween
from vlsim.language.goals.press import Press
from vlsim.language.goals.push import Push
from vlsim.language.goals.push_away import PushAway
from vlsim.language.goals.push_beside import PushBeside
from vlsim.language.goals.push_to import PushTo
from vlsim.language.goals.put_back import PutBack
from vlsim.language.goals.reach import Reach
from vlsim.language.goals.separate import Separate
from vlsim.language.goals.slide import Slide
from vlsim.language.goals.sort import Sort
from vlsim.language.goals.stack import Stack, StackFour, StackThree
from vlsim.language.goals.stand_up import StandUp
from vlsim.language.goals.then import Then
from vlsim.language.goals.tip_over import TipOver
from vlsim.language.goals.turn import Turn
from vlsim.language.ref import Ref

__all__ = [
    "COMBINED",
    "GOALS",
    "And",
    "Arrange",
    "Atom",
    "Close",
    "ForAll",
    "Gather",
    "GatherAround",
    "Goal",
    "If",
    "Lift",
    "LineUp",
    "Open",
    "Phrasings",
    "Place",
    "PlaceBetween",
    "Press",
    "Push",
    "PushAway",
    "PushBeside",
    "PushTo",
    "PutBack",
    "Reach",
    "Ref",
    "Separate",
    "Slide",
    "Sort",
    "Stack",
    "StackFour",
    "StackThree",
    "Stage",
    "StandUp",
    "Then",
    "TipOver",
    "Turn",
    "goal_from_json",
]
