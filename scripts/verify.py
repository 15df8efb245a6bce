"""Verify that engines do what the trained network does: the same actions, and the same success.

First the golden vectors of the bundle, then the actions at batch 1, 2 and 16 on what the policy is
shown in its task, then the closed loop: the same benchmark episodes on the engine and on torch.
Exit code 2 if an action is off by more than the bundle allows (INT8: a golden one), or if success
is below torch's.

Examples:
  vlsim verify demo.vlsim
  vlsim verify demo.vlsim@onnxruntime:int8 --episodes 500
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from vlsim.agents import load
from vlsim.errors import BundleError, InvalidValueError
from vlsim.interface.policy import Policy
from vlsim.scripts import makers
from vlsim.scripts.export import act_in, find_trained, trained_task
from vlsim.scripts.options import read_options

if TYPE_CHECKING:
    from vlsim.deploy.verify import Parity
    from vlsim.metrics import PairedDifference

COMPARED_EPISODES = 8
"""Episodes from whose beginnings actions are compared."""
SET = "seen"


@dataclass(frozen=True)
class VerifyConfig:
    """What to verify."""

    policy: tyro.conf.Positional[str]
    """Exported bundle, or BUNDLE@ENGINE:PRECISION. Default engine: onnxruntime, all precisions."""
    episodes: int = 100
    """Benchmark episodes of the closed loop, on torch and on each engine. 0: none."""

    def __post_init__(self) -> None:
        """Refuse fewer than no episodes."""
        if self.episodes < 0:
            raise InvalidValueError(f"episodes must be at least 0, got {self.episodes}.")


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim verify`."""
    config = read_options(VerifyConfig, argv, "vlsim verify", __doc__)
    for name in engines_of(config.policy):
        verify(name, config.episodes)


def engines_of(name: str) -> list[str]:
    """Return a policy on the engine that it names, else on onnxruntime in all of its precisions."""
    from vlsim.deploy.exported import EXPORT
    from vlsim.deploy.manifest import read_manifest

    policy, _, _ = load.split_engine(name)
    if policy != name:
        return [name]
    about = read_manifest(find_trained(name)).about.get(EXPORT, {})
    # Without graphs onnxruntime says what to do.
    return [f"{name}@onnxruntime:{p}" for p in about.get("precisions", ["fp32"])]


def verify(name: str, episodes: int) -> None:
    """Verify one engine and print what was found.

    Raises:
        BundleError: If it does not do what torch does.
    """
    folder = find_trained(name)
    parity = _parity(name, folder)
    print(f"{name}: golden actions within {parity.tolerance:.2g}")
    for rows, difference in parity.differences.items():
        print(f"{name}: at batch {rows} actions differ from torch's by {difference:.2g} at most")
    # INT8 is judged by success: on single pictures it may point elsewhere.
    if load.split_engine(name)[2] != "int8" and not parity.holds:
        worst = max(parity.differences.values())
        raise BundleError(
            f"{name} failed: actions differ from torch's by {worst:.2g}; allowed "
            f"{parity.tolerance:.2g}."
        )
    if episodes:
        success = closed_loop(name, folder, episodes)
        print(f"{name}: success minus torch's {success}")
        if success.high < 0:
            raise BundleError(f"{name} failed: its success is below torch's, {success}.")


def _parity(name: str, folder: Path) -> "Parity":
    from vlsim.deploy.engines import Computing
    from vlsim.deploy.verify import compare

    make_env = environments(folder)

    def act(policy: Policy) -> None:
        act_in(make_env, policy, COMPARED_EPISODES, "verify")

    _, engine, precision = load.split_engine(name)
    return compare(folder, engine, Computing(precision), act)


def closed_loop(name: str, folder: Path, episodes: int) -> "PairedDifference":
    """Return an engine's success minus torch's, on the same benchmark episodes."""
    from vlsim.evaluation import benchmark_seeds
    from vlsim.evaluation.rollout import evaluate
    from vlsim.metrics import paired_difference

    make_env, seeds = environments(folder), benchmark_seeds(episodes)
    on_engine, on_torch = (
        evaluate(load.load_policy(spec), make_env, seeds, SET) for spec in (name, str(folder))
    )
    return paired_difference(on_engine, on_torch)


def environments(folder: Path) -> makers.EnvMaker:
    """Return what makes the environments that a bundle's policy was trained for."""
    return makers.EnvMaker(trained_task(folder), makers.conditions([str(folder)], makers.AUTO, 0))


if __name__ == "__main__":
    main()
