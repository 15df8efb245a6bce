"""OpenVINO: other kernels for the same graphs, on Intel's and other CPUs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import ENGINES, Computing, Engine, check_computing
from vlsim.deploy.engines.graph_engine import Run, open_graphs
from vlsim.deploy.exported import FP32
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
    # With the INT8 graph it gives the golden actions, and succeeds less often: 0.75 of 0.99.
    check_computing("openvino", computing, (FP32,))
    return open_graphs(bundle, computing, _compiled)


def _compiled(bundle: Bundle, name: str, threads: int) -> Run:
    openvino = import_extra("openvino", "The engine 'openvino'", "openvino")
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",  # by itself it takes bf16 where the CPU has it
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
    }
    data = bundle.read(name)
    core = openvino.Core()
    # Exception, not a list of them: whatever foreign bytes cause is the bundle's fault.
    try:
        model = core.compile_model(core.read_model(data, b""), "CPU", settings)
    except Exception as error:
        refuse(bundle.folder, name, f"cannot be compiled by OpenVINO: {one_line(error)}")

    def run(inputs: Mapping[str, NDArray[Any]]) -> Sequence[NDArray[Any]]:
        # Copies: the next call writes into the same memory.
        return [np.array(values) for values in model(dict(inputs)).values()]

    return run
