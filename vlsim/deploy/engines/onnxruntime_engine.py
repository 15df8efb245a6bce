"""The engine of a robot's computer: onnxruntime, without torch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import (
    ENGINES,
    Computing,
    Engine,
    Reply,
    TextArrays,
    check_computing,
)
from vlsim.deploy.exported import POLICY_GRAPHS, PRECISIONS, TEXT_GRAPH, tolerance
from vlsim.deploy.manifest import one_line, refuse
from vlsim.extras import import_extra


@ENGINES.register("onnxruntime")
def open_onnxruntime(bundle: Bundle, computing: Computing) -> Engine:
    """Open the exported graphs of a bundle; one thread, if no number is asked for.

    Raises:
        BundleError: If it was not exported in this precision, or a graph cannot be read.
        InvalidValueError: If another device is asked for.
        MissingExtraError: If onnxruntime is not installed.
    """
    check_computing("onnxruntime", computing, PRECISIONS)
    return OnnxruntimeEngine(bundle, computing)


class OnnxruntimeEngine:
    """Computes the exported graphs of a bundle."""

    def __init__(self, bundle: Bundle, computing: Computing) -> None:
        """Open both graphs."""
        self.tolerance = tolerance(bundle, computing.precision)
        # What is told at reset is read with 32 bits, whatever acts.
        self._text = _session(bundle, TEXT_GRAPH, computing.threads)
        self._policy = _session(bundle, POLICY_GRAPHS[computing.precision], computing.threads)

    def read(self, ids: NDArray[np.int64]) -> TextArrays:
        """Return the tokens of one sentence (1, L)."""
        return TextArrays(*self._text.run(None, {"ids": ids}))

    def act(
        self, image: NDArray[np.uint8], text: TextArrays, proprio: NDArray[np.float32]
    ) -> Reply:
        """Return what the network does."""
        inputs = {
            "image": image,
            "words": text.words,
            "context": text.context,
            "mask": text.mask,
            "proprio": proprio,
        }
        return Reply(*self._policy.run(None, inputs))


def _session(bundle: Bundle, name: str, threads: int) -> Any:  # noqa: ANN401, optional package
    runtime = import_extra("onnxruntime", "The engine 'onnxruntime'", "export")
    options = runtime.SessionOptions()
    # Graphs of this size gain nothing from more, and a robot's computer has other things to do.
    options.intra_op_num_threads = threads or 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    data = bundle.read(name)
    try:
        return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    # Exception, not a list of them: whatever foreign bytes cause is the bundle's fault.
    except Exception as error:
        refuse(bundle.folder, name, f"cannot be opened: {one_line(error)}")
