"""A graph with whole numbers of 8 bits: QDQ, as TensorRT and onnxruntime both read it."""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vlsim.deploy.exporting.onnx_file import OnnxFile
from vlsim.extras import import_extra

QUANTIZED = ("Conv", "MatMul", "Gemm")
"""Operators that compute with 8 bits: symmetric, weights with a scale for each channel."""


class _Rows:
    """Inputs of the graph, one call after the other, as onnxruntime asks for them."""

    def __init__(self, rows: Iterable[dict[str, NDArray[Any]]]) -> None:
        self._rows: Iterator[dict[str, NDArray[Any]]] = iter(rows)

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        """Return the next inputs, None after the last."""
        return next(self._rows, None)


def int8_of(graph: OnnxFile, rows: Iterable[dict[str, NDArray[Any]]]) -> bytes:
    """Return a graph with 8 bits, except in its head, which decides the last digits of an action.

    Args:
        graph: With 32 bits.
        rows: Inputs of the graph as it will get them: they decide the scales.

    Raises:
        MissingExtraError: If onnx or onnxruntime is not installed.
    """
    onnx = import_extra("onnx", "Quantising a graph", "export")
    quantization = import_extra("onnxruntime.quantization", "Quantising a graph", "export")
    # It advises to run a tool first that only helps where shapes are unknown.
    logging.getLogger().addFilter(_is_no_advice)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "int8.onnx"
            quantization.quantize_static(
                onnx.load_from_string(graph.data),
                path,
                _Rows(rows),
                quant_format=quantization.QuantFormat.QDQ,
                activation_type=quantization.QuantType.QInt8,
                weight_type=quantization.QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=list(QUANTIZED),
                nodes_to_exclude=list(graph.of_head),
                extra_options={
                    "ActivationSymmetric": True,
                    "WeightSymmetric": True,
                    # TensorRT adds biases with 32 bits and refuses whole numbers of that size.
                    "QuantizeBias": False,
                },
            )
            return path.read_bytes()
    finally:
        logging.getLogger().removeFilter(_is_no_advice)


def _is_no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
