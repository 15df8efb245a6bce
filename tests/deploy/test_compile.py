"""`vlsim compile` ends in verify, and what cannot be compiled is one line."""

import sys
from pathlib import Path

import pytest

from tests.deploy.test_verify import shift
from vlsim.scripts import verify
from vlsim.scripts.__main__ import main


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "COMPARED_EPISODES", 1)


def test_a_backend_compiles_verifies_and_says_how_to_use_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["compile", "zoo:demo", "--precision", "fp16", "--episodes", "0"]) == 0
    name = "zoo:demo@onnxruntime:fp16"
    printed = capsys.readouterr().out
    assert f"{name}: compiled in " in printed and f"{name}: at batch 16 actions differ" in printed
    assert printed.endswith(f"vlsim record --policy {name} …\n")


def test_a_graph_of_another_network_fails(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shift(demo, "policy.onnx", 0.01)
    assert main(["compile", str(demo), "--episodes", "0"]) == 2
    printed = capsys.readouterr()
    assert "actions differ by" in printed.err and printed.err.count("\n") == 1
    assert "Use it" not in printed.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--backend", "openvin"], "No engine named 'openvin'. Did you mean 'openvino'?"),
        (["--precision", "fp8"], "precision must be one of fp32, fp16, int8, got 'fp8'"),
        (["--backend", "openvino", "--precision", "fp16"], "computes with fp32, got 'fp16'"),
        (["--backend", "openvino"], 'Install it with: pip install "vlsim[openvino]"'),
        (["--episodes", "-1"], "episodes must be at least 0, got -1"),
    ],
)
def test_what_cannot_be_compiled_is_one_line(
    options: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert main(["compile", "zoo:demo", *options]) == 2
    printed = capsys.readouterr().err
    assert words in printed and printed.count("\n") == 1
