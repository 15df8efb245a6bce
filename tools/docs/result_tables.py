"""Fill the tables of results in README and docs from the files in `benchmarks/results/`.

    python -m tools.docs.result_tables

A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`; a test compares.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.result_file import RESULTS
from tools.docs import (
    deployment_tables,
    few_shot_table,
    robot_tables,
    saying_table,
    seeing_table,
    tabletop_table,
    transfer_table,
)
from vlsim.files import atomic_write

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
NOTHING = ""
"""What stands in a cell that was not measured."""
Result = dict[str, Any]
Table = tuple[list[str], list[list[str]]]
"""The heads of the columns, and rows of cells."""


def main() -> None:
    """Write the pages with today's tables."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        with atomic_write(page) as temporary:
            temporary.write_text(filled(text), encoding="utf-8")


def filled(text: str, folder: Path = RESULTS) -> str:
    """Return `text` with every table made anew from the results in `folder`."""

    def table(place: re.Match[str]) -> str:
        begin, name, end = place.groups()
        result = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        return f"{begin}{TABLES[name](result)}{end}"

    return PLACE.sub(table, text)


def learning_table(result: Result) -> str:
    """Return success per instruction set: every seed, before PPO, and the bounds if measured."""
    runs = result["results"]["runs"]
    first, *others = runs
    columns = {
        f"seed {first['seed']}": (first, "trained"),
        **{f"seed {run['seed']}": (run, "trained") for run in others},
        f"seed {first['seed']} before PPO": (first, "before PPO"),
        **{name: (first, name) for name in ("expert", "random") if _has(first, name)},
    }
    sets = list(dict.fromkeys(score["set"] for score in first["scores"]))
    rows = [
        [f"`{name}`", *(_success(run, policy, name) for run, policy in columns.values())]
        for name in sets
    ]
    return _markdown(["set", *columns], rows) + f"\n`{result['command']}`\n"


def parts_table(result: Result) -> str:
    """Return what a batch takes with each fusion, and how many parameters it has."""
    rows = result["results"]
    columns = list(dict.fromkeys((row["vision"], row["text"]) for row in rows))
    measured = {
        (row["fusion"], row["vision"], row["text"]): f"{row['seconds_by_default']:.1f} "
        f"({row['parameters'] / 1e3:.0f} k)"
        for row in rows
    }
    fusions = sorted({row["fusion"] for row in rows})
    cells = [
        [f"`{fusion}`", *(measured[fusion, vision, text] for vision, text in columns)]
        for fusion in fusions
    ]
    heads = ["fusion", *(f"`{vision}`, `{text}`" for vision, text in columns)]
    return _markdown(heads, cells) + f"\n`{result['command']}`\n"


def contract_table(result: Result) -> str:
    """Return what the check of the contract said of each fault in each policy."""
    rows = result["results"]["rows"]
    policies = list(dict.fromkeys(row["policy"] for row in rows))
    found = {(row["policy"], row["fault"]): row for row in rows}

    def cell(policy: str, fault: str) -> str:
        row = found.get((policy, fault))
        if row is None:
            return NOTHING
        if not fault:
            words = "accused" if row["is_caught"] else "not accused"
            return f"{words} ({row['agreement']:.2f})"
        return "named" if row["is_named"] else "caught" if row["is_caught"] else "missed"

    faults = dict.fromkeys(row["fault"] for row in rows)
    cells = [
        [fault or "none (agreement)", *(cell(policy, fault) for policy in policies)]
        for fault in faults
    ]
    return _markdown(["planted fault", *policies], cells) + f"\n`{result['command']}`\n"


def load_table(result: Result) -> str:
    """Return how long clients of a policy server wait; a row for each round."""
    found, cores = result["results"], result["provenance"]["cpu_count"]
    rows = [
        [
            f"{load['connections']} at {load['hz']:g} Hz",
            f"{load['p50_ms']} ms",
            f"{load['p99_ms']} ms",
            f"{load['errors']} of {load['requests']}",
            f"{load['cores_used']} of {cores}",
            f"{load['cores_used_by_others']}",
        ]
        for load in found["rounds"]
    ]
    heads = [f"clients of {found['policy']}", "p50", "p99", "errors"]
    table = _markdown([*heads, "cores used, clients too", "by other programs"], rows)
    return table + f"\n`{result['command']}`\n"


def serving_table(result: Result) -> str:
    """Return what a policy server does with broken frames, slow clients and openpi's client."""
    found = result["results"]
    broken, slow, openpi = found["malformed"], found["slow_client"], found["openpi"]
    memory = broken["memory_mb"]
    rows = [
        [
            f"{broken['frames']} broken frames",
            f"{broken['one_line_errors']} answered in one line, {broken['still_a_request']} still "
            f"requests, {broken['closed_without_a_word']} unanswered; the next request "
            f"{'is answered' if broken['answers_after'] else 'is lost'}",
        ],
        [
            "memory",
            f"{memory['after_5_percent']} MB after 5 %, {memory['at_the_end']} MB at the end",
        ],
        [
            f"beside slow clients, an inference of {slow['inference_ms']:g} ms",
            f"longest wait of {slow['requests']}: {slow['wait_in_inferences']} inferences",
        ],
        [
            f"openpi-client, NumPy {openpi['numpy']}",
            f"{openpi['requests']} requests, {openpi['errors']} errors",
        ],
    ]
    return _markdown(["what", "measured"], rows) + f"\n`{result['command']}`\n"


def _has(run: Result, policy: str) -> bool:
    return any(score["policy"] == policy for score in run["scores"])


def _success(run: Result, policy: str, name: str) -> str:
    for score in run["scores"]:
        if (score["policy"], score["set"]) == (policy, name):
            return interval(score["success"])
    return NOTHING


def interval(estimate: Result) -> str:
    """Return a share with its interval: "0.995 [0.972, 0.999]"."""
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}]"


def _with_command(result: Result, table: Callable[[Result], Table]) -> str:
    return _markdown(*table(result)) + f"\n`{result['command']}`\n"


def _markdown(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def compression_table(result: Result) -> str:
    """Return size, latency and success of the teacher and its students."""
    rows = result["results"]["rows"]
    sets = list(dict.fromkeys(name for row in rows for name in row["success"]))
    cells = [
        [
            f"`{row['policy']}`",
            row["method"],
            f"{row['engine']}, {row['precision']}",
            f"{row['bytes'] / 1e3:.0f}",
            f"{row['p50_ms']:.2f}",
            f"{row['p99_ms']:.2f}",
            *(interval(row["success"][s]) if s in row["success"] else NOTHING for s in sets),
        ]
        for row in rows
    ]
    heads = ["policy", "method", "engine", "kB", "p50 ms", "p99 ms", *(f"`{s}`" for s in sets)]
    return _markdown(heads, cells) + f"\n`{result['command']}`\n"


def oracle_table(result: Result) -> str:
    """Return how far each metric is from the packages that people know it from."""
    rows = [
        [
            f"`{each['metric']}`" if "," not in each["metric"] else each["metric"],
            each["package"],
            str(each["n"]),
            f"{each['value']:.5f}",
            f"{each['largest_difference']:.0e}" if each["largest_difference"] else "0",
        ]
        for each in result["results"]["comparisons"]
    ]
    heads = ["metric", "package", "n", "value", "largest difference"]
    return _markdown(heads, rows) + f"\n`{result['command']}`\n"


def pictures_table(result: Result) -> str:
    """Return how fast pictures are collected, and how often questions are answered blind."""
    results = result["results"]
    speed = [
        [
            each["format"],
            str(each["pictures"]),
            f"{each['cpu_ms']:.1f} ms",
            f"{each['per_cpu_second']:.0f}",
            f"{each['minutes_for_wanted']:.1f} min",
            f"{each['kilobytes']:.1f} kB",
        ]
        for each in results["speed"]
    ]
    heads = ["files", "n", "CPU time a picture", "pictures a CPU second"]
    heads += ["50,000 pictures on two free cores", "size a picture"]
    answered = [
        [
            f"`{each['kind']}`",
            str(each["n"]),
            f"{each['most_frequent']:.2f}",
            f"{each['words']:.2f}",
        ]
        for each in results["blind"]
    ]
    asked = ["kind of question", "n", "the most frequent answer to the question", "its words"]
    return (
        _markdown(heads, speed)
        + "\nAnswered without the picture:\n\n"
        + _markdown(asked, answered)
        + f"\n`{result['command']}`\n"
    )


TABLES: dict[str, Callable[[Result], str]] = {
    "compression": compression_table,
    "contract_faults": contract_table,
    "learning_demo": learning_table,
    "learning_demo_cross_attention": learning_table,
    "learning_reach": learning_table,
    "metric_oracles": oracle_table,
    "parts": parts_table,
    "pictures": pictures_table,
    "robot_loop": lambda result: _with_command(result, robot_tables.robot_loop),
    "safety": lambda result: _with_command(result, robot_tables.safety),
    "watchdog": lambda result: _with_command(result, robot_tables.watchdog),
    "saying": lambda result: _with_command(result, saying_table.saying),
    "seeing": lambda result: _with_command(result, seeing_table.seeing),
    "tabletop": lambda result: _with_command(result, tabletop_table.tabletop),
    "few_shot": lambda result: _with_command(result, few_shot_table.few_shot),
    "transfer": lambda result: _with_command(result, transfer_table.transfer),
    "serving": serving_table,
    "serving_load": load_table,
    "deploy_latency": lambda result: _with_command(result, deployment_tables.deploy_latency),
    "deploy_parity": lambda result: _with_command(result, deployment_tables.deploy_parity),
    "tensorrt_aot": lambda result: _with_command(result, deployment_tables.tensorrt_aot),
    "runtime_install": lambda result: _with_command(result, deployment_tables.runtime_install),
}
"""What makes the table of each result."""


if __name__ == "__main__":
    main()
