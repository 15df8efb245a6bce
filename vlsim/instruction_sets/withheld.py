"""Sets that ask for what training withholds although it knows all parts of it (`hold_outs`)."""

from dataclasses import dataclass

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.hold_outs import withheld
from vlsim.world import SceneState


@dataclass(frozen=True)
class Withheld(InstructionSet):
    """Goals that the rule of this name withholds from training, and no other rule.

    attribute-ref   Lifting, arranging, opening, closing, pressing or sliding, training never says
                    the colour of a green cube, red cylinder, orange ball, purple bowl, yellow pad,
                    blue drawer, green button or red slider. It shows them, calls them by kind and
                    size, and says these colours of other things.
    direction       Training never says to push to the back left. It says the other seven
                    directions; things pushed onto a pad may go that way.
    verb-object     Training never pushes a cylinder in a direction and never closes an orange
                    drawer. It pushes cubes in directions and cylinders onto pads, opens orange
                    drawers and closes others.
    """

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether this rule alone withholds the goal, and training shows all in the scene."""
        return withheld(goal, scene) == (self.name,) and all(map(self.admits, scene.specs))


ATTRIBUTE_REF = add(
    Withheld(
        "attribute-ref",
        "Names a target by a colour that training shows but never mentions for that kind.",
    )
)
DIRECTION = add(
    Withheld(
        "direction", "Pushes to the back left, the one of eight directions that training withholds."
    )
)
VERB_OBJECT = add(
    Withheld(
        "verb-object", "Known verbs on known objects, in combinations that training withholds."
    )
)
