"""Whether the parser reads what the grammar says, and refuses what it cannot be sure of.

Sentences of every goal, alone and combined, of every pool and describing set must read back as
their goal, which its scene offers and which is not already true there. The writer itself discards
what its reader does not return, so three more numbers say what that is worth: how many drafts it
discards (phrasings filled in without looking), for how many goals it finds no sentence, and how a
reader that shares nothing with it (`tests/language/plain_reading.py`) reads the plain sentences.

Sentences that were damaged, or put in other words, may be refused; what is accepted must be what a
second check finds in it (`tests/free_text/second_reading.py`), or it was a guess.

    python -m benchmarks.language_fuzz --sentences 100000 --damaged 20000
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import get_args

import numpy as np
import tyro

from benchmarks.result_file import keep_result
from tests.free_text.second_reading import disagreement
from tests.language.plain_reading import plain, read_plain
from tests.language.strategies import scene_for
from vlsim.envs.tasks import TASKS
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.courtesy import CLOSINGS, OPENINGS
from vlsim.free_text.normalise import UNDERSTOOD, wordings
from vlsim.free_text.understand import meanings
from vlsim.goals import GOALS, Atom, Goal
from vlsim.instruction_sets import SETS
from vlsim.instruction_sets.base import InstructionSet
from vlsim.language.clauses import read_clause
from vlsim.language.connectives import without_politeness
from vlsim.language.phrasebook import templates_of, vocabulary
from vlsim.language.sentences import preferred, read_sentence
from vlsim.language.templates import Pool
from vlsim.language.vocabulary import INSTRUCTION_LENGTH
from vlsim.language.writer import try_realise
from vlsim.scenarios.sampler import sample_goal
from vlsim.scenarios.scenario import draw_scenario
from vlsim.seeding import stream
from vlsim.world import SceneState

DESCRIBING = tuple(
    name
    for name, chosen in SETS.items()
    if not (chosen.is_control or chosen.forms or chosen.n_objects or name == "colloquial")
)
"""Sets that each call things in another way."""
ALONE = tuple(name for name, goal in GOALS.items() if goal.stands_alone)
COMBINING = (
    *(("sequence", name) for name in ("seen", "chain-3", "paraphrase")),
    *(("tabletop", name) for name in ("seen", "count", "chain-3", "paraphrase")),
)
"""Tasks and sets whose goals are combined."""
POOLS = get_args(Pool)
SAID = 2
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
    keep: bool = False
    """Write the numbers to `benchmarks/results/`."""


def drawn(rng: np.random.Generator) -> Iterator[tuple[Goal, SceneState, str]]:
    """Yield goals, alone and combined in turn, each in some sentences of every pool, for ever."""
    for goal, scene, pool in _wanted(rng):
        if utterance := try_realise(goal, rng, pool):
            yield goal, scene, utterance.text


def _wanted(rng: np.random.Generator) -> Iterator[tuple[Goal, SceneState, Pool]]:
    """Yield goals, alone and combined in turn, each with every pool, for ever."""
    for draw in count():
        found = _combined(rng) if draw % 2 else _alone(rng)
        for pool in POOLS * SAID:
            if found:
                yield *found, pool


def draft(goal: Atom, rng: np.random.Generator, pool: Pool) -> list[str] | None:
    """Return some phrasing of a goal without looking how it is read, None if it is too long."""
    choices = [t for t in templates_of(goal, pool) if not t.for_many]
    if not choices:
        return None
    words: list[str] = []
    for word in choices[int(rng.integers(len(choices)))].words:
        words += getattr(goal, word[1:-1]).words(rng) if word.startswith("{") else [word]
    return words if len(words) <= INSTRUCTION_LENGTH else None


def discarded(config: FuzzConfig) -> Counter[str]:
    """Count what the writer would discard: drafts of one clause, and goals without a sentence."""
    rng, found = stream(config.seed, "drafts"), Counter[str]()
    for goal, _, pool in islice(_wanted(rng), config.sentences):
        if not isinstance(goal, Atom):
            found["combined goals"] += 1
            found["combined goals without a sentence"] += try_realise(goal, rng, pool) is None
        elif words := draft(goal, rng, pool):
            found["drafts"] += 1
            try:
                goals = preferred(read_clause(without_politeness(words)))
            except InstructionError:
                goals = []
            if goals != [goal]:
                verdict = "ambiguous" if goal in goals else "read otherwise"
                found[f"drafts that are {verdict}"] += 1
    return found


def read_by_another(config: FuzzConfig) -> Counter[str]:
    """Count how plain sentences of training are read by a reader that shares nothing with ours."""
    rng, found = stream(config.seed, "another"), Counter[str]()
    for goal, _, pool in islice(_wanted(rng), config.sentences):
        if not (isinstance(goal, Atom) and pool == "train" and _is_plain(goal)):
            continue
        utterance = try_realise(goal, rng, pool)
        if utterance is None:
            continue
        text = utterance.text
        found["plain sentences"] += 1
        reading = read_plain(text)
        verdict = "not read" if reading is None else "read alike"
        if reading not in (None, plain(goal)):
            verdict = "read otherwise"
        _count(
            found,
            f"plain sentences {verdict}",
            text,
            {"plain sentences not read", "plain sentences read alike"},
        )
    return found


def _is_plain(goal: Atom) -> bool:
    refs = [getattr(goal, slot) for slot in goal.slots]
    return not goal.groups and all(
        ref.is_plain and ref.unlike is None and ref.material is None for ref in refs
    )


def _alone(rng: np.random.Generator) -> tuple[Goal, SceneState] | None:
    chosen: InstructionSet = SETS[DESCRIBING[int(rng.integers(len(DESCRIBING)))]]
    name = ALONE[int(rng.integers(len(ALONE)))]
    scene = scene_for(name, rng, chosen)
    found = sample_goal(scene, [name], chosen, rng)
    return found and (found.goal, scene)


def _combined(rng: np.random.Generator) -> tuple[Goal, SceneState] | None:
    task, name = COMBINING[int(rng.integers(len(COMBINING)))]
    try:
        found = draw_scenario(TASKS[task].scenario, SETS[name], int(rng.integers(2**31)))
    except InvalidValueError:
        return None
    return None if isinstance(found.goal, Atom) else (found.goal, found.scene)


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
    for goal, scene, text in islice(drawn(rng), config.sentences):
        found["sentences"] += 1
        found["combined"] += not isinstance(goal, Atom)
        try:
            goals = preferred(meanings(text))
            verdict = "as meant" if goals == [goal] else "ambiguous" if len(goals) > 1 else "wrong"
        except InstructionError as error:
            verdict, text = "refused", f"{text}: {error}"
        if next(wordings(text)) != text.split() and verdict == "as meant":
            verdict = "changed"
        try:
            goal.check(scene)
        except InstructionError as error:
            _count(found, "already true" if "already" in str(error) else "not offered", text, set())
        _count(found, verdict, text, {"as meant"})
    return found


def read_damaged(config: FuzzConfig) -> Counter[str]:
    """Count how damaged sentences are read; guesses and crashes are shown."""
    rng, found = stream(config.seed, "damage"), Counter[str]()
    words_of_pools = (word for pool in POOLS for word in vocabulary(pool))
    known = sorted({*words_of_pools, *UNDERSTOOD, "one", "please"})
    for _, _, sentence in islice(drawn(rng), config.damaged):
        words = sentence.split()
        for _ in range(int(rng.integers(1, 4))):
            words = damage(words, rng, known)
        text = " ".join(words)
        found["damaged"] += 1
        verdict = _verdict(text)
        if verdict.startswith(("guess", "crash")):
            text, verdict = f"{text!r}: {verdict}", verdict.partition(":")[0]
        _count(found, verdict, text, {"refused", "asked back", "accepted"})
        if verdict == "accepted" and not read_sentence(text.split()).goals:
            found["accepted in other words"] += 1
    return found


def _verdict(text: str) -> str:
    try:
        goals = preferred(meanings(text))
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
    """Print the numbers, and keep them if asked to."""
    config = tyro.cli(FuzzConfig, description=__doc__)
    tests: tuple[Callable[[FuzzConfig], Counter[str]], ...] = (
        read_back,
        discarded,
        read_by_another,
        read_damaged,
    )
    results: dict[str, dict[str, int]] = {}
    for test in tests:
        results[test.__name__] = dict(test(config))
        print(", ".join(f"{name} {number}" for name, number in results[test.__name__].items()))
    if config.keep:
        keep_result("language_fuzz", results)


if __name__ == "__main__":
    main()
