"""How many different pairs of a goal and a sentence the grammar has.

    python -m benchmarks.language_count

Counted are clauses alone whose phrases say a kind, a colour and a size or less, in training's words
for the kinds that training shows, as far as things of these kinds could do it. Relations,
superlatives, negations, plurals and sentences of several clauses come on top: from such clauses
alone, chains of two make the square of it.
"""

import argparse
import itertools
from collections import Counter

from benchmarks.result_file import keep_result
from vlsim.goals import Atom
from vlsim.language.clauses import makes_sense
from vlsim.language.phrasebook import phrasebook
from vlsim.language.templates import Template
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.referring.lexicon import COLOR_WORDS, NOUNS, SIZE_WORDS, plural
from vlsim.referring.ref import Many, Ref
from vlsim.world.things import TRAINED_KINDS


def main() -> None:
    """Print the count for every goal, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for template in phrasebook().templates:
        if not template.for_many:
            counts[template.goal.name] += _sentences(template)
    for name, count in counts.most_common():
        print(f"{name:15} {count:>25,}")
    print(f"{'all':15} {counts.total():>25,}")
    if options.keep:
        keep_result("language_count", {"all": counts.total(), "goals": dict(counts)})


def _sentences(template: Template) -> int:
    """Return how many sentences a phrasing gives; each means one goal as the parser reads it."""
    total = 0
    for kinds in itertools.product((None, *TRAINED_KINDS), repeat=len(template.slots)):
        refs = {
            slot: (Many if slot in template.goal.groups else Ref)(kind)
            for slot, kind in zip(template.slots, kinds, strict=True)
        }
        goal = template.goal.build(refs, template.phrasings.fields)
        assert isinstance(goal, Atom)
        if makes_sense(goal) and goal.is_said_by(template.literals):
            ways = Counter({len(template.literals): 1})
            for slot, kind in zip(template.slots, kinds, strict=True):
                ways = _joined(ways, _phrases(kind, in_plural=slot in template.goal.groups))
            total += sum(n for length, n in ways.items() if length <= INSTRUCTION_LENGTH)
    return total


def _joined(first: Counter[int], second: Counter[int]) -> Counter[int]:
    """Return how many ways there are of each length, from those of two parts."""
    found: Counter[int] = Counter()
    for (a, m), (b, n) in itertools.product(first.items(), second.items()):
        found[a + b] += m * n
    return found


def _phrases(kind: str | None, *, in_plural: bool) -> Counter[int]:
    """Return how many noun phrases of each length name a kind, with and without colour and size."""
    nouns = {plural(noun) if in_plural else noun for noun in NOUNS[kind]}
    openers = ["all the", "all", "the"] if in_plural else ["the"]
    colors = ["", *(word for words in COLOR_WORDS.values() for word in words)]
    sizes = ["", *SIZE_WORDS["small"], *SIZE_WORDS["large"]]
    phrases = itertools.product(openers, sizes, colors, nouns)
    return Counter(len(" ".join(words).split()) for words in phrases)


if __name__ == "__main__":
    main()
