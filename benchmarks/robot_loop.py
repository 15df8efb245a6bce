"""Whether the control loop keeps its time: a policy on the simulated arm at 30 Hz, in real time.

The whole of `vlsim run --robot sim --enable-motion --speed 1`: PyBullet's physics and pictures
(which a real robot's computer does not have to make), the age of the pictures, the policy, the
safety filter, the watchdog, the log and the films. The policy is asked again after every motion.

    python -m benchmarks.robot_loop --keep
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from benchmarks.result_file import keep_result
from vlsim.agents.load import load_policy
from vlsim.deploy.running.arm import Watchdog
from vlsim.deploy.running.clock import MonotonicClock
from vlsim.deploy.running.log import RunLog, times
from vlsim.deploy.running.setup import Running, start_loop
from vlsim.envs.sim_robot import SimRobot

HZ = 30.0


def main() -> None:
    """Run and print how many periods were missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--policy", default="zoo:demo")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    arguments = parser.parse_args()
    policy, clock = load_policy(arguments.policy), MonotonicClock()
    robot = SimRobot("pick_place", clock, policy.spec.control)
    robot.connect()
    before = os.getloadavg()
    with (
        tempfile.TemporaryDirectory() as folder,
        RunLog(Path(folder), {}, HZ, films=True) as log,
    ):
        settings = Running(HZ, 1.0, arguments.seconds, moves=True)
        loop, arm = start_loop(policy, robot, robot.wiring, clock, settings)
        log.begin(loop.prepare(robot.instruction))
        begun, used = time.monotonic(), time.process_time()
        with Watchdog(arm, 1.0 / HZ):
            ending = loop.run(log)
        share = (time.process_time() - used) / (time.monotonic() - begun)
    robot.disconnect()
    found = {
        "policy": arguments.policy,
        "hz": HZ,
        "reason": ending.reason,
        "periods": ending.periods,
        "missed": ending.missed,
        "late_actions": ending.dropped,
        "actions": ending.actions,
        "counts": dict(ending.counts),
        "times": times(ending),
        # Of one core, without the encoder of the films, which is a process of its own.
        "cpu_share": share,
        # Of the machine, over a minute, before and after: other programs ran beside it.
        "load": [before[0], os.getloadavg()[0]],
    }
    for name, value in found.items():
        print(f"{name}: {value}")
    if arguments.keep:
        keep_result("robot_loop", found)


if __name__ == "__main__":
    main()
