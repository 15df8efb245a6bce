"""What an exported bundle holds beside its weights: the names of its graphs, how exact they are."""

import math

from vlsim.deploy.bundle import Bundle
from vlsim.errors import BundleError

FP32, FP16, INT8 = "fp32", "fp16", "int8"
PRECISIONS = (FP32, FP16, INT8)
"""What a network computes with: numbers of 32 or 16 bits, or whole numbers of 8."""
OPSET = 18
"""Of the operators in the graphs; TensorRT reads up to 20."""
MOST_ROWS = 16
"""Rows that a graph takes at once."""
WORKSPACE = 1 << 30
"""Bytes that a compiler may use while it tries kernels, and an engine while it computes."""
TEXT_GRAPH = "text_encoder.onnx"
"""Token ids to the tokens of a sentence, once for each instruction."""
POLICY_GRAPHS = {FP32: "policy.onnx", FP16: "policy.fp16.onnx", INT8: "policy.int8.onnx"}
"""Pictures, tokens of sentences and proprioception to actions, by precision."""
FUSED_GRAPH = "fused.onnx"
"""Pictures, token ids and proprioception to actions."""
LIMITS = {FP32: 1e-5, FP16: 5e-3}
"""Largest difference from torch that an export may have, as actions lie in [-1, 1]. Whole numbers
of 8 bits are judged by success; their difference is measured and may be exceeded twice."""
EXPORT = "export"
"""Where the manifest describes the graphs, in `about`."""


def tolerance(bundle: Bundle, precision: str) -> float:
    """Return how far actions may be from the golden ones.

    Raises:
        BundleError: If the bundle was not exported in this precision, or states no such number.
    """
    about = bundle.manifest.about.get(EXPORT)
    precisions = about.get("precisions") if isinstance(about, dict) else None
    known = precisions if isinstance(precisions, dict) else {}
    if precision not in known:
        raise BundleError(
            f"{bundle.folder} holds no graph of precision {precision}, but "
            f"{', '.join(known) or 'none at all'}; write them with: vlsim export {bundle.folder} "
            "--out NAME.vlsim"
        )
    entry = known[precision]
    allowed = entry.get("tolerance") if isinstance(entry, dict) else None
    if not isinstance(allowed, float) or not 0 < allowed < math.inf:
        raise BundleError(f"{bundle.folder}/manifest.json states the tolerance {allowed!r:.40}.")
    return allowed
