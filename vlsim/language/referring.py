"""Referring expressions: from words to the objects they name, and from an object to its words."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.language.lexicon import ARTICLE, COLOR_WORDS, NOUNS, SIZE_WORDS
from vlsim.world import COLORS, KINDS, SIZES, ObjectSpec, SceneState

COLOR_SHARE = 0.5
"""Share of verbose descriptions that name the colour whether or not it is needed."""
SIZE_SHARE = 0.2
"""Share of verbose descriptions that name the size whether or not it is needed."""
BARE_SHARE = 0.1
"""Share of verbose descriptions that say "object" instead of the kind, where that is unique."""


@dataclass(frozen=True)
class Ref:
    """A noun phrase: the objects that have every attribute that is not None.

    >>> Ref("cube", "red").matches(ObjectSpec("cube", "red", "large"))
    True
    >>> str(Ref(None, "red", "small"))
    'the small red object'

    Args:
        kind: One of `world.KINDS`, or None for any ("object", "thing").
        color: One of `world.COLORS`, or None for any.
        size: One of `world.SIZES`, or None for any.
    """

    kind: str | None
    color: str | None = None
    size: str | None = None

    def __post_init__(self) -> None:
        """Refuse names that do not exist."""
        for value, known in ((self.kind, KINDS), (self.color, COLORS), (self.size, SIZES)):
            if value is not None and value not in known:
                raise InvalidValueError(f"'{value}' is none of {', '.join(known)}.")

    def __str__(self) -> str:
        """Return the canonical noun phrase."""
        return " ".join(self.words(None))

    def matches(self, spec: ObjectSpec) -> bool:
        """Whether the phrase fits an object of this kind, colour and size."""
        return (
            self.kind in (None, spec.kind)
            and self.color in (None, spec.color)
            and self.size in (None, spec.size)
        )

    def resolve(self, scene: SceneState) -> tuple[int, ...]:
        """Return the indices of all objects that the phrase fits, in order."""
        return _matching(self, scene.specs)

    def words(self, rng: np.random.Generator | None) -> list[str]:
        """Return the noun phrase with synonyms drawn by `rng`, or the canonical one without."""
        choices = [NOUNS[self.kind]]
        if self.color is not None:
            choices.insert(0, COLOR_WORDS[self.color])
        if self.size is not None:
            choices.insert(0, SIZE_WORDS[self.size])
        if rng is None:
            return [ARTICLE, *(words[0] for words in choices)]
        return [
            ARTICLE,
            *(w[0] if len(w) == 1 else w[int(rng.integers(len(w)))] for w in choices),
        ]


# Goals resolve their phrases at every simulator step, always for the same few specs.
@lru_cache(maxsize=4096)
def _matching(ref: Ref, specs: tuple[ObjectSpec, ...]) -> tuple[int, ...]:
    return tuple(i for i, spec in enumerate(specs) if ref.matches(spec))


def resolve_one(ref: Ref, scene: SceneState) -> int:
    """Return the index of the one object that `ref` names.

    Raises:
        InstructionError: If it names nothing, or more than one thing; the message lists them.
    """
    found = _matching(ref, scene.specs)
    if len(found) == 1:
        return found[0]
    if not found:
        here = _listing(scene, tuple(range(len(scene.specs)))) or "nothing"
        raise InstructionError(f"'{ref}' names nothing; the scene holds {here}.")
    count = "two" if len(found) == 2 else str(len(found))
    raise InstructionError(
        f"'{ref}' names {count} things: {_listing(scene, found)}; say which by colour or size."
    )


def describe(scene: SceneState, index: int) -> Ref | None:
    """Return the shortest phrase that names object `index` and no other, None if there is none.

    The head noun is always said. Of two equally short phrases the one with the colour wins: that is
    the preference order kind, colour, size of Dale and Reiter's incremental algorithm (1995), which
    however would keep a colour that a later size makes superfluous.

    >>> from vlsim.world import resting_scene
    >>> specs = (ObjectSpec("cube", "red"), ObjectSpec("cube", "blue"), ObjectSpec("bowl", "blue"))
    >>> scene = resting_scene(specs, np.zeros((3, 2)), np.zeros(3))
    >>> [str(describe(scene, i)) for i in range(3)]
    ['the red cube', 'the blue cube', 'the bowl']
    """
    spec = scene.specs[index]
    return _shortest(scene.specs, spec, spec.kind)


def describe_verbose(scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
    """Return a phrase that names object `index` alone as people do: often with more than it needs.

    Colour and size are added and the kind is dropped at the shares given above, so that a policy
    trained on these phrases has met every content word. None if no phrase is unique.
    """
    spec = scene.specs[index]
    add_color, add_size, bare = (rng.random(3) < (COLOR_SHARE, SIZE_SHARE, BARE_SHARE)).tolist()
    ref = _shortest(scene.specs, spec, None) if bare else None
    ref = ref or _shortest(scene.specs, spec, spec.kind)
    if ref is None:
        return None
    return Ref(
        ref.kind,
        spec.color if add_color else ref.color,
        spec.size if add_size else ref.size,
    )


@lru_cache(maxsize=4096)
def _shortest(specs: tuple[ObjectSpec, ...], spec: ObjectSpec, kind: str | None) -> Ref | None:
    for color, size in (
        (None, None),
        (spec.color, None),
        (None, spec.size),
        (spec.color, spec.size),
    ):
        ref = Ref(kind, color, size)
        if len(_matching(ref, specs)) == 1:
            return ref
    return None


def _listing(scene: SceneState, indices: tuple[int, ...]) -> str:
    names = [str(Ref(s.kind, s.color, s.size)) for s in (scene.specs[i] for i in indices)]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
