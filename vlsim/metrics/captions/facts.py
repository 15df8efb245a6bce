"""F over scene facts: which things, attributes and relations a caption states.

It is what SPICE measures, but captions are read by the words of our grammar instead of a parser of
English, so it needs no Java and makes no mistakes on these words; on others it finds nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vlsim.annotations.program import NUMBERS
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.captions.base import CAPTION_METRICS, Described, tokens
from vlsim.metrics.intervals import student
from vlsim.referring.lexicon import (
    COLOR_OF,
    KIND_OF,
    KIND_OF_PLURAL,
    MATERIAL_OF,
    RELATION_WORDS,
    SIZE_OF,
)

Fact = tuple[str, ...]
"""("cube",), ("cube", "red") or ("cube", "in", "bowl")."""

KINDS = KIND_OF | KIND_OF_PLURAL
ATTRIBUTES = COLOR_OF | SIZE_OF | MATERIAL_OF | {word: word for word in NUMBERS}
"""What may stand before a noun: colour, size, material, or how many there are."""
RELATIONS = sorted(
    ((phrase.split(), name) for name, phrases in RELATION_WORDS.items() for phrase in phrases),
    key=lambda entry: -len(entry[0]),
)
"""The words of each relation, the longest first."""
ANY = "thing"
"""The kind of what is called an object or a thing."""
BETWEEN = "between"


@CAPTION_METRICS.register("facts_f")
def facts_f(described: Sequence[Described]) -> Estimate:
    """Mean F of the facts that captions state, with its 95 % t interval. Higher is better.

    >>> said = Described("a red ball in a bowl", ("a red cube in a bowl", "a cube in a blue dish"))
    >>> str(facts_f([said, said]))
    '0.22 [0.22, 0.22] n=2'
    """
    need(described, "facts_f", "caption")
    return student([facts_f_score(each) for each in described])


@CAPTION_METRICS.register("facts_f_best")
def facts_f_best(described: Sequence[Described]) -> Estimate:
    """Mean F of the stated facts beside the best reference, with its t interval. Higher is better.

    Where each reference says something else of the picture no sentence states the facts of all of
    them, and `facts_f` stays below 1 however well a picture is described.

    >>> said = Described("a red ball in a bowl", ("a red cube in a bowl", "a red ball"))
    >>> str(facts_f_best([said, said]))
    '0.67 [0.67, 0.67] n=2'
    """
    need(described, "facts_f_best", "caption")
    each_alone = (
        [Described(each.caption, (reference,)) for reference in each.references]
        for each in described
    )
    return student([max(map(facts_f_score, alone)) for alone in each_alone])


def facts_f_score(described: Described) -> float:
    """Harmonic mean of how many stated facts are in a reference, and of how many there are stated.

    >>> facts_f_score(Described("a block that is red, in a dish", ("a cube in a bowl",)))
    1.0

    Source:
        P. Anderson et al., SPICE: Semantic Propositional Image Caption Evaluation, ECCV 2016,
        equations 2 to 4, with another reader and the synonyms of the grammar instead of WordNet.
    """
    stated = scene_facts(described.caption)
    true = set().union(*(scene_facts(reference) for reference in described.references))
    if not stated or not true:
        return float(stated == true)
    return 2 * len(stated & true) / (len(stated) + len(true))


def scene_facts(text: str) -> set[Fact]:
    """Return the facts that a caption states.

    >>> sorted(scene_facts("There are two small cubes left of a dish"))
    [('bowl',), ('cube',), ('cube', 'left of', 'bowl'), ('cube', 'small'), ('cube', 'two')]
    >>> sorted(scene_facts("a ball between the mat and a can"))[:2]
    [('ball',), ('ball', 'between', 'cylinder')]
    """
    facts: set[Fact] = set()
    subject, relation, anchor = "", "", ""
    for part in _parts(tokens(text)):
        if isinstance(part, str):
            relation, anchor = part, subject
            continue
        facts.add((part.kind,))
        facts.update((part.kind, attribute) for attribute in part.attributes)
        if relation:
            facts.add((anchor, relation, part.kind))
        if relation == BETWEEN and not part.follows_and:
            # Another thing follows after "and", and is related to the same one.
            continue
        subject, relation = part.kind, ""
    return facts


@dataclass
class _Thing:
    kind: str = ""
    attributes: list[str] = field(default_factory=list)
    follows_and: bool = False


def _parts(words: Sequence[str]) -> Iterator[_Thing | str]:
    """Yield things and, between them, the names of relations."""
    thing, i = _Thing(), 0
    while i < len(words):
        word = words[i]
        found = next(
            (
                (len(phrase), name)
                for phrase, name in RELATIONS
                if [*words[i : i + len(phrase)]] == phrase
            ),
            None,
        )
        if found:
            i += found[0]
            thing = _Thing()
            yield found[1]
            continue
        if word == "and":
            thing = _Thing(follows_and=True)
        elif word in ATTRIBUTES:
            thing.attributes.append(ATTRIBUTES[word])
        elif word in KINDS:
            thing.kind = KINDS[word] or ANY
            yield thing
            thing = _Thing()
        i += 1
