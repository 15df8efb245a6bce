"""What the numbers of a benchmark say, in sentences: what a policy can do, and whether it listens.

Every sentence is made of numbers of `results.json`, with n and interval. None claims a difference
that its interval does not show.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vlsim.evaluation import words
from vlsim.evaluation.statistics import SEEN
from vlsim.instruction_sets.role import BLIND, MEASURED, WRONG_WORDS

Results = Mapping[str, Any]

FEWEST = 10
"""Episodes that a goal, kind or verb needs to be called the weakest."""


def conclusion(results: Results) -> dict[str, list[str]]:
    """Return sentences about every policy that is no bound, or about the bounds if all are."""
    policies = dict.fromkeys(s["policy"] for s in results["scores"] if not s["is_bound"])
    policies = policies or dict.fromkeys(s["policy"] for s in results["scores"])
    return {policy: list(_about(policy, results)) for policy in policies}


def _about(policy: str, results: Results) -> Iterator[str]:
    scores = {s["set"]: s for s in results["scores"] if s["policy"] == policy}
    measured = [s for s in scores.values() if s["role"] == MEASURED]
    yield from (_success(s, scores.get(SEEN)) for s in measured)
    yield from _listens(policy, scores, results)
    yield from _weakest(policy, measured, results)
    yield from _fails(policy, measured, results)


def _success(score: Mapping[str, Any], seen: Mapping[str, Any] | None) -> str:
    sentence = f"On {score['set']} it succeeds in {share(score)}."
    if seen is None or score is seen:
        return sentence
    success, usual = score["success"], seen["success"]
    if success["high"] < usual["low"]:
        return f"{sentence} That is less than on {SEEN}: the intervals do not meet."
    if success["low"] > usual["high"]:
        return f"{sentence} That is more than on {SEEN}: the intervals do not meet."
    return f"{sentence} These episodes show no difference from {SEEN}."


def _listens(policy: str, scores: Mapping[str, Any], results: Results) -> Iterator[str]:
    for gap in results["language_gap"]:
        if gap["policy"] != policy:
            continue
        numbers = f"{words.difference(gap)}, n = {gap['n']}, {words.p_value(gap['p_value'])}"
        if gap["low"] > 0.0:
            yield f"It listens: without the instruction it succeeds less often ({numbers})."
        elif gap["high"] < 0.0:
            yield f"The instruction harms it: without, it succeeds more often ({numbers})."
        else:
            yield (
                "These episodes do not show that it listens: with and without the instruction, it "
                f"succeeds about equally often ({numbers})."
            )
    blind = [s for s in scores.values() if s["role"] == BLIND]
    if blind:
        each = "; ".join(f"{s['set']} {share(s)}" for s in blind)
        yield f"Success without usable words, by luck or by the look of the scene: {each}."
    for score in scores.values():
        if score["role"] == WRONG_WORDS:
            yield (
                f"Told to do something else in the scenes of {SEEN} ({score['set']}), it does that "
                f"in {share(score)}."
            )


def _weakest(policy: str, measured: Sequence[Mapping[str, Any]], results: Results) -> Iterator[str]:
    n = sum(s["n"] for s in measured)
    if not n:
        return
    mean = sum(s["success"]["value"] * s["n"] for s in measured) / n
    rows = [
        row
        for row in results["breakdown"]
        if row["policy"] == policy and row["n"] >= FEWEST and row["success"]["high"] < mean
    ]
    if rows:
        weakest = sorted(rows, key=lambda row: row["success"]["value"])[:3]
        each = "; ".join(f"{row['by']} {row['name']} {share(row)}" for row in weakest)
        yield f"Weakest, clearly below its mean of {words.number(mean)}: {each}."
    else:
        yield (
            f"No goal, kind or verb with {FEWEST} or more episodes is clearly below its mean of "
            f"{words.number(mean)}."
        )


def _fails(policy: str, measured: Sequence[Mapping[str, Any]], results: Results) -> Iterator[str]:
    sets = {s["set"] for s in measured}
    counts: Counter[str] = Counter()
    for row in results["failures"]:
        if row["policy"] == policy and row["set"] in sets:
            counts[row["failure"]] += row["n"]
    if counts:
        each = ", ".join(f"{failure} {n}" for failure, n in counts.most_common())
        yield f"How it fails ({words.count(counts.total(), 'failure')}): {each}."


def share(row: Mapping[str, Any]) -> str:
    """Write a share as "39 of 40 episodes (0.975 [0.871, 0.996])"."""
    success, n = row["success"], row["n"]
    return f"{round(success['value'] * n)} of {n} episodes ({words.estimate(success)})"
