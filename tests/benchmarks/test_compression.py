"""Which student is the best: fast enough first, then what it keeps of its teacher's success."""

from typing import Any

import pytest

from benchmarks.compression import best_student
from tools.docs.result_tables import compression_table


def row(policy: str, p50: float, *shares: float, precision: str = "fp32") -> dict[str, Any]:
    estimates = [{"value": s, "low": s - 0.1, "high": s + 0.1, "n": 8} for s in shares]
    return {
        "policy": policy,
        "method": "" if policy == "teacher" else "prune",
        "engine": "onnxruntime",
        "precision": precision,
        "bytes": 2000,
        "p50_ms": p50,
        "p99_ms": 2 * p50,
        "success": dict(zip(("seen", "combo"), estimates, strict=False)),
    }


TEACHER = row("teacher", 4.0, 1.0, 0.8)


@pytest.mark.parametrize(
    ("students", "policy", "success", "time"),
    [
        ([row("a", 1.0, 0.9, 0.72)], "a", 0.9, 0.25),
        ([row("a", 1.0, 0.9, 0.72), row("b", 1.01, 1.0, 0.8)], "a", 0.9, 0.25),
        ([row("a", 1.0, 0.9, 0.72), row("b", 0.9, 0.9, 0.9)], "b", 1.0, 0.225),
        ([row("a", 2.0, 0.9, 0.72), row("b", 3.0, 0.9, 0.9)], "b", 1.0, 0.75),
        ([row("a", 1.0, 0.9, 0.72), row("b", 0.1)], "a", 0.9, 0.25),
    ],
)
def test_the_best_student_is_fast_enough_and_keeps_most(
    students: list[dict[str, Any]], policy: str, success: float, time: float
) -> None:
    best = best_student([TEACHER, *students], "teacher")
    assert best == {"policy": policy, "precision": "fp32", "success": success, "time": time}


def test_the_table_leaves_empty_what_was_not_measured() -> None:
    rows = [TEACHER, row("a", 1.0, precision="fp16")]
    table = compression_table({"command": "python -m x", "results": {"rows": rows}})
    assert "| policy | method | engine | kB | p50 ms | p99 ms | `seen` | `combo` |" in table
    assert "| `a` | prune | onnxruntime, fp16 | 2 | 1.00 | 2.00 |  |  |" in table
    assert "0.800 [0.700, 0.900]" in table
