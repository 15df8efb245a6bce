"""OpenVINO: other kernels for the same graphs, on Intel's and other CPUs."""

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
from vlsim.deploy.exported import FP32, POLICY_GRAPHS, TEXT_GRAPH, tolerance
from vlsim.deploy.manifest import one_line, refuse
from vlsim.extras import import_extra


@ENGINES.register("openvino")
def open_openvino(bundle: Bundle, computing: Computing) -> Engine:
    """Compile the exported graphs of a bundle for this CPU; one thread, if no number is asked for.

    Raises:
        BundleError: If it was not exported in this precision, or a graph cannot be read.
        InvalidValueError: If another device or precision is asked for.
        MissingExtraError: If openvino is not installed.
    """
    # With the INT8 graph its actions were off by 0.4; why has not been found out.
    check_computing("openvino", computing, (FP32,))
    return OpenvinoEngine(bundle, computing)


class OpenvinoEngine:
    """Computes the exported graphs of a bundle."""

    def __init__(self, bundle: Bundle, computing: Computing) -> None:
        """Compile both graphs."""
        self.tolerance = tolerance(bundle, computing.precision)
        self._text = _compiled(bundle, TEXT_GRAPH, computing.threads)
        self._policy = _compiled(bundle, POLICY_GRAPHS[computing.precision], computing.threads)

    def read(self, ids: NDArray[np.int64]) -> TextArrays:
        """Return the tokens of one sentence (1, L)."""
        return TextArrays(*self._text({"ids": ids}).values())

    def act(
        self, image: NDArray[np.uint8], text: TextArrays, proprio: NDArray[np.float32]
    ) -> Reply:
        """Return what the network does."""
        found = self._policy({"image": image, **vars(text), "proprio": proprio})
        # Copies: the next call writes into the same memory.
        return Reply(*(np.array(values) for values in found.values()))


def _compiled(bundle: Bundle, name: str, threads: int) -> Any:  # noqa: ANN401, optional package
    openvino = import_extra("openvino", "The engine 'openvino'", "openvino")
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",  # by itself it takes bf16 where the CPU has it
        "INFERENCE_NUM_THREADS": threads or 1,
        "NUM_STREAMS": 1,
    }
    data = bundle.read(name)
    core = openvino.Core()
    # Exception, not a list of them: whatever foreign bytes cause is the bundle's fault.
    try:
        return core.compile_model(core.read_model(data, b""), "CPU", settings)
    except Exception as error:
        refuse(bundle.folder, name, f"cannot be compiled by OpenVINO: {one_line(error)}")
