"""An engine that does not do what the network does is found, and named in one line."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.deploy.bundles import DEMO, sign
from vlsim.deploy.engines import Computing
from vlsim.deploy.latency import Latency, calls_of, measure
from vlsim.deploy.latency_plot import plot
from vlsim.deploy.recording import BATCHES
from vlsim.deploy.verify import Parity, compare
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.policy import Policy
from vlsim.metrics import PairedDifference
from vlsim.scripts import latency, verify
from vlsim.scripts.__main__ import main


def nothing_shown(policy: Policy) -> None:
    pass


def shift(folder: Path, name: str, amount: float) -> None:
    """Add to the bias of the first layer of a graph, and sign the bundle anew."""
    model = onnx.load(folder / name)
    bias = next(t for t in model.graph.initializer if t.name.endswith("stem.0.bias"))
    bias.raw_data = (onnx.numpy_helper.to_array(bias) + np.float32(amount)).tobytes()
    (folder / name).write_bytes(model.SerializeToString())
    sign(folder)


@pytest.mark.parametrize(("precision", "most"), [("fp32", 1e-5), ("fp16", 5e-3), ("int8", 0.5)])
def test_the_golden_rows_alone_are_compared_at_every_batch(precision: str, most: float) -> None:
    parity = compare(DEMO, "onnxruntime", Computing(precision), nothing_shown)
    assert list(parity.differences) == list(BATCHES) == [1, 2, 16]
    assert parity.rows == 4 and parity.holds
    assert all(difference <= most for difference in parity.differences.values())


def test_parity_holds_up_to_the_tolerance_and_not_beyond() -> None:
    assert Parity({1: 0.0, 16: 1e-5}, 1e-5, 4).holds
    assert not Parity({1: 0.0, 16: 1.1e-5}, 1e-5, 4).holds
    assert not Parity({1: np.inf}, 1e-5, 4).holds


def test_the_command_takes_every_precision_that_was_exported(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "COMPARED_EPISODES", 1)
    assert main(["verify", "zoo:demo", "--episodes", "2"]) == 0
    printed = capsys.readouterr().out
    for precision in ("fp32", "fp16", "int8"):
        assert f"zoo:demo@onnxruntime:{precision}: at batch 16 actions differ" in printed
    assert printed.count("success minus torch's +0.00") == 3


def test_an_engine_that_is_off_fails_with_exit_code_2_and_one_line(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shift(demo, "policy.onnx", 0.01)
    assert main(["verify", f"{demo}@onnxruntime", "--episodes", "0"]) == 2
    printed = capsys.readouterr()
    assert "actions differ by" in printed.err and printed.err.count("\n") == 1


def test_actions_that_differ_only_in_the_task_fail_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_parity", lambda *_: Parity({1: 0.0, 2: 2e-5, 16: 0.0}, 1e-5, 9))
    with pytest.raises(BundleError, match="failed: actions differ from torch's by 2e-05; allowed"):
        verify.verify("zoo:demo@onnxruntime", 0)


@pytest.mark.parametrize(("high", "fails"), [(-0.001, True), (0.0, False)])
def test_success_below_torchs_fails_if_the_interval_says_so(
    monkeypatch: pytest.MonkeyPatch, high: float, fails: bool
) -> None:
    monkeypatch.setattr(verify, "_parity", lambda *_: Parity({1: 0.3}, 0.1, 9))
    difference = PairedDifference(-0.1, -0.2, high, 0.01, 0, 10, 100)
    monkeypatch.setattr(verify, "closed_loop", lambda *_: difference)
    if fails:
        with pytest.raises(BundleError, match=r"int8 failed: its success is below torch's, -0\.10"):
            verify.verify("zoo:demo@onnxruntime:int8", 100)
    else:
        verify.verify("zoo:demo@onnxruntime:int8", 100)


def test_network_and_loop_are_measured_apart_and_in_turns() -> None:
    calls = calls_of(DEMO, [("torch", "fp32"), ("onnxruntime", "int8")], threads=1)
    assert list(calls) == [
        (name, part) for name in ("torch:fp32", "onnxruntime:int8") for part in ("model", "loop")
    ]
    order: list[str] = []
    counted = {("a", "model"): lambda: order.append("a"), ("b", "model"): lambda: order.append("b")}
    times = measure(counted, 50)
    assert [len(entry.times_ms) for entry in times] == [50, 50]
    measured = "".join(order)[100:]
    assert measured == ("a" * 20 + "b" * 20) * 3


def test_percentiles_and_plot_are_those_of_the_times() -> None:
    entry = Latency("torch:fp32", "model", np.arange(101.0))
    assert entry.percentiles == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    drawn = plot([entry, Latency("torch:fp32", "loop", np.arange(101.0) * 2)])
    assert drawn.count("<polyline") == 2 and drawn.count("stroke-dasharray") == 1
    assert drawn.count(">torch:fp32</text>") == 1


def test_the_latency_command_prints_a_table_and_writes_a_plot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "l.svg"
    latency.main(["zoo:demo@onnxruntime", "--calls", "100", "--out", str(out)])
    printed = capsys.readouterr().out
    assert "p99 ms" in printed and "torch:fp32" in printed and "onnxruntime:fp32" in printed
    assert out.read_text().startswith("<svg ")
    with pytest.raises(InvalidValueError, match="calls must be at least 100 and threads at least"):
        latency.main(["zoo:demo", "--calls", "5"])
