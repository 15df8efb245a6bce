"""`vlsim compile --backend torch-tensorrt` with a fake that computes on the CPU.

It has the real functions' parameters, and keeps torch programs as they are. No GPU was used.
"""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch

from vlsim.agents.load import load_policy
from vlsim.deploy.compiling import torch_tensorrt_program as program
from vlsim.deploy.compiling.engine_cache import cache_folder
from vlsim.errors import InvalidValueError, MissingExtraError
from vlsim.interface.observation import TEXT_LENGTH
from vlsim.scripts import verify
from vlsim.scripts.__main__ import main

RECORDED = json.loads((Path(__file__).parent / "torch_tensorrt.json").read_text())["parameters"]
COMPILE = ["compile", "zoo:demo", "--backend", "torch-tensorrt", "--episodes", "0"]
Calls = dict[str, list[dict[str, Any]]]


def checked(called: str, calls: Calls, **given: Any) -> None:
    """Take note of a call, and fail where the real function would."""
    assert set(given) <= set(RECORDED[called]), called
    calls.setdefault(called, []).append(given)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Calls:
    made: Calls = {}
    package: Any = ModuleType("torch_tensorrt")

    def specified(**given: Any) -> SimpleNamespace:
        checked("Input", made, **given)
        return SimpleNamespace(**given)

    def compiled(exported_program: torch.export.ExportedProgram, **given: Any) -> object:
        checked("dynamo.compile", made, **given)
        return exported_program

    def save(module: torch.export.ExportedProgram, file_path: str, **given: Any) -> None:
        checked("save", made, **given)
        torch.export.save(module, file_path)

    package.__version__ = "2.14.0"
    package.Input, package.dynamo, package.save = specified, SimpleNamespace(compile=compiled), save
    package.load = torch.export.load
    assert RECORDED["load"][0] == RECORDED["save"][1] == "file_path"
    monkeypatch.setitem(sys.modules, "torch_tensorrt", package)
    monkeypatch.setattr(program, "DEVICE", "cpu")
    monkeypatch.setattr(program, "device", lambda: "A GPU, SM 9.0")
    monkeypatch.setattr(verify, "COMPARED_EPISODES", 1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return made


def test_a_policy_is_compiled_verified_kept_and_found_by_its_name(
    calls: Calls, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidValueError, match=r"not compiled by torch-tensorrt-2\.14\.0-torch"):
        load_policy("zoo:demo@torch-tensorrt")
    assert main([*COMPILE, "--rows", "2", "4", "8", "--workspace-mib", "64"]) == 0
    assert "zoo:demo@torch-tensorrt:fp32: at batch 16 actions differ" in capsys.readouterr().out
    (kept,) = cache_folder().rglob("policy.pt2")
    assert "A-GPU-SM-9.0" in str(kept) and kept.parent.name == "rows-2-4-8-workspace-64"
    (given,) = calls["dynamo.compile"]
    assert given["workspace_size"] == 64 << 20 and given["disable_tf32"] is True
    shapes = {i.name: (i.min_shape, i.opt_shape, i.max_shape) for i in given["arg_inputs"]}
    assert list(shapes) == ["image", "words", "context", "mask", "proprio"]
    assert shapes["image"] == tuple((rows, 1, 64, 64, 3) for rows in (2, 4, 8))
    assert shapes["mask"] == ((2, 2), (4, 20), (8, TEXT_LENGTH))
    assert [i.dtype for i in given["arg_inputs"]][::3] == [torch.uint8, torch.bool]
    load_policy("zoo:demo@torch-tensorrt")


def test_half_precision_is_that_of_the_program(calls: Calls) -> None:
    assert main([*COMPILE, "--precision", "fp16"]) == 0
    (kept,) = cache_folder().rglob("policy.pt2")
    kinds = {value.dtype for value in torch.export.load(kept).state_dict.values()}
    assert kinds == {torch.float16}


def test_a_compiler_that_fails_is_one_line_and_leaves_nothing(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no\nmemory")

    monkeypatch.setattr(sys.modules["torch_tensorrt"].dynamo, "compile", fail)
    assert main(COMPILE) == 2
    assert "Torch-TensorRT compiled nothing: no memory." in capsys.readouterr().err
    assert not [path for path in cache_folder().rglob("*") if path.is_file()]


def test_what_is_missing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(MissingExtraError, match=r"vlsim\[torch-tensorrt\].*'onnxruntime' works"):
        load_policy("zoo:demo@torch-tensorrt")
    assert main([*COMPILE, "--precision", "int8"]) == 2
    assert "'torch-tensorrt' computes with fp32, fp16, got 'int8'" in capsys.readouterr().err


def test_without_a_gpu_nothing_is_compiled(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "torch_tensorrt", SimpleNamespace(__version__="2.14.0"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main(COMPILE) == 2
    assert "computes on an NVIDIA GPU, and torch finds none here" in capsys.readouterr().err
