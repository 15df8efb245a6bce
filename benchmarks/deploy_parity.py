"""Whether engines act and succeed as torch does: every policy of the zoo, every precision.

    python -m benchmarks.deploy_parity

Actions at batch 1, 2 and 16 on what the policy is shown in its task; then the same benchmark
episodes on each engine and on torch. Keeps `benchmarks/results/deploy_parity.json`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tyro

from benchmarks.result_file import keep_result
from vlsim.agents.load import find_bundle, load_policy, zoo
from vlsim.deploy.engines import Computing
from vlsim.deploy.exported import LIMITS
from vlsim.deploy.verify import compare
from vlsim.evaluation import benchmark_seeds
from vlsim.evaluation.rollout import evaluate
from vlsim.interface.policy import Policy
from vlsim.metrics import METRICS, paired_difference
from vlsim.progress import Progress
from vlsim.records import Episode
from vlsim.scripts.export import act_in
from vlsim.scripts.verify import SET, environments


@dataclass(frozen=True)
class ParityConfig:
    """What is compared."""

    engines: tuple[str, ...] = (
        "onnxruntime:fp32",
        "onnxruntime:fp16",
        "onnxruntime:int8",
        "openvino:fp32",
    )
    """Engines with their precisions."""
    episodes: int = 500
    """Episodes of the closed loop, the same on torch and on every engine."""
    shown: int = 32
    """Episodes whose beginnings actions are compared on."""


def compare_policy(name: str, config: ParityConfig) -> list[dict[str, Any]]:
    """Return a row for each engine."""
    folder = find_bundle(f"zoo:{name}")
    assert folder is not None
    make_env, seeds = environments(folder), benchmark_seeds(config.episodes)

    def act(policy: Policy) -> None:
        act_in(make_env, policy, config.shown, "verify")

    def episodes(spec: str) -> list[Episode]:
        with Progress(spec, len(seeds), "episodes") as progress:
            return evaluate(
                load_policy(spec), make_env, seeds, SET, on_episode=lambda _: progress.advance(1)
            )

    on_torch, rows = episodes(f"zoo:{name}"), []
    for spec in config.engines:
        engine, _, precision = spec.partition(":")
        parity = compare(folder, engine, Computing(precision), act)
        on_engine = episodes(f"zoo:{name}@{spec}")
        rows.append(
            {
                "policy": f"zoo:{name}",
                "engine": spec,
                "compared_rows": parity.rows,
                "differences": {str(k): v for k, v in parity.differences.items()},
                "limit": LIMITS.get(precision),
                "success": METRICS["success_rate"](on_engine).to_json(),
                "success_torch": METRICS["success_rate"](on_torch).to_json(),
                "minus_torch": paired_difference(on_engine, on_torch).to_json(),
            }
        )
    return rows


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, print and keep the result. Returns 1 if a limit is missed or success is lower."""
    config = tyro.cli(ParityConfig, args=argv, description=__doc__)
    rows = [row for name in zoo() for row in compare_policy(name, config)]
    fails = 0
    for row in rows:
        worst, pair = max(row["differences"].values()), row["minus_torch"]
        misses = (row["limit"] is not None and worst > row["limit"]) or pair["high"] < 0
        fails += misses
        print(
            f"{row['policy']} {row['engine']}: actions differ by {worst:.2g} at most, success "
            f"minus torch's {pair['difference']:+.3f} [{pair['low']:+.3f}, {pair['high']:+.3f}] "
            f"n={pair['n']}{' MISSED' if misses else ''}"
        )
    keep_result("deploy_parity", {"episodes": config.episodes, "rows": rows})
    return int(bool(fails))


if __name__ == "__main__":
    raise SystemExit(main())
