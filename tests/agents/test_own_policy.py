"""`--policy package.module:Name`: a policy of one's own, from the current folder or installed."""

import multiprocessing
import sys
from pathlib import Path

import pytest

from vlsim.agents import own_policy
from vlsim.agents.load import load_policy, policy_spec
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.policy import PolicySpec

MODULE = """
import numpy as np
from vlsim.interface.policy import PolicySpec
class Still:
    name, spec = "still", PolicySpec(control="ee_delta")
    def reset(self, seeds, instructions): self.n = len(seeds)
    def act(self, observations): return np.zeros((self.n, 1, 6), np.float32)
class Vague(Still): spec = "ee_delta"
def make(): return Still()
def give_class(): return Still
def give_number(): return 7
def fail(): raise RuntimeError("no weights")
NUMBER = 7
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a package in the current folder."""
    name = f"mine_{tmp_path.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "policies.py").write_text(MODULE)
    (tmp_path / name / "broken.py").write_text("x = 1\nimport does_not_exist\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    return name


@pytest.mark.parametrize("name", ["Still", "make"])
def test_a_class_or_a_function_gives_the_policy(package: str, name: str) -> None:
    spec = f"{package}.policies:{name}"
    assert policy_spec(spec) == PolicySpec(control="ee_delta")
    assert load_policy(spec, "ee_delta").name == "still"
    with pytest.raises(InvalidValueError, match="Still' needs control 'ee_delta', not 'planar'"):
        load_policy(f"{package}.policies:Still", "planar")
    assert len(own_policy.fingerprint(spec)) == 64


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ("no_such:Policy", InvalidValueError, "there is no module 'no_such' in "),
        ("{}.none:Policy", InvalidValueError, r"there is no module '.*\.none' in "),
        ("{}.policies:Sill", UnknownNameError, "Did you mean 'Still'"),
        ("{}.policies:NUMBER", InvalidValueError, "NUMBER must be a class or a function .* got 7"),
        ("{}.policies:give_number", InvalidValueError, r"returned 7, which has no method 'reset'"),
        ("{}.policies:give_class", InvalidValueError, "which is a class, not an object"),
        (
            "{}.policies:Vague",
            InvalidValueError,
            r"its 'spec' must be a PolicySpec, got 'ee_delta' \(vlsim\.interface\.policy, docs",
        ),
        (
            "{}.policies:fail",
            InvalidValueError,
            r"calling fail\(\) raised RuntimeError: no weights \(.*policies\.py line 12\)",
        ),
        (
            "{}.broken:Policy",
            InvalidValueError,
            r"raised ModuleNotFoundError: No module named 'does_not_exist' \(.*broken\.py line 2\)",
        ),
    ],
)
def test_what_is_no_policy_is_one_line(
    package: str, spec: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        policy_spec(spec.format(package))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("exprt", r"^No policy named 'exprt'\. Did you mean 'expert'"),
        (
            "runs/demo",
            r"^Cannot load the policy 'runs/demo': there is none\. Train it with: vlsim train "
            r"PRESET --out runs --name demo",
        ),
    ],
)
def test_a_policy_that_does_not_exist_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for refuse in (policy_spec, lambda spec: load_policy(spec, "ee_delta")):
        with pytest.raises((InvalidValueError, UnknownNameError), match=message):
            refuse(spec)


def test_worker_processes_find_a_policy_of_the_current_folder(package: str) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=policy_spec, args=(f"{package}.policies:Still",))
    process.start()
    process.join()
    assert process.exitcode == 0
