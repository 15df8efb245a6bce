import pytest

from benchmarks.contract_policies import FAULTS, Faulty
from tests.serving.policies import served
from vlsim.agents.load import load_policy
from vlsim.interface.conditions import Conditions
from vlsim.interface.policy import Policy
from vlsim.scripts.contract import check_contracts
from vlsim.scripts.makers import EnvMaker
from vlsim.serving.arm import ContractError

MAKER = EnvMaker("pick_place", Conditions("primitive"))


class Tenfold(Faulty):
    """The policy of the demo, ten times too far."""

    def __init__(self) -> None:
        super().__init__(load_policy("zoo:demo"), **FAULTS["wrong scale (10)"])


def check(policy: Policy, query: str = "") -> str:
    with served(policy) as (address, _):
        check_contracts([address + query, "expert"], MAKER, "seen")
    return address


def test_a_served_policy_that_keeps_the_contract_may_begin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = check(load_policy("zoo:demo"))
    said = capsys.readouterr().err
    assert said == (
        f"vlsim: {address}: no fault of the contract was found; its actions agree with the "
        "expert's by 1.00 of 1.\n"
    )


def test_one_that_does_not_is_refused_unless_that_is_wanted() -> None:
    with pytest.raises(ContractError, match=r"keep the contract: u0, v0, u1 reach 8\.\d+, where"):
        check(Tenfold())
    check(Tenfold(), "?contract=skip")
