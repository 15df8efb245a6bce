"""Served policies, checked before their first episode: do both sides mean the same?"""

import sys
from collections.abc import Sequence
from dataclasses import replace

from vlsim.scripts.makers import EnvMaker, PolicyMaker
from vlsim.serving.address import is_remote, read_address


def check_contracts(policies: Sequence[str], make_env: EnvMaker, set_name: str) -> None:
    """Look for faults of the contract with each policy that is served, and say what was found.

    Args:
        policies: Names of policies; others than addresses are left out.
        make_env: Makes the environments of the run.
        set_name: An instruction set of the run.

    Raises:
        ContractError: If a policy takes pictures, state or actions for something else.
    """
    served = [name for name in policies if is_remote(name) and read_address(name).is_checked]
    if not served:
        return
    # These import much, and few runs need them.
    from vlsim.agents.load import load_policy
    from vlsim.envs.control import CONTROLS
    from vlsim.robots.catalogue import ROBOTS
    from vlsim.serving.arm import ContractError
    from vlsim.serving.contract import UNCLEAR, check_contract

    conditions = make_env.conditions
    spec = CONTROLS[conditions.control]((), ROBOTS[conditions.robot]).spec
    # Scenes of all kinds, whatever the run asks for.
    plain = replace(make_env, reset_options={})
    for name in served:
        policy = PolicyMaker(name, conditions.control)()
        verdict = check_contract(policy, load_policy("expert"), plain, set_name, spec)
        if verdict.faults:
            raise ContractError(
                f"The policy '{name}' does not keep the contract: {'; '.join(verdict.faults)}. "
                "Mend it on its side; to measure it all the same, add the option contract=skip "
                "behind a ? to its address."
            )
        says = f"its actions agree with the expert's by {verdict.agreement:.2f} of 1"
        if verdict.agreement < UNCLEAR:
            says += ", too little to tell a fault from a policy that has not learned this"
        print(f"vlsim: {name}: no fault of the contract was found; {says}.", file=sys.stderr)
