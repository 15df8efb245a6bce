"""Reads captions back, and says whether they are true of a scene."""

from collections.abc import Sequence

from vlsim.annotations.program import NUMBERS
from vlsim.errors import InstructionError
from vlsim.referring.phrases import readings
from vlsim.referring.ref import Ref
from vlsim.referring.relations import AXES, LIES_THERE, Verdict, holds
from vlsim.referring.resolve import find
from vlsim.world import SceneState

SURFACES = tuple((tuple(name.split()), name) for name in (*AXES, *LIES_THERE, "next to"))
OPENINGS = (("there", "is"), ("there", "are"), ("you", "see"))


def is_true(text: str, scene: SceneState) -> Verdict:
    """Say whether a caption is true: True, False, or None where it is hard to say.

    Args:
        text: In the words of `vlsim.annotations.captions`.
        scene: What is seen.

    Raises:
        InstructionError: If it is no such caption.
    """
    words = text.split()
    opening = next((o for o in OPENINGS if tuple(words[: len(o)]) == o), ())
    i = len(opening)
    verdicts: list[Verdict] = []
    while i < len(words) or not verdicts:
        number, first, i = _phrase(words, i)
        after = words.index("is", i) + 1 if words[i : i + 1] == ["is"] else i
        relation = next(
            (name for said, name in SURFACES if tuple(words[after : after + len(said)]) == said),
            None,
        )
        if relation is None:
            found = len(find(first, scene).sure)
            verdicts.append(found > 0 if number is None else found == number)
        else:
            _, second, i = _phrase(words, after + len(relation.split()))
            verdicts.append(_stands(first, relation, second, scene))
        i += words[i : i + 1] == ["and"]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _phrase(words: Sequence[str], start: int) -> tuple[int | None, Ref, int]:
    """Return how many things a phrase says that there are, the looks, and where it ends."""
    first = words[start] if start < len(words) else ""
    number = NUMBERS.index(first) if first in NUMBERS else None
    found = readings(words, start + (number is not None), depth=0)
    if not found:
        said = " ".join(words)
        raise InstructionError(
            f"'{said}' has no noun phrase at word {start + 1}; it is no caption."
        )
    ref, end = found[-1]
    return number, Ref(ref.kind, ref.color, ref.size, material=ref.material), end


def _stands(first: Ref, relation: str, second: Ref, scene: SceneState) -> Verdict:
    """Say whether something of the first looks stands so to something of the second."""
    verdicts = [
        holds(relation, scene, i, (j,))
        for i in find(first, scene).sure
        for j in find(second, scene).sure
        if i != j
    ]
    if True in verdicts:
        return True
    return None if None in verdicts else False
