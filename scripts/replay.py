"""Play the log of a robot's run against the simulator: how far did the arm go from what it says?

The setpoints of the log are sent to the simulated robot at the logged times. What is reported is
how far the simulated hand was from where the real one was measured. A log of `vlsim run --robot
sim` has its scene; that of another robot is played over an empty table.

Examples:
  vlsim replay robot_runs/2026-12-01T09-30-00.000000
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from vlsim.deploy.running.log import RUN, read_run, read_steps
from vlsim.errors import InvalidValueError
from vlsim.scripts.options import read_options


@dataclass(frozen=True)
class ReplayConfig:
    """Which run."""

    folder: tyro.conf.Positional[Path]
    """Folder of the run, as `vlsim run` prints it."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim replay`."""
    show(read_options(ReplayConfig, argv, "vlsim replay", __doc__).folder)


def show(folder: Path) -> None:
    """Replay a run and print how far the hands were apart."""
    about = read_run(folder)

    from vlsim.deploy.running.setup import BY_JOINTS
    from vlsim.envs.replay import replay
    from vlsim.envs.tasks import TASKS
    from vlsim.robots.catalogue import ROBOTS
    from vlsim.world import scene_from_json

    try:
        control, simulated = about["control"], about["simulated"]
        spec, is_sent = ROBOTS[about["wiring"]["robot"]], about["enable_motion"]
        scene = scene_from_json(simulated["scene"] if simulated else {"objects": []})
        if simulated and TASKS[simulated["task"]].firm_grip:
            spec = spec.with_firm_grip()
    except (KeyError, TypeError) as error:
        raise InvalidValueError(f"{folder / RUN} cannot be read: {error!r:.120}.") from error
    played = replay(read_steps(folder), spec, scene, by_joints=control == BY_JOINTS)
    times, gaps = np.array(list(played)).T
    print(about["instruction"] or "(no instruction)")
    if not is_sent:
        print("A dry run: the arm stood still, and this is how far it would have gone.")
    print(
        f"The hand was at most {1e3 * gaps.max():.1f} mm (after {times[gaps.argmax()]:.1f} s), on "
        f"average {1e3 * gaps.mean():.1f} mm, from where the simulated one went in "
        f"{len(gaps)} periods."
    )


if __name__ == "__main__":
    main()
