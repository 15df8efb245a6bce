from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.contract_policies import FAULTS, plant
from tests.serving.toy_arm import Blind, ToyArm, ToyExpert, ToyServo
from vlsim.errors import InvalidValueError
from vlsim.interface.action import action_spec
from vlsim.interface.policy import Policy
from vlsim.serving.arm import ContractError, check_arm
from vlsim.serving.contract import UNCLEAR, Verdict, check_contract

SPEC = action_spec("ee_delta")


def verdict(policy: Policy) -> Verdict:
    return check_contract(policy, ToyExpert(), lambda name: ToyArm(), "seen", SPEC)


@pytest.mark.parametrize(
    ("fault", "words"),
    {
        "permuted axes": "axes are mixed up: dx is dy, dy is dz, dz is dx",
        "wrong sign": "axes are mixed up: dy runs against its own",
        "wrong scale (10)": "dx, dy, dz reach 10, where 1 stands for 0.05 m",
        "wrong scale (1/10)": "dx, dy, dz are 0.1 times as large",
        "BGR for RGB": "its pictures are BGR, not RGB",
        "upside-down picture": "its pictures are upside down",
        "CHW for HWC": "its pictures are CHW, not HWC",
        "one-step delay": "its actions come one step late",
        "un-normalised state": "its state is not normalised",
    }.items(),
)
def test_a_planted_fault_is_named(fault: str, words: str) -> None:
    (found,) = verdict(plant(ToyServo(), **FAULTS[fault])).faults
    assert words in found


@pytest.mark.parametrize(
    "make",
    [
        ToyServo,
        lambda: ToyServo(gain=0.4, chunk=3),
        lambda: ToyServo(noise=0.3),
        ToyExpert,
        lambda: plant(ToyExpert()),
    ],
)
def test_a_policy_that_keeps_the_contract_is_not_accused(make: Callable[[], Policy]) -> None:
    found = verdict(make())
    assert found.faults == ()
    assert found.agreement > 0.8


def test_a_policy_that_has_learned_nothing_is_not_accused_and_nothing_is_claimed() -> None:
    found = verdict(Blind())
    assert found.faults == ()
    assert abs(found.agreement) < UNCLEAR


def test_an_answer_of_another_form_is_refused() -> None:
    for turn, message in (
        (lambda actions: actions[..., :5], r"acts with 5 numbers, .* actions have 6"),
        (lambda actions: actions * np.nan, "not finite"),
        (lambda actions: actions[:, 0], r"must return \(16, 1, A\), got \(16, 6\)"),
    ):
        with pytest.raises(InvalidValueError, match=message):
            verdict(plant(ToyServo(), act_so=turn))


def test_an_arm_that_moves_otherwise_is_found() -> None:
    check_arm(ToyArm(), SPEC)
    with pytest.raises(
        ContractError,
        match=r"3 actions of dx \+0\.5 should move dx by \+0\.075 m, and moved dx \+0\.000, "
        r"dy \+0\.075, dz \+0\.000",
    ):
        check_arm(ToyArm([1, 0, 2, 3, 4, 5]), SPEC)
