"""Goals: each file is one goal's page. CONTRIBUTING.md says what else a new goal touches."""

from vlsim.goals.atoms.arrange import Arrange
from vlsim.goals.atoms.close import Close
from vlsim.goals.atoms.gather import Gather
from vlsim.goals.atoms.gather_around import GatherAround
from vlsim.goals.atoms.lift import Lift
from vlsim.goals.atoms.line_up import LineUp
from vlsim.goals.atoms.open import Open
from vlsim.goals.atoms.place import Place
from vlsim.goals.atoms.place_between import PlaceBetween
from vlsim.goals.atoms.press import Press
from vlsim.goals.atoms.push import Push
from vlsim.goals.atoms.push_away import PushAway
from vlsim.goals.atoms.push_beside import PushBeside
from vlsim.goals.atoms.push_to import PushTo
from vlsim.goals.atoms.put_back import PutBack
from vlsim.goals.atoms.reach import Reach
from vlsim.goals.atoms.separate import Separate
from vlsim.goals.atoms.slide import Slide
from vlsim.goals.atoms.sort import Sort
from vlsim.goals.atoms.stack import Stack, StackFour, StackThree
from vlsim.goals.atoms.stand_up import StandUp
from vlsim.goals.atoms.tip_over import TipOver
from vlsim.goals.atoms.turn import Turn
from vlsim.goals.base import COMBINED, GOALS, Atom, Goal, Phrasings, Stage, goal_from_json
from vlsim.goals.combined.both import And
from vlsim.goals.combined.conditional import If
from vlsim.goals.combined.for_all import ForAll
from vlsim.goals.combined.then import Then
from vlsim.referring.ref import Ref

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
