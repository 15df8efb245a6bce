"""Tables of docs/robots_real.md, from the benchmarks of the safety filter and the control loop."""

from typing import Any

Result = dict[str, Any]
ROBOTS = {"stiff": "a hand that stands where it is told to", "sim": "SimRobot, with physics"}


def safety(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return what became of the commands of each robot."""
    found = result["results"]
    runs = found["runs"]

    def row(what: str, key: str, form: str = "{:,}", target: str = "") -> list[str]:
        return [what, *(form.format(run[key]) for run in runs), target]

    total = sum(run["commands"] for run in runs)
    rows = [
        row("commands", "commands", target=f"1,000,000 in all: {total:,}"),
        row("setpoints outside the box", "outside_the_box", target="0"),
        row("faster than allowed", "too_fast", target="0"),
        row("accelerated harder than allowed", "too_hard", target="0"),
        [
            "silences that the watchdog ended",
            *(f"{run['watchdog_stops']} of {run['silences']}" for run in runs),
            "all",
        ],
        row("periods until it did, at most", "slowest_watchdog_stop_periods", "{:.2f}", "3"),
        row("the hand itself outside the box, at most", "hand_outside_mm", "{:.1f} mm"),
    ]
    return ["", *(ROBOTS[run["robot"]] for run in runs), "target"], rows


def watchdog(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return after how many periods of silence the watchdog's thread stopped the arm."""
    found = result["results"]
    rows = [
        ["median", f"{found['median_periods']:.2f} periods", ""],
        ["slowest", f"{found['slowest_periods']:.2f} periods", "3"],
        ["later than 3 periods", f"{found['later_than_3']}", "0"],
        ["load of the machine's 2 cores", f"{found['load']:.1f}", ""],
    ]
    return [f"{found['times']} silences at 30 Hz", "measured", "target"], rows


def robot_loop(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return how many periods were missed, and what the parts of one took."""
    found = result["results"]
    rows = [
        ["periods", f"{found['periods']:,}", ""],
        ["missed", f"{found['missed']:,}", "0"],
        ["how it ended", found["reason"], ""],
    ]
    for name, times in found["times"].items():
        took = f"{times['p50_ms']:.1f} / {times['p99_ms']:.1f} / {times['max_ms']:.1f} ms"
        rows.append([f"{name}: median / 99th percentile / most", took, ""])
    rows.append(["share of one core that it used", f"{found['cpu_share']:.0%}", ""])
    before, after = found["load"]
    rows.append(
        ["load of the machine's 2 cores, before and after", f"{before:.1f}, {after:.1f}", ""]
    )
    return [f"{found['policy']} at {found['hz']:g} Hz", "measured", "target"], rows
