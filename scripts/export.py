"""Export a trained policy: its bundle with ONNX graphs that run without torch.

The policy first acts in its task, in the simulator. What it sees there sets the scales of INT8, and
every graph must give what the network gives; otherwise nothing is written.

Examples:
  vlsim export runs/demo --out demo.vlsim
  vlsim record --policy demo.vlsim@onnxruntime --task pick_place
  vlsim export zoo:demo --out demo.vlsim --precisions fp32 --program
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from vlsim.agents import load
from vlsim.deploy.bundle import check_replaceable
from vlsim.errors import InvalidValueError
from vlsim.interface.policy import Policy, stack
from vlsim.registry import split_names
from vlsim.scripts import checks, makers
from vlsim.scripts.options import read_options
from vlsim.seeding import derive

MOST_STEPS = 10
"""Actions of each episode that graphs are compared on."""


@dataclass(frozen=True)
class ExportConfig:
    """What to export."""

    policy: tyro.conf.Positional[str]
    """Trained policy, such as zoo:demo, runs/demo or NAME.vlsim."""
    out: Path
    """Bundle to write, NAME.vlsim; one that is there is replaced."""
    precisions: str = "fp32,fp16,int8"
    """Precisions of the graphs that act, comma-separated; fp32 is always needed."""
    episodes: int = 32
    """Episodes whose pictures calibrate INT8 and compare the graphs with the network."""
    program: bool = False
    """Also write the torch.export program beside the bundle, NAME.pt2."""

    def __post_init__(self) -> None:
        """Refuse an export that nothing could be compared on."""
        if self.episodes < 1:
            raise InvalidValueError(f"episodes must be at least 1, got {self.episodes}.")


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim export`."""
    export(read_options(ExportConfig, argv, "vlsim export", __doc__))


def export(config: ExportConfig) -> None:
    """Export a policy and print how exact each graph is."""
    check_replaceable(config.out)
    folder = find_trained(config.policy)
    task = trained_task(folder)
    conditions = makers.conditions([str(folder)], makers.AUTO, 0)
    make_env = makers.EnvMaker(task, conditions)

    # These import much, so mistakes in the options are found before.
    from vlsim.deploy.exporting.export import export_policy
    from vlsim.deploy.exporting.program import write_program

    def act(policy: Policy) -> None:
        act_in(make_env, policy, config.episodes, "export")

    names = split_names(config.precisions, "precision")
    differences = export_policy(folder, config.out, act, names)
    for precision, difference in differences.items():
        print(f"{precision}: actions differ from the network's by {difference:.1g} at most")
    print(f"Bundle: {config.out}")
    if config.program:
        print(f"Program: {write_program(config.out, config.out.with_suffix('.pt2'))}")


def find_trained(name: str) -> Path:
    """Return the bundle of a trained policy.

    Raises:
        InvalidValueError: If the policy is none.
        UnknownNameError: If there is no such policy.
    """
    folder = load.find_bundle(name)
    if folder is None:
        load.policy_spec(name)
        raise InvalidValueError(
            f"The policy '{name}' has no network; give a trained one, such as zoo:demo."
        )
    return folder


def trained_task(folder: Path) -> str:
    """Return the task that a bundle's policy was trained for.

    Raises:
        UnknownNameError: If there is no such task here.
    """
    from vlsim.deploy.manifest import read_manifest

    task = str(read_manifest(folder).about.get("task", ""))
    checks.check_task(task)
    return task


def act_in(make_env: makers.EnvMaker, policy: Policy, episodes: int, purpose: str) -> None:
    """Let a policy act in the beginnings of episodes that no benchmark has, others by purpose."""
    env = make_env("seen")
    try:
        for index in range(episodes):
            seed = derive(0, purpose, index)
            observation, info = env.reset(seed=seed)
            policy.reset([seed], [info["instruction"]])
            for _ in range(MOST_STEPS):
                (chunk,) = policy.act(stack([observation]))
                observation, _, terminated, truncated, _ = env.step(chunk[0])
                if terminated or truncated:
                    break
    finally:
        env.close()


if __name__ == "__main__":
    main()
