"""What `vlsim export` writes, what its manifest says of it, and what is refused."""

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from tests.deploy.bundles import DEMO, sign
from vlsim.agents.load import load_policy, split_engine
from vlsim.deploy import load_bundle
from vlsim.deploy.engine_policy import load_engine_policy
from vlsim.deploy.exported import FUSED_GRAPH, LIMITS, OPSET, POLICY_GRAPHS, TEXT_GRAPH
from vlsim.deploy.exporting.inputs import policy_inputs
from vlsim.deploy.exporting.onnx_file import onnx_of, program_of
from vlsim.deploy.exporting.program import write_program
from vlsim.deploy.graphs import PolicyGraph
from vlsim.deploy.manifest import read_manifest
from vlsim.deploy.network import TorchEngine, build_actor
from vlsim.errors import BundleError, InvalidValueError, MissingExtraError, UnknownNameError
from vlsim.scripts import export

GRAPHS = (TEXT_GRAPH, *POLICY_GRAPHS.values(), FUSED_GRAPH)


def without_graphs(folder: Path) -> Path:
    def change(manifest: dict[str, Any]) -> None:
        for name in GRAPHS:
            (folder / name).unlink()
            del manifest["files"][name]
        del manifest["about"]["export"]

    sign(folder, change)
    return folder


@pytest.mark.slow
def test_the_command_writes_a_bundle_that_acts_as_the_one_it_is_of(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = without_graphs(demo)
    with pytest.raises(BundleError, match="holds no graph of precision fp32, but none at all; wri"):
        load_engine_policy("bare", bare, "onnxruntime")
    out = tmp_path / "out.vlsim"
    export.main([str(bare), "--out", str(out), "--precisions", "fp32,int8", "--episodes", "2"])
    assert "fp32: actions differ from the network's by " in capsys.readouterr().out
    bundle = load_bundle(out)
    assert set(bundle.manifest.files) == {
        *load_bundle(bare).manifest.files,
        *(TEXT_GRAPH, FUSED_GRAPH, "policy.onnx", "policy.int8.onnx"),
    }
    assert bundle.manifest.measured == load_bundle(bare).manifest.measured
    precisions = bundle.manifest.about["export"]["precisions"]
    assert precisions["fp32"]["difference"] <= precisions["fp32"]["tolerance"] == LIMITS["fp32"]
    assert 0 < precisions["int8"]["difference"] < precisions["int8"]["tolerance"] < 0.5
    load_policy(f"{out}@onnxruntime:int8")
    with pytest.raises(BundleError, match="no graph of precision fp16, but fp32, int8; write them"):
        load_policy(f"{out}@onnxruntime:fp16")


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_is_portable_and_says_nothing_of_the_machine_that_wrote_it(name: str) -> None:
    data = load_bundle(DEMO).read(name)
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    assert {entry.domain: entry.version for entry in model.opset_import} == {"": OPSET}
    assert OPSET <= 20
    assert b".py" not in data and b"/home" not in data and b"site-packages" not in data


@pytest.mark.parametrize("name", GRAPHS)
def test_the_manifest_states_the_inputs_and_outputs_that_the_graphs_have(name: str) -> None:
    bundle = load_bundle(DEMO)
    session = onnxruntime.InferenceSession(bundle.read(name))
    facts = bundle.manifest.about["export"]["graphs"][name]
    types = {"uint8": "uint8", "float32": "float", "int64": "int64", "bool": "bool"}
    for stated, values in (
        (facts["inputs"], session.get_inputs()),
        (facts["outputs"], session.get_outputs()),
    ):
        assert list(stated) == [value.name for value in values]
        for value in values:
            entry = stated[value.name]
            assert value.type == f"tensor({types[entry['dtype']]})"
            for size, written in zip(value.shape, entry["shape"], strict=True):
                assert size == written or written in ("height", "width")


def test_the_manifest_says_how_a_picture_and_a_pose_are_meant() -> None:
    manifest = read_manifest(DEMO)
    facts = manifest.about["export"]
    inputs = facts["graphs"]["policy.onnx"]["inputs"]
    assert inputs["image"] == {
        "shape": ["batch", 1, 64, 64, 3],
        "dtype": "uint8",
        "range": [0, 255],
        "unit": "1",
        "colour": "RGB",
        "layout": "rows, cameras, height, width, colour",
        "cameras": ["front"],
        "rule": "middle square, each pixel the mean of the area that it covers",
    }
    assert inputs["proprio"]["units"].startswith("metres, radians")
    assert facts["rows"] == [1, 16] and facts["workspace_bytes"] == 1 << 30
    assert manifest.spec.control == "primitive" and manifest.spec.rate_hz is None


def test_the_graph_of_everything_gives_what_its_two_parts_give() -> None:
    bundle = load_bundle(DEMO)
    golden = bundle.golden
    session = onnxruntime.InferenceSession(bundle.read(FUSED_GRAPH))
    for rows, more in ((1, 0), (2, 3), (4, 20)):
        inputs = {
            "image": golden["image"][:rows, None],
            "ids": np.pad(golden["instruction"][:rows], ((0, 0), (0, more))),
            "proprio": golden["proprio"][:rows],
        }
        actions, _ = session.run(None, inputs)
        assert np.abs(actions - golden["action"][:rows]).max() <= LIMITS["fp32"]


def test_a_program_refuses_inputs_with_unequal_rows() -> None:
    actor = build_actor(load_bundle(DEMO))
    inputs = policy_inputs(actor.config)
    program = program_of(PolicyGraph(actor), inputs).module()
    three: dict[str, Tensor] = {k: torch.cat([v, v[:1]]) for k, v in inputs.items()}
    assert program(*three.values())[0].shape == (3, 4)
    with pytest.raises(AssertionError, match="size"):
        program(*(three | {"image": inputs["image"]}).values())


def test_the_program_is_written_beside_a_bundle_and_acts_alike(tmp_path: Path) -> None:
    bundle = load_bundle(DEMO)
    golden, engine = bundle.golden, TorchEngine(build_actor(bundle))
    path = write_program(DEMO, tmp_path / "demo.pt2")
    # One's own: a stranger's must not be loaded.
    program = torch.export.load(path).module()
    text = engine.read(golden["instruction"])
    inputs = (golden["image"][:, None], text.words, text.context, text.mask, golden["proprio"])
    actions, _ = program(*(torch.from_numpy(array) for array in inputs))
    assert np.abs(actions.detach().numpy() - golden["action"]).max() <= LIMITS["fp32"]


def test_a_part_that_fixes_the_number_of_words_is_refused() -> None:
    class Fixed(nn.Module):
        def forward(self, ids: Tensor) -> Tensor:
            return ids.view(ids.shape[0], 20).float()

    with pytest.raises(InvalidValueError, match="takes only one number of rows or words, as 'ids'"):
        onnx_of(Fixed(), {"ids": torch.ones(2, 20, dtype=torch.int64)}, ("out",))


def test_graphs_of_another_network_or_that_are_none_are_refused(demo: Path) -> None:
    path = demo / "policy.onnx"
    model = onnx.load(path)
    bias = next(t for t in model.graph.initializer if t.name.endswith("stem.0.bias"))
    bias.raw_data = (onnx.numpy_helper.to_array(bias) + 1).tobytes()
    path.write_bytes(model.SerializeToString())
    with pytest.raises(BundleError, match=r"policy\.onnx (has \d+ bytes|was altered)"):
        load_engine_policy("p", demo, "onnxruntime")
    sign(demo)
    with pytest.raises(BundleError, match=r"actions differ by .* allowed 1e-05"):
        load_engine_policy("p", demo, "onnxruntime")
    load_engine_policy("p", demo, "torch")
    path.write_bytes(b"no graph")
    sign(demo)
    with pytest.raises(BundleError, match=r"policy\.onnx cannot be opened") as caught:
        load_engine_policy("p", demo, "onnxruntime")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("stated", ["much", -1.0, 0.0, True, None])
def test_a_tolerance_that_is_none_is_refused(demo: Path, stated: object) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["about"]["export"]["precisions"]["fp32"]["tolerance"] = stated

    sign(demo, change)
    with pytest.raises(BundleError, match="states the tolerance"):
        load_engine_policy("p", demo, "onnxruntime")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("zoo:demo@onnxrt", UnknownNameError, "No engine named 'onnxrt'. Did you mean 'onnxrun"),
        ("zoo:demo@onnxruntime:fp8", InvalidValueError, "one of fp32, fp16, int8, got 'fp8'"),
        ("zoo:demo@torch:fp16", InvalidValueError, "The engine 'torch' computes with fp32, got"),
        ("zoo:dmo@onnxruntime", UnknownNameError, "Did you mean 'demo'"),
        ("expert@onnxruntime", UnknownNameError, "No policy named 'expert@onnxruntime'"),
    ],
)
def test_an_engine_that_cannot_compute_a_policy_is_one_line(
    name: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        load_policy(name)


def test_a_folder_whose_name_has_an_at_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DEMO, tmp_path / "mine@torch")
    monkeypatch.chdir(tmp_path)
    assert split_engine("mine@torch") == ("mine@torch", "torch", "fp32")
    load_policy("mine@torch@onnxruntime")
    assert split_engine("ws://me@host:8000") == ("ws://me@host:8000", "torch", "fp32")


def test_onnxruntime_computes_on_the_cpu_alone_and_is_named_if_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(InvalidValueError, match="computes on the CPU, got the device 'cuda'"):
        load_policy("zoo:demo@onnxruntime", device="cuda")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"'onnxruntime'.*vlsim\[export\]"):
        load_policy("zoo:demo@onnxruntime")


@pytest.mark.parametrize("package", ["onnx", "onnxscript"])
def test_a_missing_package_of_the_exporter_is_named(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    options = ["--out", str(tmp_path / "x.vlsim"), "--episodes", "1", "--precisions", "fp32"]
    with pytest.raises(MissingExtraError, match=rf"'{package}'.*vlsim\[export\]"):
        export.main(["zoo:demo", *options])
    assert not list(tmp_path.iterdir())


def test_a_scripted_policy_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="The policy 'expert' has no network; give a"):
        export.main(["expert", "--out", str(tmp_path / "x.vlsim")])
    with pytest.raises(InvalidValueError, match="must have fp32 among them, got int8"):
        export.main(["zoo:demo", "--out", str(tmp_path / "x.vlsim"), "--precisions", "int8"])
    assert not list(tmp_path.iterdir())
