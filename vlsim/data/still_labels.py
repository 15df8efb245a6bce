"""What a sentence is about in a scene, and what to do there next, role by role."""

from vlsim.errors import InstructionError
from vlsim.goals import Atom, Goal
from vlsim.goals.monitor import Monitor
from vlsim.interface.labels import ROLES
from vlsim.referring.ref import Ref
from vlsim.world import SceneState


def labels(goal: Goal, scene: SceneState, monitor: Monitor) -> dict[str, tuple[int, Ref]]:
    """Return what each role of a sentence is about, and the phrase that names it.

    A combined goal is labelled with what the robot has to do next: the present step of a chain, the
    first part that is not true yet, the side of a condition that counts in this scene, one of the
    things of a plural.

    Args:
        goal: What the sentence asks for.
        scene: Where it is asked for.
        monitor: What has become of it since then.
    """
    atom, roles = monitor.atom, monitor.roles
    phrases = next(said for said in goal.atoms if _means(said, atom, scene))
    # Of a tower, what is moved first is not what its target names.
    slots = {i: slot for slot, indices in atom.named(scene).items() for i in indices}
    return {
        role: (roles[role], getattr(phrases, slots[roles[role]])) for role in ROLES if role in roles
    }


def _means(said: Atom, bound: Atom, scene: SceneState) -> bool:
    """Whether the phrases of an atom name what a bound one is about."""
    if type(said) is not type(bound):
        return False
    try:
        named = said.named(scene)
    except InstructionError:
        # The side of a condition that does not count may name what is not there.
        return False
    return all(set(indices) <= set(named[slot]) for slot, indices in bound.named(scene).items())
