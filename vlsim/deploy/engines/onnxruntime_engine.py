"""The engine of a robot's computer: onnxruntime, without torch."""

from functools import partial

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.engines.base import ENGINES, Computing, Engine, check_computing
from vlsim.deploy.engines.graph_engine import Run, open_graphs
from vlsim.deploy.exported import PRECISIONS
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
    return open_graphs(bundle, computing, _session)


def _session(bundle: Bundle, name: str, threads: int) -> Run:
    runtime = import_extra("onnxruntime", "The engine 'onnxruntime'", "export")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    data = bundle.read(name)
    try:
        session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    # Exception, not a list of them: whatever foreign bytes cause is the bundle's fault.
    except Exception as error:
        refuse(bundle.folder, name, f"cannot be opened: {one_line(error)}")
    return partial(session.run, None)
