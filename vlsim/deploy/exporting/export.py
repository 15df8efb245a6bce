"""A policy's bundle with the graphs that other engines compute: ONNX, in several precisions."""

import tempfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from vlsim.deploy.bundle import Bundle, extend_bundle, load_bundle
from vlsim.deploy.engine_policy import EnginePolicy, open_policy
from vlsim.deploy.engines import ENGINES, Computing
from vlsim.deploy.exported import (
    EXPORT,
    FP16,
    FP32,
    FUSED_GRAPH,
    INT8,
    LIMITS,
    MOST_ROWS,
    OPSET,
    POLICY_GRAPHS,
    PRECISIONS,
    TEXT_GRAPH,
    WORKSPACE,
)
from vlsim.deploy.exporting.description import graph_facts
from vlsim.deploy.exporting.inputs import TOKENS, fused_inputs, policy_inputs, text_inputs
from vlsim.deploy.exporting.onnx_file import onnx_of
from vlsim.deploy.exporting.quantize import int8_of
from vlsim.deploy.graphs import FusedGraph, PolicyGraph, TextGraph
from vlsim.deploy.network import TorchEngine, build_actor
from vlsim.deploy.recording import BATCHES, RecordingEngine, Shown, largest_difference
from vlsim.errors import BundleError, InvalidValueError
from vlsim.models.actor import Actor
from vlsim.runs import packages

EXPORTERS = ("torch", "onnx", "onnxscript", "onnxruntime")
"""Packages that decide what the graphs are."""
ACTS = ("action", "attention")
"""Outputs of the graphs that act."""


def export_policy(
    folder: Path,
    out: Path,
    act: Callable[[EnginePolicy], None],
    precisions: Sequence[str] = PRECISIONS,
) -> dict[str, float]:
    """Write a policy's bundle with its graphs, compared with torch; nothing if they differ.

    Args:
        folder: Bundle of a trained policy.
        out: Bundle to write; may be the same.
        act: Lets the policy act. What it is shown decides the scales of INT8, and with the golden
            inputs it is what every graph is compared with torch on.
        precisions: Of the graphs that act; FP32 is among them.

    Returns:
        The largest difference of an action from torch's, by precision.

    Raises:
        BundleError: If the bundle is damaged, or a graph does not do what the network does.
        InvalidValueError: If a precision is unknown, or FP32 is missing.
        MissingExtraError: If onnx, onnxscript or onnxruntime is not installed.
    """
    for precision in precisions:
        Computing(precision)
    if FP32 not in precisions:
        raise InvalidValueError(
            f"The precisions of an export must have {FP32} among them, got {', '.join(precisions)}."
        )
    bundle = load_bundle(folder)
    actor = build_actor(bundle)
    recorder = RecordingEngine(TorchEngine(actor))
    # Checks the golden inputs, which are recorded so.
    act(open_policy(folder.name, recorder, bundle))
    facts = _facts(bundle, actor, precisions)
    graphs = _graphs(actor, recorder.rows, precisions)
    with tempfile.TemporaryDirectory() as scratch:
        draft = load_bundle(
            extend_bundle(bundle, Path(scratch) / out.name, graphs, {EXPORT: facts})
        )
        differences = {p: _difference(draft, p, recorder.rows) for p in precisions}
    for precision, worst in differences.items():
        limit = LIMITS.get(precision, max(2 * worst, LIMITS[FP32]))
        if worst > limit:
            raise BundleError(
                f"{POLICY_GRAPHS[precision]} of {folder} differs from its network by {worst:.2g}; "
                f"allowed {limit}. Nothing was written."
            )
        facts["precisions"][precision] |= {"difference": worst, "tolerance": limit}
    facts["compared_rows"] = len(recorder.rows)
    extend_bundle(bundle, out, graphs, {EXPORT: facts})
    return differences


def _facts(bundle: Bundle, actor: Actor, precisions: Sequence[str]) -> dict[str, Any]:
    try:
        graphs = graph_facts(actor.config, bundle.manifest.about, precisions)
    except (LookupError, TypeError) as error:
        raise BundleError(
            f"{bundle.folder}/manifest.json does not say what the policy reads and does ({error})."
        ) from error
    installed = packages()
    return {
        "opset": OPSET,
        "rows": [1, MOST_ROWS],
        "workspace_bytes": WORKSPACE,
        "graphs": graphs,
        # Any action is within 2 of any other; what is measured stands there in the end.
        "precisions": {p: {"graph": POLICY_GRAPHS[p], "tolerance": 2.0} for p in precisions},
        "made_with": {n: installed[n] for n in EXPORTERS if n in installed},
    }


def _graphs(actor: Actor, rows: Sequence[Shown], precisions: Sequence[str]) -> dict[str, bytes]:
    """Return every file by its name."""
    sizes = actor.config
    policy = onnx_of(PolicyGraph(actor), policy_inputs(sizes), ACTS)
    graphs = {
        TEXT_GRAPH: onnx_of(TextGraph(actor), text_inputs(sizes), TOKENS).data,
        POLICY_GRAPHS[FP32]: policy.data,
        FUSED_GRAPH: onnx_of(FusedGraph(actor), fused_inputs(sizes), ACTS).data,
    }
    if FP16 in precisions:
        half = PolicyGraph(deepcopy(actor).half())
        graphs[POLICY_GRAPHS[FP16]] = onnx_of(half, policy_inputs(sizes), ACTS).data
    if INT8 in precisions:
        graphs[POLICY_GRAPHS[INT8]] = int8_of(policy, [row.inputs for row in rows])
    return graphs


def _difference(bundle: Bundle, precision: str, rows: Sequence[Shown]) -> float:
    """Return how far actions are from torch's; some sentences are longer than in the examples."""
    engine = ENGINES["onnxruntime"](bundle, Computing(precision))
    longer = [replace(row, text=row.text.padded(row.text.n_words + 1)) for row in rows[:MOST_ROWS]]
    return max(
        *(largest_difference(engine, rows, batch) for batch in BATCHES),
        largest_difference(engine, longer, 1),
    )
