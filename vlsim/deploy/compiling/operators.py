"""Whether TensorRT reads a graph: its published table of operators, and what else it refuses.

From `docs/operators.md` of onnx-tensorrt for TensorRT 10.15, without operators newer than opset 20,
which TensorRT 10.0 read already.
"""

from collections.abc import Iterator
from typing import Any

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.manifest import refuse
from vlsim.extras import import_extra

TABLE = """
Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization
BlackmanWindow Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape Conv ConvTranspose
Cos Cosh CumSum DeformConv DepthToSpace DequantizeLinear Div Dropout Einsum Elu Equal Erf Exp
Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool
GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization HammingWindow
HannWindow HardSigmoid HardSwish Hardmax Identity If InstanceNormalization IsInf IsNaN LRN LSTM
LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax Loop LpNormalization LpPool MatMul
Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonMaxSuppression NonZero Not
OneHot Or PRelu Pad Pow QuantizeLinear RNN RandomNormal RandomNormalLike RandomUniform
RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax
ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize ReverseSequence
RoiAlign Round STFT Scan Scatter ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign Sin
Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tan Tanh
ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor
"""
SUPPORTED = frozenset(TABLE.split())
OPSETS = (9, 20)
"""That TensorRT 10.0 and everything newer read."""


def check_operators(bundle: Bundle, name: str) -> None:
    """Refuse a graph of a bundle that TensorRT does not read.

    Raises:
        BundleError: Names the node.
        MissingExtraError: If onnx is not installed.
    """
    if found := unsupported(bundle.read(name)):
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        refuse(bundle.folder, name, f"cannot be compiled by TensorRT: {found[0]}{more}")


def unsupported(data: bytes) -> list[str]:
    """Return what TensorRT does not read in an ONNX file, each with the name of its node.

    Raises:
        MissingExtraError: If onnx is not installed.
    """
    onnx = import_extra("onnx", "Checking a graph for TensorRT", "tensorrt")
    model = onnx.load_from_string(data)
    found = []
    for entry in model.opset_import:
        if entry.domain in ("", "ai.onnx") and not OPSETS[0] <= entry.version <= OPSETS[1]:
            found.append(f"its opset is {entry.version}, TensorRT reads {OPSETS[0]} to {OPSETS[1]}")
    kinds = {value.name: value.type.tensor_type.elem_type for value in model.graph.input}
    kinds |= {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    pictures = {name for name, kind in kinds.items() if kind == onnx.TensorProto.UINT8}
    sums = {name for name, kind in kinds.items() if kind == onnx.TensorProto.INT32}
    for node in _nodes(model.graph):
        if node.op_type not in SUPPORTED or node.domain not in ("", "ai.onnx"):
            operator = ".".join(filter(None, (node.domain, node.op_type)))
            found.append(f"the node '{node.name}' is a {operator}, which it does not have")
        elif node.op_type != "Cast" and pictures.intersection(node.input):
            found.append(
                f"the node '{node.name}' ({node.op_type}) takes bytes, which it can only cast"
            )
        elif node.op_type == "DequantizeLinear" and node.input[0] in sums:
            found.append(f"the node '{node.name}' scales whole numbers of 32 bits, and not of 8")
    return found


def _nodes(graph: Any) -> Iterator[Any]:  # noqa: ANN401, optional package
    """Yield the nodes of a graph and of the graphs within them."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _nodes(attribute.g)
