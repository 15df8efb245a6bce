"""The goals and sentences of `seen` on the same seeds, under conditions that training never has.

Training has none of them unless it is asked for a randomisation; who trains with one has trained
under the conditions of the set with its name.
"""

from vlsim.instruction_sets.base import InstructionSet, add

_SAID = "Scenes and sentences of seen, "

BACKGROUND = add(
    InstructionSet(
        "background",
        _SAID + "with other tables, walls and textures.",
        randomization=("background",),
    )
)
LIGHT = add(
    InstructionSet(
        "light", _SAID + "with the lamp moved and its strength changed.", randomization=("light",)
    )
)
CAMERA = add(
    InstructionSet(
        "camera",
        _SAID + "with the front camera moved and its lens changed.",
        randomization=("camera",),
    )
)
ROBOT_INIT = add(
    InstructionSet(
        "robot-init", _SAID + "with the arm starting away from home.", randomization=("robot-init",)
    )
)
NOISE = add(
    InstructionSet(
        "noise", _SAID + "with noise in images and measurements.", randomization=("noise",)
    )
)
