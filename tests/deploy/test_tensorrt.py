"""`vlsim compile --backend tensorrt`, on a fake with the real names; nothing here needs a GPU."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.deploy import fake_tensorrt
from tests.deploy.test_operators import graph_of, node
from tests.deploy.test_verify import shift
from vlsim.agents.load import load_policy
from vlsim.deploy.compiling.engine_cache import cache_folder
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.compiling.tensorrt_builder import PlanBuilder, Sizes
from vlsim.deploy.engines.graph_engine import in_parts
from vlsim.errors import EngineError, InvalidValueError, MissingExtraError
from vlsim.scripts import verify
from vlsim.scripts.__main__ import main

COMPILE = ["compile", "zoo:demo", "--backend", "tensorrt", "--episodes", "0"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(verify, "COMPARED_EPISODES", 1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(params=fake_tensorrt.VERSIONS)
def trt(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = fake_tensorrt.tensorrt_of(request.param)
    monkeypatch.setitem(sys.modules, "tensorrt", module)
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", fake_tensorrt.cuda())
    return module


def called(name: str) -> list[tuple[object, ...]]:
    return [args for call, args in fake_tensorrt.Fake.calls if call == name]


def plans() -> list[str]:
    return sorted(str(p.relative_to(cache_folder())) for p in cache_folder().rglob("*.plan"))


def test_a_policy_is_compiled_verified_kept_and_found_by_its_name(
    trt: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*COMPILE, "--precision", "fp16", "--workspace-mib", "64"]
    assert main(command) == 0
    assert "zoo:demo@tensorrt:fp16: at batch 16 actions differ" in capsys.readouterr().out
    folder, _, _ = plans()[0].partition("/")
    assert folder == f"tensorrt-{trt.__version__}"
    assert [Path(name).name for name in plans()] == [
        "policy.fp16.onnx.plan",
        "text_encoder.onnx.plan",
    ]
    assert "/Fake-Orin-SM-8.7/" in plans()[0] and "-fp16/rows-1-1-16-workspace-64/" in plans()[0]
    profiles = {args[0]: args[1:] for args in called("IOptimizationProfile.set_shape")}
    assert profiles["words"] == ((1, 2, 64), (1, 20, 64), (16, 128, 64))
    assert profiles["image"] == tuple((n, 1, 64, 64, 3) for n in (1, 1, 16))
    assert profiles["ids"] == ((1, 2), (1, 20), (1, 128))
    assert [args[1] for args in called("IBuilderConfig.set_memory_pool_limit")] == [64 << 20] * 2
    assert called("IBuilderConfig.set_flag") == []
    load_policy("zoo:demo@tensorrt:fp16")
    assert main(command) == 0
    assert len(called("Builder.build_serialized_network")) == 2


def test_measured_times_are_kept_for_the_next_build(trt: ModuleType) -> None:
    for precision in ("fp32", "int8"):
        assert main([*COMPILE, "--precision", precision]) == 0
    assert [args[0] for args in called("IBuilderConfig.create_timing_cache")] == [
        *(b"", b"+", b"++", b"+++")
    ]


def test_the_profile_that_was_compiled_last_acts_on_any_number_of_rows(trt: ModuleType) -> None:
    assert main([*COMPILE, "--rows", "1", "1", "1", "--version-compatible"]) == 0
    assert len(called("IBuilderConfig.set_flag")) == 2
    assert main(COMPILE) == 0
    assert main([*COMPILE, "--rows", "1", "1", "1", "--version-compatible"]) == 0
    assert len(plans()) == 4 and any("workspace-1024-version-compatible" in p for p in plans())
    fake_tensorrt.Fake.calls.clear()
    load_policy("zoo:demo@tensorrt")
    shapes = [a[1] for a in called("IExecutionContext.set_input_shape") if a[0] == "image"]
    assert shapes == [(1, 1, 64, 64, 3)] * 4


def test_a_plan_that_is_off_is_not_kept(
    trt: ModuleType, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shift(demo, "policy.onnx", 0.01)
    assert main(["compile", str(demo), "--backend", "tensorrt", "--episodes", "0"]) == 2
    printed = capsys.readouterr()
    assert "actions differ by" in printed.err and "Use it" not in printed.out
    assert plans() == []
    with pytest.raises(
        InvalidValueError, match=r"is not compiled by tensorrt-1.*--precision fp32$"
    ):
        load_policy(f"{demo}@tensorrt")


def test_what_tensorrt_refuses_is_one_line(trt: ModuleType) -> None:
    builder, sizes = PlanBuilder(trt, BuildOptions()), Sizes.of((1, 1, 16), 20)
    with pytest.raises(EngineError, match=rf"TensorRT {trt.__version__} cannot read the graph: no"):
        builder.build(b"no graph", sizes)
    trt.Builder.fails = True
    with pytest.raises(EngineError, match="built no engine with 1073741824 bytes of workspace"):
        builder.build(graph_of(node("Relu")), sizes)


def test_a_machine_without_a_gpu_is_told_so(
    trt: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", fake_tensorrt.cuda(works=False))
    with pytest.raises(EngineError, match="CUDA failed: cudaErrorNoDevice"):
        load_policy("zoo:demo@tensorrt")


@pytest.mark.parametrize(
    "command", [COMPILE, ["record", "--policy", "zoo:demo@tensorrt", "--task", "pick_place"]]
)
def test_missing_tensorrt_says_what_to_install_and_what_works_meanwhile(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tensorrt", None)
    assert main(command) == 2
    printed = capsys.readouterr().err
    assert (
        "needs the package 'tensorrt'. Install it with: pip install \"vlsim[tensorrt]\". "
        in printed
    )
    assert "the engine 'onnxruntime' works." in printed and printed.count("\n") == 1


def test_cuda_is_named_if_it_is_missing(trt: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", None)
    with pytest.raises(MissingExtraError, match=r"'cuda'.*vlsim\[tensorrt\]"):
        load_policy("zoo:demo@tensorrt")


@pytest.mark.parametrize("rows", [(1, 4, 2), (2, 1, 4), (0, 1, 1), (1, 1, 17)])
def test_rows_that_no_engine_takes_are_refused(rows: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidValueError, match=rf"from 1 to 16, got {', '.join(map(str, rows))}"):
        BuildOptions(rows)


def test_an_engine_needs_some_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMPILE, "--workspace-mib", "0"]) == 2
    assert "workspace must be at least 1 MiB, got 0 bytes" in capsys.readouterr().err


def test_other_backends_have_no_such_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "zoo:demo", "--rows", "1", "1", "1"]) == 2
    assert "'onnxruntime' has no rows, workspace and versions" in capsys.readouterr().err


@pytest.mark.parametrize(("fewest", "most"), [(1, 16), (1, 2), (3, 4), (1, 1)])
def test_rows_are_split_and_filled_up_for_a_graph_that_takes_so_many(
    fewest: int, most: int
) -> None:
    taken = []

    def run(inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        taken.append(len(inputs["x"]))
        return [inputs["x"] * 2, inputs["y"]]

    x, y = np.arange(5.0)[:, None], np.arange(5)
    doubled, same = in_parts(run, fewest, most)({"x": x, "y": y})  # type: ignore[arg-type]
    assert np.array_equal(doubled, x * 2) and np.array_equal(same, y)
    assert all(fewest <= rows <= most for rows in taken)


@pytest.mark.parametrize("version", fake_tensorrt.VERSIONS)
def test_the_fake_refuses_names_and_arguments_that_tensorrt_does_not_have(version: str) -> None:
    trt = fake_tensorrt.tensorrt_of(version)
    builder = trt.Builder(trt.Logger(trt.Logger.ERROR))
    with pytest.raises(TypeError, match="too many positional arguments"):
        builder.create_network(2, 3)
    trt.Builder.build_engine = lambda self: None
    with pytest.raises(AssertionError, match="Builder has no 'build_engine'"):
        builder.build_engine()
    del trt.Builder.build_engine
    assert hasattr(trt.BuilderFlag, "FP16") is (version < "11")
