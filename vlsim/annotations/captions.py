"""Captions of a picture: what is there, how many, where, and what lies in what."""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from vlsim.annotations.annotation import Caption
from vlsim.annotations.program import NUMBERS
from vlsim.annotations.wording import Wording
from vlsim.referring.describe import describe
from vlsim.referring.lexicon import CONTENT_WORDS, KIND_OF, KIND_OF_PLURAL
from vlsim.referring.ref import Ref
from vlsim.referring.relations import AXES, LIES_THERE, holds
from vlsim.world import SceneState
from vlsim.world.things import KINDS, PLAIN

DECIDED = frozenset(
    {
        *(word for word in CONTENT_WORDS if (KIND_OF | KIND_OF_PLURAL).get(word, word) is not None),
        *NUMBERS,
        *("left", "right", "in", "front", "behind", "on", "next"),
    }
)
"""Words that the picture decides: kinds, colours, sizes, materials, numbers and relations."""
Grammar = Callable[[SceneState], list[Wording]]
"""All captions of one form that are true of a scene, each as likely as the others."""


def draw_captions(scene: SceneState, rng: np.random.Generator, count: int) -> tuple[Caption, ...]:
    """Return captions of each form in turn; of a scene that offers none of a form, of the first."""
    captions = []
    for i in range(count if scene.specs else 0):
        every = FORMS[i % len(FORMS)](scene) or _listing(scene)
        captions.append(_caption(every, int(rng.integers(len(every)))))
    return tuple(captions)


def _listing(scene: SceneState) -> list[Wording]:
    """Everything that is there, from left to right."""
    said = Wording(scene, None).add("there is")
    order = sorted(range(len(scene.specs)), key=lambda i: scene.centres[i][1])
    for n, i in enumerate(order):
        if n and n == len(order) - 1:
            said.add("and")
        said.a(_full(scene, i), i)
    return [said]


def _numbers(scene: SceneState) -> list[Wording]:
    """How many things of each kind there are."""
    counts = Counter(spec.kind for spec in scene.specs)
    kinds = [kind for kind in KINDS if counts[kind]]
    said = Wording(scene, None).add("there is" if counts[kinds[0]] == 1 else "there are")
    for n, kind in enumerate(kinds):
        if n and n == len(kinds) - 1:
            said.add("and")
        said.some(Ref(kind), NUMBERS[counts[kind]])
    return [said]


def _places(scene: SceneState) -> list[Wording]:
    """Where one thing is to another."""
    return [
        Wording(scene, None).the(refs[0]).add(f"is {name}").the(refs[1])
        for i, j, refs in _couples(scene)
        for name in AXES
        if holds(name, scene, i, (j,))
    ]


def _neighbours(scene: SceneState) -> list[Wording]:
    """What lies in or on what; where nothing does, what is next to what."""
    for names in (LIES_THERE, ("next to",)):
        found = [
            Wording(scene, None).add("you see").a(_full(scene, i), i).add(name).the(refs[1])
            for i, j, refs in _couples(scene)
            for name in names
            if holds(name, scene, i, (j,))
        ]
        if found:
            return found
    return []


FORMS: tuple[Grammar, ...] = (_listing, _places, _numbers, _neighbours, _places)
"""What the captions of a picture say, in turn."""


def _couples(scene: SceneState) -> list[tuple[int, int, tuple[Ref, Ref]]]:
    """Return every two things that can be named by their looks, in both orders."""
    refs = {i: ref for i in range(len(scene.specs)) if (ref := describe(scene, i)) is not None}
    return [(i, j, (refs[i], refs[j])) for i in refs for j in refs if i != j]


def _full(scene: SceneState, index: int) -> Ref:
    """Return all that can be said of the looks of a thing; nobody says that it is plain."""
    spec = scene.specs[index]
    material = None if spec.material == PLAIN else spec.material
    return Ref(spec.kind, spec.color, spec.size, material=material)


def _caption(every: Sequence[Wording], chosen: int) -> Caption:
    """Return one of all captions of a form, with what each word costs who knows them all."""
    words = every[chosen].words
    left, nats = [said.words for said in every], []
    for i, word in enumerate(words):
        before = len(left)
        left = [other for other in left if i < len(other) and other[i] == word]
        nats.append(math.log(before / len(left)))
    decided = tuple(word in DECIDED for word in words)
    return Caption(every[chosen].text, decided, tuple(every[chosen].phrases), tuple(nats))
