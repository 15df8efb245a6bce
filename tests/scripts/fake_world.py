"""Puts the fake world of tests/evaluation in the place of the simulator and the agents."""

import pytest

from tests.evaluation.fakes import FakeEnv, Guesser, Looker, Oracle, Reader, Rowdy
from vlsim import envs
from vlsim.agents import load
from vlsim.errors import UnknownNameError
from vlsim.interface.policy import PolicySpec

POLICIES = {"reader": Reader, "expert": Oracle, "random": Guesser, "looker": Looker, "rowdy": Rowdy}


def install(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Return the calls of `load_policy` and `make_env`, which grow as they are made."""
    calls: list[tuple[object, ...]] = []

    def load_policy(spec: str, control: str, *, device: str = "cpu") -> Reader:
        calls.append(("load_policy", spec, control))
        name = spec.rsplit("/", maxsplit=1)[-1].removesuffix(".vlsim")
        if name not in POLICIES:
            raise UnknownNameError("policy", spec, POLICIES)
        return POLICIES[name]()

    def make_env(task: str, control: str, **options: object) -> FakeEnv:
        calls.append(("make_env", task, control, *options.items()))
        return FakeEnv(str(options["instruction_set"]))

    real_spec = load.policy_spec

    def policy_spec(name: str) -> PolicySpec:
        if load.find_bundle(name):
            return real_spec(name)
        policy = load_policy(name, "")
        calls.pop()
        return policy.spec

    monkeypatch.setattr(load, "load_policy", load_policy)
    monkeypatch.setattr(load, "policy_spec", policy_spec)
    monkeypatch.setattr(envs, "make_env", make_env)
    return calls
