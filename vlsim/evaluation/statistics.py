"""From episodes to `results.json`: every score with its interval, every comparison paired."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import Any

from vlsim.errors import NoDataError
from vlsim.evaluation.breakdown import breakdown, failures
from vlsim.instruction_sets.role import MEASURED, Role
from vlsim.metrics import METRICS, PairedDifference, paired_difference
from vlsim.records import Episode

FEW = 50
"""With fewer episodes the interval of a success rate may be wider than 0.27: no ranking."""
SEEN = "seen"
NO_INSTRUCTION = "no-instruction"
FIELDS = {
    "success": "success_rate",
    "success_at_end": "success_at_end",
    "referent_accuracy": "referent_accuracy",
    "return": "mean_return",
    "steps": "mean_steps",
}
"""Fields of a score and the metrics behind them."""

Table = Mapping[tuple[str, str], Sequence[Episode]]
"""Episodes of each (policy, set)."""


def summarise(
    table: Table, *, controls: Mapping[str, Role] | None = None, bounds: Collection[str] = ()
) -> dict[str, Any]:
    """Return the scores, differences and warnings of a benchmark.

    Args:
        table: Episodes of each (policy, set), in the order of one list of seeds, from its first.
        controls: The roles of the sets that are not just measured.
        bounds: Policies that show what is possible or what is chance; they are not compared with
            others.

    Returns:
        JSON with `scores` (a row per policy and set), `differences` (policies, on one set),
        `language_gap` (one policy, `seen` minus `no-instruction`), `breakdown` (measured sets, by
        goal, kind and verb), `failures` (how often which), `errors` (how many episodes could not be
        carried out, and count as neither success nor failure) and `warnings`.
    """
    errors = _errors(table)
    table = {
        key: measured
        for key, episodes in table.items()
        if (measured := [episode for episode in episodes if not episode.error])
    }
    policies = list(dict.fromkeys(policy for policy, _ in table))
    sets = list(dict.fromkeys(name for _, name in table))
    controls = controls or {}
    compared = [policy for policy in policies if policy not in bounds]
    return {
        "scores": [
            {
                "policy": policy,
                "set": name,
                "role": controls.get(name, MEASURED),
                "is_bound": policy in bounds,
                "n": len(episodes),
                **{field: _estimate(metric, episodes) for field, metric in FIELDS.items()},
            }
            for (policy, name), episodes in table.items()
        ],
        "differences": [
            {
                "set": name,
                "role": controls.get(name, MEASURED),
                "first": first,
                "second": second,
                **_paired(table[first, name], table[second, name]).to_json(),
            }
            for first, second in combinations(compared, 2)
            for name in sets
            if (first, name) in table and (second, name) in table
        ],
        "language_gap": [
            {
                "policy": policy,
                **_paired(table[policy, SEEN], table[policy, NO_INSTRUCTION]).to_json(),
            }
            for policy in compared
            if (policy, SEEN) in table and (policy, NO_INSTRUCTION) in table
        ],
        "breakdown": breakdown(
            {
                policy: [
                    episode
                    for name in sets
                    if name not in controls
                    for episode in table.get((policy, name), ())
                ]
                for policy in compared or policies
            }
        ),
        "failures": failures(table),
        "errors": errors,
        "warnings": [*_warnings(table), *(_error_warning(row) for row in errors)],
    }


def _paired(first: Sequence[Episode], second: Sequence[Episode]) -> PairedDifference:
    """Compare the episodes that both have: one may have been measured on more."""
    both = {e.seed for e in first} & {e.seed for e in second}
    return paired_difference(
        [e for e in first if e.seed in both], [e for e in second if e.seed in both]
    )


def _errors(table: Table) -> list[dict[str, Any]]:
    """Return how many episodes of each policy and set ended in which error."""
    return [
        {"policy": policy, "set": name, "error": error, "n": n}
        for (policy, name), episodes in table.items()
        for error, n in Counter(e.error for e in episodes if e.error).most_common()
    ]


def _error_warning(row: Mapping[str, Any]) -> str:
    what = f"{row['n']} episodes of {row['policy']} on {row['set']} ended in an error"
    if row["n"] == 1:
        what = f"1 episode of {row['policy']} on {row['set']} ended in an error"
    return (
        f"{what} and count neither as success nor as failure: {row['error']} "
        "The same command runs them again."
    )


def _estimate(metric: str, episodes: Sequence[Episode]) -> dict[str, Any] | None:
    try:
        return METRICS[metric](episodes).to_json()
    except NoDataError:
        # Such as a policy that touched nothing: null, which is not the same as zero.
        return None


def _warnings(table: Table) -> list[str]:
    fewest = min((len(episodes) for episodes in table.values()), default=0)
    if fewest >= FEW:
        return []
    return [
        f"n = {fewest} is below {FEW}: the intervals are too wide to rank policies. "
        "Use --episodes 200."
    ]
