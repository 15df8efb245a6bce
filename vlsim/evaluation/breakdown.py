"""Where successes and failures come from: by goal, kind and verb, and by what went wrong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from vlsim.language.phrasebook import Phrasebook, phrasebook
from vlsim.metrics import METRICS
from vlsim.records import Episode

NOT_SAID = "(none)"
"""Where a target has no kind, as "the red thing", or an instruction has no known verb."""
GO = "go"
# fmt: off
NO_VERBS = frozenset((
    "against", "alongside", "around", "atop", "away", "back", "behind", "beside", "between",
    "bottom", "by", "come", "find", "forty", "forward", "go", "in", "inside", "into", "it",
    "left", "let", "locate", "next", "on", "onto", "over", "please", "right", "see", "they", "to",
    "top", "up", "upon",
))
# fmt: on
"""Words that begin a sentence or a part of it, and are no verbs that say what is asked for."""


def breakdown(table: Mapping[str, Sequence[Episode]]) -> list[dict[str, Any]]:
    """Return a row for each goal, kind and verb of each policy, the most frequent first.

    Args:
        table: Episodes of each policy, of sets in which success is what counts.
    """
    return [
        {
            "policy": policy,
            "by": by,
            "name": name,
            "n": len(group),
            "success": METRICS["success_rate"](group).to_json(),
        }
        for policy, episodes in table.items()
        for by, of in (("goal", goal_of), ("kind", kind_of), ("verb", verb_of))
        for name, group in _grouped(episodes, of)
    ]


def failures(table: Mapping[tuple[str, str], Sequence[Episode]]) -> list[dict[str, Any]]:
    """Return how often each policy failed on each set in which way, the most frequent first."""
    return [
        {"policy": policy, "set": name, "failure": failure, "n": n}
        for (policy, name), episodes in table.items()
        for failure, n in Counter(
            failure_of(episode) for episode in episodes if not episode.success_once
        ).most_common()
    ]


def failure_of(episode: Episode) -> str:
    """Return the kind of a failure, without its details."""
    return episode.failure.partition(":")[0]


def goal_of(episode: Episode) -> str:
    """Return the name of the goal."""
    return str(episode.goal["goal"])


def kind_of(episode: Episode) -> str:
    """Return the kind of the first target that the goal names."""
    return next(_targets(episode.goal), None) or NOT_SAID


def verb_of(episode: Episode) -> str:
    """Return the first verb of the instruction.

    >>> from types import SimpleNamespace
    >>> verb_of(SimpleNamespace(instruction="in the red bowl put the ball"))
    'put'
    """
    words, verbs = episode.instruction.split(), _verbs(phrasebook())
    # "go and put", but "go to the cube".
    return next((word for word in words if word in verbs), GO if GO in words else NOT_SAID)


@lru_cache(maxsize=1)
def _verbs(book: Phrasebook) -> frozenset[str]:
    """Return the words with which sentences of all goals begin, as far as they are verbs."""
    first = {template.words[0] for template in book.templates}
    return frozenset(first - NO_VERBS - {slot for slot in first if slot.startswith("{")})


def _targets(goal: object) -> Iterator[str]:
    if isinstance(goal, Mapping):
        target = goal.get("target")
        if isinstance(target, Mapping) and target.get("kind"):
            yield str(target["kind"])
        for value in goal.values():
            yield from _targets(value)
    elif isinstance(goal, list):
        for value in goal:
            yield from _targets(value)


def _grouped(
    episodes: Iterable[Episode], of: Callable[[Episode], str]
) -> list[tuple[str, list[Episode]]]:
    groups: dict[str, list[Episode]] = defaultdict(list)
    for episode in episodes:
        groups[of(episode)].append(episode)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
