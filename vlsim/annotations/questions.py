"""Questions about a picture with their answers, none of which can be guessed without it.

For yes or no the answer is drawn first, the frame of the question in the same way for both, and
last what decides it: a colour, a side, or which of two is said first. All colours are equally
likely, and all sides, so that no word of a question tells its answer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from vlsim.annotations.annotation import Question
from vlsim.annotations.program import NO, NUMBERS, YES, naming, the
from vlsim.annotations.wording import Wording
from vlsim.files import Json
from vlsim.instruction_sets.base import HELD_OUT_PAIRS
from vlsim.referring.describe import describe
from vlsim.referring.ref import Ref, Relation
from vlsim.referring.relations import AXES, LIES_THERE, SIDES, holds
from vlsim.referring.resolve import find, names_clearly
from vlsim.world import SceneState
from vlsim.world.things import COLORS, KINDS, MATERIALS

TRIES = 4
"""Questions that are tried for each one that is wanted."""
MOVABLE = tuple(name for name, kind in KINDS.items() if kind.movable and not kind.held_out)
OPPOSITE = {"left of": "right of", "right of": "left of", "in front of": "behind"} | {
    "behind": "in front of"
}
NEGATED_SHARE = 0.3
"""How often it is asked whether there is no such thing."""
PLACED_SHARE = 0.4
"""How often things are asked for by where they are."""
ZERO_SHARE = 0.5
"""How often zero is among the numbers that an answer is drawn from."""

T = TypeVar("T")


class Drawn(NamedTuple):
    """A question."""

    said: Wording
    answer: str
    program: Json


class Asker:
    """Chance, and what is asked about."""

    def __init__(self, scene: SceneState, rng: np.random.Generator) -> None:
        """Ask about a scene in which everything is seen."""
        self.scene, self.rng = scene, rng

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of them."""
        return choices[int(self.rng.integers(len(choices)))]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """Return them in random order."""
        return [choices[i] for i in self.rng.permutation(len(choices)).tolist()]

    def chance(self, share: float = 0.5) -> bool:
        """Draw yes or no."""
        return bool(self.rng.random() < share)

    def say(self, words: str) -> Wording:
        """Begin a text."""
        return Wording(self.scene, self.rng).add(words)

    def colors(self, kind: str | None) -> list[str]:
        """Return the colours that things of a kind can have in pictures like this."""
        shown = {(spec.kind, spec.color) for spec in self.scene.specs}
        beyond_training = bool(shown & HELD_OUT_PAIRS)
        return [c for c in COLORS if beyond_training or (kind, c) not in HELD_OUT_PAIRS]

    def count(self, ref: Ref) -> int | None:
        """Return how many things a phrase fits, None if that is hard to say."""
        found = find(ref, self.scene)
        return None if found.unsure else len(found.sure)

    def landmark(self) -> tuple[int, Ref] | None:
        """Draw a thing that can be named by its looks."""
        index = int(self.rng.integers(len(self.scene.specs)))
        ref = describe(self.scene, index)
        return None if ref is None else (index, ref)

    def named(self, *heads: Ref) -> tuple[int, Ref] | None:
        """Draw a thing and a phrase for it that says no more than a head and where it is."""
        clear = [
            (i, head)
            for i in range(len(self.scene.specs))
            for head in heads
            if names_clearly(head, self.scene, i)
        ]
        if clear and not self.chance(PLACED_SHARE):
            return self.pick(clear)
        where = self.landmark()
        if where is None:
            return None
        head, side = self.pick(heads), self.pick(tuple(AXES))
        placed = Ref(head.kind, head.color, relation=Relation(side, (where[1],)))
        found = find(placed, self.scene)
        return (found.sure[0], placed) if len(found.sure) == 1 and not found.unsure else None


def draw_questions(scene: SceneState, rng: np.random.Generator, count: int) -> tuple[Question, ...]:
    """Return up to `count` different questions about what is seen."""
    found: dict[str, Question] = {}
    asker, kinds = Asker(scene, rng), tuple(KINDS_OF_QUESTIONS)
    for _ in range(TRIES * count if scene.specs else 0):
        if len(found) == count:
            break
        kind = asker.pick(kinds)
        drawn = KINDS_OF_QUESTIONS[kind](asker)
        if drawn is not None:
            said, answer, program = drawn
            question = Question(said.text, kind, answer, program, tuple(said.phrases))
            found.setdefault(said.text, question)
    return tuple(found.values())


def _exist(asker: Asker) -> Drawn | None:
    wanted = asker.chance()
    if asker.chance(PLACED_SHARE):
        where = asker.landmark()
        if where is None:
            return None
        head = asker.pick((None, *MOVABLE))
        refs = [Ref(head, relation=Relation(side, (where[1],))) for side in AXES]
    else:
        # What stands there, or anything, of a colour that it has or of another one.
        kind = asker.pick((None, *(spec.kind for spec in asker.scene.specs)))
        refs = [Ref(kind, color) for color in asker.colors(kind)]
    counts = [asker.count(ref) for ref in refs]
    ways = [
        [r for r, n in zip(refs, counts, strict=True) if n is not None and (n > 0) == truth]
        for truth in (False, True)
    ]
    if not all(ways):
        return None
    ref = asker.pick(ways[wanted])
    program = ["exist", naming(ref)]
    if asker.chance(NEGATED_SHARE):
        return Drawn(asker.say("is there").no(ref), _said(not wanted), ["not", program])
    return Drawn(asker.say("is there").a(ref), _said(wanted), program)


def _count(asker: Asker) -> Drawn | None:
    if asker.chance(PLACED_SHARE):
        where = asker.landmark()
        if where is None:
            return None
        refs = [Ref(None, relation=Relation(side, (where[1],))) for side in AXES]
    else:
        refs = [Ref(None, color) for color in COLORS] + [Ref(kind) for kind in MOVABLE]
    counts = {ref: asker.count(ref) for ref in refs}
    offered = sorted({n for n in counts.values() if n is not None})
    # Of most sides and colours there is nothing.
    offered = [n for n in offered if n or asker.chance(ZERO_SHARE)]
    if not offered:
        return None
    wanted = asker.pick(offered)
    ref = asker.pick([ref for ref, n in counts.items() if n == wanted])
    return Drawn(
        asker.say("how many").some(ref).add("are there"), NUMBERS[wanted], ["count", naming(ref)]
    )


def _color(asker: Asker) -> Drawn | None:
    named = asker.named(*(Ref(kind) for kind in sorted({s.kind for s in asker.scene.specs})))
    return named and _query(asker, "color", "what color is", "", *named)


def _kind(asker: Asker) -> Drawn | None:
    named = asker.named(*(Ref(None, color) for color in COLORS))
    return named and _query(asker, "kind", "what kind of thing is", "", *named)


def _material(asker: Asker) -> Drawn | None:
    named = asker.named(*(Ref(kind) for kind in MOVABLE), *(Ref(None, color) for color in COLORS))
    # Of what materials can only be plain, nobody asks.
    if named is None or asker.scene.specs[named[0]].joint:
        return None
    if all(spec.material == MATERIALS[0] for spec in asker.scene.specs):
        return None
    return _query(asker, "material", "what is", "made of", *named)


def _query(asker: Asker, name: str, before: str, after: str, index: int, ref: Ref) -> Drawn:
    said = asker.say(before).the(ref).add(after)
    return Drawn(said, getattr(asker.scene.specs[index], name), ["query", name, the(ref)])


def _size(asker: Asker) -> Drawn | None:
    named = asker.named(*(Ref(kind) for kind in MOVABLE), *(Ref(None, color) for color in COLORS))
    if named is None:
        return None
    (index, ref), size = named, asker.pick(("small", "large"))
    is_so = asker.scene.specs[index].size == size
    return Drawn(asker.say("is").the(ref).add(size), _said(is_so), ["has", "size", size, the(ref)])


def _negation(asker: Asker) -> Drawn | None:
    named = asker.named(*(Ref(kind) for kind in sorted({s.kind for s in asker.scene.specs})))
    if named is None:
        return None
    (index, ref), wanted = named, asker.chance()
    spec = asker.scene.specs[index]
    others = [color for color in asker.colors(spec.kind) if color != spec.color]
    color = asker.pick(others) if wanted else spec.color
    return Drawn(
        asker.say("is").the(ref).add(f"not {color}"),
        _said(wanted),
        ["not", ["has", "color", color, the(ref)]],
    )


def _compare(asker: Asker) -> Drawn | None:
    how, wanted = asker.pick(("more", "fewer", "as many")), asker.chance()
    refs = [Ref(None, color) for color in COLORS]
    if asker.chance():
        refs = [Ref(kind) for kind in MOVABLE]
    counts = [(ref, len(find(ref, asker.scene).sure)) for ref in refs]
    ways: dict[bool, list[tuple[Ref, Ref]]] = {False: [], True: []}
    for first, a in counts:
        for second, b in counts:
            if first != second and a + b:
                truth = {"more": a > b, "fewer": a < b, "as many": a == b}[how]
                # Of what is as many, nobody asks which is more.
                if how == "as many" or a != b:
                    ways[truth].append((first, second))
    if not all(ways.values()):
        return None
    first, second = asker.pick(ways[wanted])
    said = asker.say(f"are there {how}").some(first).add("as" if how == "as many" else "than")
    return Drawn(said.some(second), _said(wanted), [how, naming(first), naming(second)])


def _relation(asker: Asker) -> Drawn | None:
    scene, wanted = asker.scene, asker.chance()
    first, second = asker.landmark(), asker.landmark()
    if first is None or second is None or first[0] == second[0]:
        return None
    true = [side for side in AXES if holds(side, scene, first[0], (second[0],))]
    false = [
        OPPOSITE[side]
        for side in true
        if holds(OPPOSITE[side], scene, first[0], (second[0],)) is False
    ]
    if not true or not false:
        return None
    side = asker.pick(true if wanted else false)
    said = asker.say("is").the(first[1]).add(side).the(second[1])
    return Drawn(said, _said(wanted), ["stands", side, the(first[1]), the(second[1])])


def _inside(asker: Asker) -> Drawn | None:
    """Whether something lies in or on a place where one thing does and another does not."""
    scene, wanted = asker.scene, asker.chance()
    movable = [i for i, spec in enumerate(scene.specs) if spec.movable]
    for place in asker.shuffled(range(len(scene.specs))):
        for name in LIES_THERE:
            there = [bool(holds(name, scene, i, (place,))) for i in movable]
            if all(there) or not any(there):
                continue
            chosen = [i for i, is_there in zip(movable, there, strict=True) if is_there == wanted]
            ref, where = describe(scene, asker.pick(chosen)), describe(scene, place)
            if ref is not None and where is not None:
                said = asker.say("is").the(ref).add(name).the(where)
                return Drawn(said, _said(wanted), ["stands", name, the(ref), the(where)])
    return None


def _what(asker: Asker) -> Drawn | None:
    where = asker.landmark()
    if where is None:
        return None
    for relation in asker.shuffled((*SIDES, *LIES_THERE)):
        ref = Ref(None, relation=Relation(relation, (where[1],)))
        found = find(ref, asker.scene)
        if len(found.sure) == 1 and not found.unsure:
            (index,) = found.sure
            said = asker.say("").what(index).add(f"is {relation}").the(where[1])
            return Drawn(said, asker.scene.specs[index].kind, ["query", "kind", the(ref)])
    return None


def _said(truth: bool) -> str:
    return YES if truth else NO


KINDS_OF_QUESTIONS: Mapping[str, Callable[[Asker], Drawn | None]] = {
    "exist": _exist,
    "count": _count,
    "color": _color,
    "kind": _kind,
    "size": _size,
    "material": _material,
    "negation": _negation,
    "compare": _compare,
    "relation": _relation,
    "inside": _inside,
    "what": _what,
}
"""How each kind of question is drawn."""
