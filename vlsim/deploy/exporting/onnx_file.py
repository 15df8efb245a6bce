"""From a graph of torch to the bytes of an ONNX file that takes 1 to 16 rows."""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram

from vlsim.deploy.exported import MOST_ROWS, OPSET
from vlsim.errors import InvalidValueError
from vlsim.extras import import_extra
from vlsim.interface.observation import TEXT_LENGTH

BATCH = Dim("batch", min=1, max=MOST_ROWS)
WORDS = Dim("words", min=2, max=TEXT_LENGTH)
"""Sizes that may differ from call to call, each the same in all inputs."""
WITH_WORDS = ("ids", "words", "context", "mask")
"""Inputs whose second axis counts tokens."""
NAMESPACE = "namespace"
"""Where the exporter notes which module of the network a node is of."""


@dataclass(frozen=True, eq=False)
class OnnxFile:
    """A graph as ONNX.

    Args:
        data: The file; nothing in it says where or by whom it was made.
        of_head: Names of the nodes that are of the head.
    """

    data: bytes
    of_head: tuple[str, ...]


def program_of(graph: nn.Module, inputs: Mapping[str, Tensor]) -> ExportedProgram:
    """Return a graph as `torch.export` writes it; it refuses inputs with unequal rows.

    Args:
        graph: Takes the inputs, in this order.
        inputs: Examples, by name, of 2 rows at least: a single row would be taken for a constant.
    """
    with torch.no_grad():
        return torch.export.export(
            graph.eval(), tuple(inputs.values()), dynamic_shapes=varying_sizes(inputs)
        )


def onnx_of(graph: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str]) -> OnnxFile:
    """Return a graph as ONNX.

    Args:
        graph: Takes the inputs, in this order, and returns the outputs.
        inputs: As for `program_of`.
        outputs: Their names.

    Raises:
        InvalidValueError: If a part of the network fixes the number of rows or words.
        MissingExtraError: If onnx or onnxscript is not installed.
    """
    for package in ("onnx", "onnxscript"):
        import_extra(package, "Exporting to ONNX", "export")
    # torch remembers from the export before how it unrolled a recurrence, and would do so again.
    for recurrence in (torch.ops.aten.gru.input, torch.ops.aten.lstm.input):
        recurrence._dispatch_cache.clear()
    # The module and not its program: only so is a GRU over any number of words one node.
    with _quiet():
        written = torch.onnx.export(
            graph.eval(),
            tuple(inputs.values()),
            dynamo=True,
            verbose=False,
            dynamic_shapes=varying_sizes(inputs),
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
        )
    assert written is not None
    model = written.model_proto
    _check_sizes(model)
    _name_sizes(model)
    of_head = tuple(node.name for node in model.graph.node if _is_of_head(node))
    _strip(model)
    return OnnxFile(model.SerializeToString(deterministic=True), of_head)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to itself what the exporter says about packages that nothing here needs."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def varying_sizes(inputs: Mapping[str, Tensor]) -> tuple[dict[int, Dim], ...]:
    """Return of each input which axes may differ, and that they do so together."""
    return tuple({0: BATCH} | ({1: WORDS} if name in WITH_WORDS else {}) for name in inputs)


def _check_sizes(model: Any) -> None:  # noqa: ANN401, optional package
    """Refuse a graph in which the exporter made a constant of what may differ."""
    for value in model.graph.input:
        names = [axis.dim_param for axis in value.type.tensor_type.shape.dim]
        wanted = ["batch", "words"] if value.name in WITH_WORDS else ["batch"]
        if names[: len(wanted)] != wanted:
            raise InvalidValueError(
                f"A part of the network takes only one number of rows or words, as '{value.name}' "
                "shows; compute with sizes of tensors instead of numbers."
            )


def _is_of_head(node: Any) -> bool:  # noqa: ANN401, optional package
    notes = {entry.key: entry.value for entry in node.metadata_props}
    return "/actor.head:" in notes.get(NAMESPACE, "")


def _name_sizes(model: Any) -> None:  # noqa: ANN401, optional package
    """Say of every output which sizes may differ, and leave what lies between to the reader.

    Behind a recurrence the exporter writes down the number of words of the example.
    """
    del model.graph.value_info[:]
    for value in model.graph.output:
        for i in range(1 + (value.name in WITH_WORDS)):
            axis = value.type.tensor_type.shape.dim[i]
            axis.Clear()
            axis.dim_param = ("batch", "words")[i]


def _strip(model: Any) -> None:  # noqa: ANN401, optional package
    """Remove the exporter's notes: they hold paths of the machine that it ran on."""
    for part in _noted(model):
        del part.metadata_props[:]
        part.doc_string = ""


def _noted(model: Any) -> Iterator[Any]:  # noqa: ANN401, optional package
    graph = model.graph
    yield model
    yield graph
    for parts in (graph.node, graph.input, graph.output, graph.initializer):
        yield from parts
    for function in model.functions:
        yield function
        yield from function.node
