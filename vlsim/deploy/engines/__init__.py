"""Engines: what computes the network of a bundle, by name; one file each."""

from vlsim.deploy.engines import (
    aoti_engine,
    onnxruntime_engine,
    openvino_engine,
    tensorrt_engine,
    torch_engine,
    torch_tensorrt_engine,
)
from vlsim.deploy.engines.base import (
    COMPILERS,
    ENGINES,
    Computing,
    Engine,
    Reply,
    TextArrays,
)

__all__ = [
    "COMPILERS",
    "ENGINES",
    "Computing",
    "Engine",
    "Reply",
    "TextArrays",
    "aoti_engine",
    "onnxruntime_engine",
    "openvino_engine",
    "tensorrt_engine",
    "torch_engine",
    "torch_tensorrt_engine",
]
