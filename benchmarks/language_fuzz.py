"""Whether the parser reads what the grammar says, and refuses what it cannot be sure of.

Sentences of every goal, pool and describing set must read back as their goal. Sentences that were
damaged, or put in other words, may be refused; what is accepted must be what a second reading finds
in it (`tests/language/second_reading.py`), or it was a guess.

    python -m benchmarks.language_fuzz --sentences 100000 --damaged 20000
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import tyro

from tests.language.second_reading import disagreement
from tests.language.strategies import scene_for
from vlsim.errors import InstructionError
from vlsim.language.courtesy import CLOSINGS, OPENINGS
from vlsim.language.goals import GOALS, Goal
from vlsim.language.grammar import Pool, is_instruction, meanings, try_realise, vocabulary
from vlsim.language.normalise import UNDERSTOOD, wordings
from vlsim.language.sampler import sample_goal
from vlsim.language.sets import SETS
from vlsim.language.sets.base import InstructionSet
from vlsim.seeding import stream

DESCRIBING = tuple(
    name for name, chosen in SETS.items() if not chosen.is_control and name != "human"
)
"""Sets that each call things in another way."""
POOLS: tuple[Pool, ...] = ("train", "held-out")
SAID = 4
"""Sentences of each pool for each goal."""
SHOWN = 12
"""Failures of each kind that are printed."""
STRANGE = (
    "mets", "le", "rouge", "dans", "der", "nicht", "not", "don't", "never", "no",
    "frobnicate", "5", "cm", "\u00e9", "\u202e", "\U0001f916", "\u8d64\u3044", "\x00", "'",
    "--", "{target}", "…",
    "x" * 300, "and", "then", "it", "of", "that", "is", "which", "first", "right", "one", "two",
)  # fmt: skip
"""Words that no sentence has, and those that change one most."""


@dataclass(frozen=True)
class FuzzConfig:
    """How much is tried."""

    sentences: int = 100_000
    """Sentences of the grammar."""
    damaged: int = 20_000
    """Sentences that were damaged or put in other words."""
    seed: int = 0
    """Seeds all of them."""


def drawn(rng: np.random.Generator) -> Iterator[tuple[Goal, str]]:
    """Yield goals in scenes of random sets, each in some sentences of both pools, for ever."""
    while True:
        chosen: InstructionSet = SETS[DESCRIBING[int(rng.integers(len(DESCRIBING)))]]
        name = list(GOALS)[int(rng.integers(len(GOALS)))]
        found = sample_goal(scene_for(name, rng, chosen.admits), [name], chosen, rng)
        for pool in POOLS * SAID:
            if found and (text := try_realise(found[0], rng, pool)):
                yield found[0], text


def damage(words: list[str], rng: np.random.Generator, known: Sequence[str]) -> list[str]:
    """Return the words with one of many kinds of damage."""
    words = list(words)
    i, j = (int(n) for n in rng.integers(len(words), size=2))
    kind = int(rng.integers(9))
    if kind == 0:
        del words[i]
    elif kind == 1:
        words.insert(i, words[j])
    elif kind == 2:
        words[i], words[j] = words[j], words[i]
    elif kind == 3:
        at = int(rng.integers(len(words[i])))
        words[i] = words[i][:at] + chr(97 + int(rng.integers(26))) + words[i][at + 1 :]
    elif kind == 4:
        words.insert(i, STRANGE[int(rng.integers(len(STRANGE)))])
    elif kind == 5:
        words[i] = known[int(rng.integers(len(known)))]
    elif kind == 6:
        words = [*words, *words] * int(rng.integers(1, 40))
    elif kind == 7:
        words = [known[int(n)] for n in rng.integers(len(known), size=int(rng.integers(1, 15)))]
    else:
        polite = OPENINGS if rng.random() < 0.5 else CLOSINGS[:-1]
        said = polite[int(rng.integers(len(polite)))].split()
        words = [*said, *words] if polite is OPENINGS else [*words, *said]
    return words or ["put"]


def read_back(config: FuzzConfig) -> Counter[str]:
    """Count how sentences of the grammar are read."""
    rng, found = stream(config.seed, "fuzz"), Counter[str]()
    for goal, text in islice(drawn(rng), config.sentences):
        found["sentences"] += 1
        try:
            goals = meanings(text)
            verdict = "as meant" if goals == [goal] else "ambiguous" if len(goals) > 1 else "wrong"
        except InstructionError as error:
            verdict, text = "refused", f"{text}: {error}"
        if next(wordings(text)) != text.split() and verdict == "as meant":
            verdict = "changed"
        _count(found, verdict, text, {"as meant"})
    return found


def read_damaged(config: FuzzConfig) -> Counter[str]:
    """Count how damaged sentences are read; guesses and crashes are shown."""
    rng, found = stream(config.seed, "damage"), Counter[str]()
    known = sorted({*vocabulary("train"), *vocabulary("held-out"), *UNDERSTOOD, "one", "please"})
    for _, sentence in islice(drawn(rng), config.damaged):
        words = sentence.split()
        for _ in range(int(rng.integers(1, 4))):
            words = damage(words, rng, known)
        text = " ".join(words)
        found["damaged"] += 1
        verdict = _verdict(text)
        if verdict.startswith(("guess", "crash")):
            text, verdict = f"{text!r}: {verdict}", verdict.partition(":")[0]
        _count(found, verdict, text, {"refused", "asked back", "accepted"})
        if verdict == "accepted" and not is_instruction(text.split()):
            found["accepted in other words"] += 1
    return found


def _verdict(text: str) -> str:
    try:
        goals = meanings(text)
    except InstructionError as error:
        return "refused" if "\n" not in str(error) else "crash: two lines"
    except Exception as error:  # what is looked for
        return f"crash: {error!r:.200}"
    if len(goals) > 1:
        return "asked back"
    differs = disagreement(text, goals[0])
    return "accepted" if differs is None else f"guess: {differs} in {goals[0]}"


def _count(found: Counter[str], verdict: str, text: str, fine: set[str]) -> None:
    found[verdict] += 1
    if verdict not in fine and found[verdict] <= SHOWN:
        print(f"  {verdict}: {text[:600]}")


def main() -> None:
    """Print the numbers."""
    config = tyro.cli(FuzzConfig, description=__doc__)
    tests: tuple[Callable[[FuzzConfig], Counter[str]], ...] = (read_back, read_damaged)
    for test in tests:
        print(", ".join(f"{name} {number}" for name, number in test(config).items()))


if __name__ == "__main__":
    main()
