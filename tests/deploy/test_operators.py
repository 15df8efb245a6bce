"""The lint of a graph for TensorRT names the node that it does not read."""

import json
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from benchmarks.result_file import RESULTS
from tests.deploy.bundles import DEMO, sign
from tests.deploy.test_export import GRAPHS
from vlsim.deploy import load_bundle
from vlsim.deploy.compiling.operators import SUPPORTED, check_operators, unsupported
from vlsim.errors import BundleError
from vlsim.models.fusion import FUSION
from vlsim.models.heads import HEADS
from vlsim.models.text import TEXT
from vlsim.models.vision import VISION
from vlsim.registry import Registry


def graph_of(*nodes: onnx.NodeProto, kind: int = TensorProto.FLOAT, opset: int = 18) -> bytes:
    given, numbers = helper.make_tensor_value_info("x", kind, ["n"]), [1, 2]
    biases = helper.make_tensor("b", TensorProto.INT32, [2], numbers)
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n"])
    graph = helper.make_graph(nodes, "g", [given], [out], [biases])
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets).SerializeToString()


def node(operator: str, of: str = "x", domain: str = "") -> onnx.NodeProto:
    return helper.make_node(operator, [of], ["y"], name="n0", domain=domain)


@pytest.mark.parametrize("name", GRAPHS)
def test_tensorrt_reads_every_graph_of_the_demo(name: str) -> None:
    assert unsupported(load_bundle(DEMO).read(name)) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (graph_of(node("Relu")), []),
        (graph_of(node("Det")), ["the node 'n0' is a Det, which it does not have"]),
        (
            graph_of(node("FusedConv", domain="com.microsoft")),
            ["the node 'n0' is a com.microsoft.FusedConv, which it does not have"],
        ),
        (graph_of(node("Relu"), opset=21), ["its opset is 21, TensorRT reads 9 to 20"]),
        (graph_of(node("Cast"), kind=TensorProto.UINT8), []),
        (
            graph_of(node("Transpose"), kind=TensorProto.UINT8),
            ["the node 'n0' (Transpose) takes bytes, which it can only cast"],
        ),
        (
            graph_of(node("DequantizeLinear", "b")),
            ["the node 'n0' scales whole numbers of 32 bits, and not of 8"],
        ),
    ],
)
def test_what_tensorrt_does_not_read_is_named(data: bytes, words: list[str]) -> None:
    assert unsupported(data) == words


def test_graphs_within_nodes_are_read_too() -> None:
    bernoulli = helper.make_graph([node("Bernoulli")], "inner", [], [])
    outer = helper.make_node("If", ["x"], ["y"], name="n1", then_branch=bernoulli)
    assert unsupported(graph_of(outer)) == ["the node 'n0' is a Bernoulli, which it does not have"]


def test_a_graph_of_a_bundle_is_refused_in_one_line(demo: Path) -> None:
    check_operators(load_bundle(demo), "policy.onnx")
    (demo / "policy.onnx").write_bytes(graph_of(node("Det"), node("Unique")))
    sign(demo)
    with pytest.raises(BundleError, match=r"policy\.onnx cannot be compiled .* Det, .*1 more\)"):
        check_operators(load_bundle(demo), "policy.onnx")


def test_the_table_has_operators_that_onnx_has() -> None:
    known = {schema.name for schema in onnx.defs.get_all_schemas_with_history()}
    assert known >= SUPPORTED - {"Upsample", "Scatter"} and len(SUPPORTED) > 150


@pytest.mark.parametrize("registry", [VISION, TEXT, FUSION, HEADS], ids=lambda r: str(r.noun))
def test_every_part_has_been_built_ahead_of_time(registry: Registry[type[object]]) -> None:
    kept = json.loads((RESULTS / "tensorrt_aot.json").read_text(encoding="utf-8"))["results"]
    built = {name for row in kept["rows"] for name in row["policy"].split(", ")}
    parts = {name for name in registry if registry[name].__module__.startswith("vlsim.")}
    # The critic is not exported.
    assert parts - {"value"} <= built, "run: make tensorrt-aot"
