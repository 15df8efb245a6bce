"""Tables of docs/deployment.md, from results of the benchmarks of deployment."""

from typing import Any

Result = dict[str, Any]


def runtime_install(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return size, time and pictures of a robot's computer, beside their targets."""
    found = result["results"]
    size, seconds = found["megabytes"], found["import_to_first_action_s"]
    return (
        ["measured", "value", "target"],
        [
            ["installed", f"{size['all']:.0f} MB", "150 MB"],
            [
                "import to first action",
                f"{seconds['median']:.2f} s (at most {seconds['largest']:.2f} s)",
                "1 s",
            ],
            [
                "pictures that differ from training's",
                f"{found['different_pictures']} of {found['pictures']:,}",
                "0",
            ],
        ],
    )


def deploy_parity(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return how far actions and success of each engine are from torch's."""
    return (
        ["policy", "engine", "actions differ by at most", "allowed", "success", "minus torch's"],
        [
            [
                f"`{row['policy']}`",
                f"`{row['engine']}`",
                f"{max(row['differences'].values()):.1g}",
                "by success" if row["limit"] is None else f"{row['limit']:.0e}",
                f"{row['success']['value']:.3f} (torch {row['success_torch']['value']:.3f})",
                f"{_signed(row['minus_torch'])}, n = {row['minus_torch']['n']}",
            ]
            for row in result["results"]["rows"]
        ],
    )


def deploy_latency(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return p50, p95 and p99 of each engine, in milliseconds."""
    return (
        ["policy", "engine", "part", "p50 ms", "p95 ms", "p99 ms", "fastest ms", "p50 / eager"],
        [
            [
                f"`{row['policy']}`",
                f"`{row['engine']}`",
                row["part"],
                *(f"{row[f'{name}_ms']:.2f}" for name in ("p50", "p95", "p99", "least")),
                f"{row['of_eager']:.2f}",
            ]
            for row in result["results"]["rows"]
        ],
    )


def tensorrt_aot(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return layers and size of every graph; what FP16 computes with, and what INT8 scales."""
    rows = result["results"]["rows"]
    graphs = list(dict.fromkeys(row["graph"] for row in rows))
    built = {(row["policy"], row["graph"]): row for row in rows}
    cells = []
    for policy in dict.fromkeys(row["policy"] for row in rows):
        half = built[policy, "policy.fp16.onnx"]["outputs"]
        audited = {kind: sum(counts.values()) for kind, counts in half.items()}
        cells.append(
            [
                f"`{policy}`",
                *(_layers(built[policy, graph]) for graph in graphs),
                f"{audited.get('HALF', 0)} of {sum(audited.values())}",
                str(built[policy, "policy.int8.onnx"]["scaled"]),
            ]
        )
    heads = ["policy, or parts", *(f"`{graph}`" for graph in graphs)]
    return ([*heads, "FP16: outputs of 16 bits", "INT8: scaled tensors"], cells)


def _layers(row: Result) -> str:
    return f"{row['layers']} ({row['megabytes']:.1f} MB)"


def _signed(pair: Result) -> str:
    return f"{pair['difference']:+.3f} [{pair['low']:+.3f}, {pair['high']:+.3f}]"
