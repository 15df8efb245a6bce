"""The goals and sentences of `seen` on the same seeds, under conditions that training never has.

Training has none of them unless it is asked for a randomisation; who trains with one has trained
under the conditions of the set with its name.
"""

from vlsim.language.sets.base import InstructionSet, add

_SAID = "Seen scenes and sentences; "

BACKGROUND = add(
    InstructionSet(
        "background", _SAID + "other tables, walls and textures.", randomization=("background",)
    )
)
LIGHT = add(
    InstructionSet(
        "light", _SAID + "the lamp elsewhere, with another strength.", randomization=("light",)
    )
)
CAMERA = add(
    InstructionSet(
        "camera", _SAID + "the front camera moved, its lens changed.", randomization=("camera",)
    )
)
ROBOT_INIT = add(
    InstructionSet(
        "robot-init", _SAID + "the arm begins away from home.", randomization=("robot-init",)
    )
)
NOISE = add(
    InstructionSet("noise", _SAID + "noise in pictures and measurements.", randomization=("noise",))
)
