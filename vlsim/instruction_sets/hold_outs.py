"""What training never asks for, although it shows everything that this would take.

Training is everything that no rule here matches: `seen` refuses such goals when it draws, and so do
all sets that vary something else. Reach, push_to and place have no rule: their episodes are those
of the first release. What one goal withholds another may say: `push_to` also pushes cylinders, and
sometimes to the back left.
"""

from collections.abc import Callable

from vlsim.goals import Atom, Push
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.things import COLORS, TRAINED_KINDS

NAMELESS_PAIRS: frozenset[tuple[str, str]] = frozenset(
    (kind, color)
    for k, kind in enumerate(TRAINED_KINDS)
    for c, color in enumerate(COLORS)
    if (c + k) % len(COLORS) == 1
)
"""Pairs (kind, colour) that training shows but never calls by their colour, one of each kind.

A diagonal of the same Latin square as the held-out pairs, so no pair is in both.
"""
NAMELESS_GOALS = frozenset(("lift", "arrange", "open", "close", "press", "slide"))
"""Goals for which those pairs are never called by their colour. In the tasks that draw only these
(Lift, Arrange, Drawer, Button, Slide) no sentence of training does it."""
WITHHELD_DIRECTION = "back left"
"""Training never says to push a thing this way; "to the back" and "to the left" it says."""
WITHHELD_VERBS: dict[str, Ref] = {"push": Ref("cylinder"), "close": Ref("drawer", "orange")}
"""What training never does with what, by goal. The same task has another goal that does something
else with it: cylinders are pushed onto pads, and orange drawers opened."""


def _by_color(goal: Atom, scene: SceneState) -> bool:
    return goal.name in NAMELESS_GOALS and any(
        getattr(goal, slot).color is not None
        and (scene.specs[i].kind, scene.specs[i].color) in NAMELESS_PAIRS
        for slot, indices in goal.named(scene).items()
        for i in indices
    )


def _that_way(goal: Atom, scene: SceneState) -> bool:
    return isinstance(goal, Push) and goal.direction == WITHHELD_DIRECTION


def _with_that(goal: Atom, scene: SceneState) -> bool:
    which = WITHHELD_VERBS.get(goal.name)
    return which is not None and any(
        which.matches(scene.specs[i]) for i in goal.named(scene)["target"]
    )


RULES: dict[str, Callable[[Atom, SceneState], bool]] = {
    "attribute-ref": _by_color,
    "direction": _that_way,
    "verb-object": _with_that,
}
"""The rule of each set that asks for what training withholds."""


def withheld(goal: Atom, scene: SceneState) -> tuple[str, ...]:
    """Return the names of the sets that training leaves this goal to; none for a trained goal."""
    return tuple(name for name, rule in RULES.items() if rule(goal, scene))
