"""How soon the watchdog's thread stops an arm whose loop has fallen silent, by the machine's clock.

A thread is woken when the operating system finds time for it: on a machine that does other work,
too, that is late now and then. The load stands beside the result.

    python -m benchmarks.watchdog --keep
"""

import argparse
import os
import time
from typing import Any

import numpy as np

from benchmarks.result_file import keep_result
from benchmarks.safety import HZ, Stiff
from vlsim.deploy.running.arm import Arm, Watchdog
from vlsim.deploy.running.clock import MonotonicClock
from vlsim.deploy.running.limits import Limits, pose_axes
from vlsim.deploy.running.safety_filter import Command, SafetyFilter
from vlsim.world.hand import HOME


def bite(times: int) -> dict[str, Any]:
    """Return after how many periods of silence the watchdog's thread stopped an arm, sorted."""
    clock, period, robot = MonotonicClock(), 1.0 / HZ, Stiff()
    start = np.array([*HOME.position, HOME.yaw, HOME.tilt, HOME.opening])
    took = []
    for _ in range(times):
        safety = SafetyFilter(pose_axes(Limits()), Limits(), period, start, np.inf)
        arm = Arm(robot, robot.wiring, safety, clock, period, moves=True)
        with Watchdog(arm, period):
            arm.command(Command(start, clock.now()))
            begun = clock.now()
            while not safety.stopped:
                time.sleep(0.001)
            took.append((clock.now() - begun) / period)
    took.sort()
    return {
        "times": times,
        "median_periods": took[times // 2],
        "slowest_periods": took[-1],
        "later_than_3": sum(periods > 3.0 for periods in took),
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Print how soon it was."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    arguments = parser.parse_args()
    found = bite(arguments.times)
    for name, value in found.items():
        print(f"{name}: {value}")
    if arguments.keep:
        keep_result("watchdog", found)


if __name__ == "__main__":
    main()
