"""What somebody may have meant whose words the grammar does not know."""

from collections.abc import Sequence

from vlsim.free_text.answers import clearly
from vlsim.goals import GOALS
from vlsim.instruction_sets import SEEN
from vlsim.interface.perceiver import Reading
from vlsim.scenarios.sampler import candidates
from vlsim.seeding import stream
from vlsim.world import SceneState

MOST = 3
"""Proposals that are made."""
OF_EACH = 8
"""Goals of one name that are looked at."""


def proposals(model: Reading, text: str, scene: SceneState) -> Sequence[str]:
    """Return up to `MOST` instructions that can be carried out here, the nearest in meaning first.

    Args:
        model: Says how near sentences are.
        text: What was said.
        scene: Where it was said.
    """
    names = [name for name, goal in GOALS.items() if goal.stands_alone]
    offered = candidates(scene, names, SEEN, stream(0, "proposals"), of_each=OF_EACH)
    sentences = list(dict.fromkeys(clearly(goal) for goal, _ in offered))
    if not sentences:
        return ()
    said, *possible = model.embed([text, *sentences])
    near = sorted(zip((said @ v for v in possible), sentences, strict=True), reverse=True)
    return tuple(sentence for _, sentence in near[:MOST])
