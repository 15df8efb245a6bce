"""Run a policy on a robot, or on a simulated one.

Without --enable-motion it is a dry run: everything is computed and logged, nothing is sent to the
arm. Every run is logged into a new folder: run.json, a line of steps.jsonl for every period, a film
of each camera, and ending.json. Ctrl-C brakes the arm and closes the log.

The safety filter is software: it does not replace the arm's own safety functions, such as its
emergency stop and its limits of speed and force. Keep the emergency stop within reach.

Examples:
  vlsim run zoo:demo --robot sim --enable-motion --instruction "put the red cube in the bowl"
  vlsim run zoo:demo --robot sim --enable-motion --speed 1 --fast --seed 3
  vlsim run runs/reach --robot my_cell:Arm --instruction "reach the red cube"
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import tyro

from vlsim.agents import load
from vlsim.deploy.manifest import read_manifest
from vlsim.deploy.running.clock import Clock, MonotonicClock, SteppedClock
from vlsim.deploy.running.limits import Limits
from vlsim.errors import InvalidValueError, RobotError
from vlsim.interface.cameras import MAIN, check_camera
from vlsim.interface.policy import ANY, Policy
from vlsim.progress import Progress
from vlsim.scripts.options import read_options
from vlsim.scripts.own_robot import SIM, load_robot
from vlsim.seeding import check_seed
from vlsim.world.camera import FRONT, Camera

IMAGE_SIZE = 64


@dataclass(frozen=True)
class RunConfig:
    """What to run, on what, and how fast."""

    policy: tyro.conf.Positional[str]
    """Policy to run: a bundle folder, zoo:NAME, a run folder, or module:Name."""
    robot: str
    """sim, or package.module:Class for your own (docs/robots_real.md)."""
    instruction: str = ""
    """What the policy is told to do. On sim, one is drawn if there is none; a robot of ROS 2 hears
    it on its topic."""
    enable_motion: bool = False
    """Send commands to the arm. Without, it is a dry run."""
    speed: float = 0.1
    """Share of the full speed: start with 0.1."""
    hz: float = 30.0
    """Commands per second; a multiple of the rate of the policy."""
    seconds: float = 60.0
    """The run ends after this time."""
    motions: int = 1
    """For control primitive: the run ends after so many motions. 0: only after its time."""
    camera: Path | None = None
    """JSON file of where the front camera stands, as `vlsim camera-check --out` writes it."""
    trust_colours: bool = False
    """Run although the pictures are bluer than any in training, as they are if red and blue are
    exchanged."""
    out: Path = Path("robot_runs")
    """Folder that receives the folder of this run."""
    films: bool = True
    """Keep what the cameras saw."""
    task: str = ""
    """On sim: what is on the table. Default: the task that the policy was trained for."""
    seed: int = 0
    """On sim: seed of the scene and of what goes wrong; also the policy's."""
    fast: bool = False
    """On sim: as fast as the machine can, and the same every time, instead of in real time."""

    def __post_init__(self) -> None:
        """Refuse what cannot be before anything is loaded."""
        check_seed(self.seed)
        if self.motions < 0:
            raise InvalidValueError(f"motions must be 0 or more, got {self.motions}.")
        if self.robot != SIM:
            for option, is_given in (("--task", self.task), ("--fast", self.fast)):
                if is_given:
                    raise InvalidValueError(f"{option} is for --robot sim, not '{self.robot}'.")


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim run`."""
    run(read_options(RunConfig, argv, "vlsim run", __doc__))


def run(config: RunConfig) -> None:
    """Run a policy and print how it ended.

    Raises:
        RobotError: If the arm had to be stopped, or failed.
        KeyboardInterrupt: If somebody pressed Ctrl-C; the arm has been stopped.
    """
    from vlsim.deploy.running.setup import Running, check_robot

    bundle = load.find_bundle(config.policy)
    about = read_manifest(bundle).about if bundle else {}
    policy = load.load_policy(config.policy)
    clock: Clock = SteppedClock() if config.fast else MonotonicClock()
    robot, simulated = _robot(config, policy, about.get("task", ""), clock)
    limits = getattr(robot, "limits", Limits())
    camera = _camera(config.camera, about)
    settings = Running(
        config.hz, config.speed, config.seconds, config.enable_motion, limits, camera
    )
    control = check_robot(policy, robot, robot.wiring, config.hz)
    folder = config.out / datetime.now().strftime("%Y-%m-%dT%H-%M-%S.%f")
    head = {
        "policy": config.policy,
        "policy_sha256": read_manifest(bundle).sha256 if bundle else "",
        "control": control,
        "robot": config.robot,
        "wiring": asdict(robot.wiring),
        "limits": asdict(limits),
        "camera": asdict(camera),
        "enable_motion": config.enable_motion,
        "speed": config.speed,
        "seconds": config.seconds,
        "simulated": simulated,
    }
    if not config.enable_motion:
        print("vlsim: Dry run: nothing is sent to the arm; see --enable-motion.", file=sys.stderr)
    randomization = about.get("randomization", {})
    _run_logged(config, policy, robot, clock, settings, folder, head, randomization)


def _robot(
    config: RunConfig, policy: Policy, trained: str, clock: Clock
) -> tuple[Any, dict[str, Any] | None]:
    """Return the robot, and what has to be known to simulate the same again."""
    if config.robot != SIM:
        return load_robot(config.robot), None
    from vlsim.envs.sim_robot import Faults, SimRobot
    from vlsim.scripts.checks import check_task

    task = config.task or trained
    if not task:
        raise InvalidValueError("Missing: --task; the policy does not say which it is for.")
    check_task(task)
    spec = policy.spec
    sizes = [int(size) for size in spec.cameras.values() if size != ANY]
    faults = Faults()
    robot = SimRobot(
        task,
        clock,
        spec.control if spec.control != ANY else "ee_delta",
        instruction=config.instruction,
        robot=spec.robot if spec.robot != ANY else "panda",
        cameras=tuple(spec.cameras),
        image_size=max(sizes, default=IMAGE_SIZE),
        seed=config.seed,
        faults=faults,
    )
    return robot, {
        "task": task,
        "seed": config.seed,
        "faults": asdict(faults),
        "scene": robot.initial_scene.to_json(),
    }


def _camera(path: Path | None, about: Mapping[str, Any]) -> Camera:
    """Return where the front camera stands: as calibrated, or as in training."""
    if path is not None:
        from vlsim.files import read_json

        return check_camera(MAIN, read_json(path))
    trained = about.get("cameras", {}).get(MAIN)
    return check_camera(MAIN, trained) if trained else FRONT


class _Shown:
    """Logs periods and shows how far the run is."""

    def __init__(self, log: Any, progress: Progress) -> None:  # noqa: ANN401
        self._log, self._progress, self._clamped = log, progress, 0

    def add(self, record: Mapping[str, Any], pictures: Mapping[str, Any]) -> None:
        self._log.add(record, pictures)
        self._clamped += bool(record["clamps"])
        self._progress.advance(1, {"arm": record["motion"], "clamped": str(self._clamped)})


def _run_logged(
    config: RunConfig,
    policy: Policy,
    robot: Any,  # noqa: ANN401
    clock: Clock,
    settings: Any,  # noqa: ANN401
    folder: Path,
    head: Mapping[str, Any],
    randomization: Mapping[str, Any],
) -> None:
    from contextlib import nullcontext

    from vlsim.deploy.running.arm import Watchdog
    from vlsim.deploy.running.colours import check_colours
    from vlsim.deploy.running.log import RunLog, times
    from vlsim.deploy.running.loop import INTERRUPTED
    from vlsim.deploy.running.setup import start_loop

    motions = config.motions if policy.spec.control == "primitive" else 0
    robot.connect()
    try:
        instruction = config.instruction or getattr(robot, "instruction", "")
        if not instruction and config.robot != SIM:
            raise InvalidValueError("Missing: --instruction, what the robot shall do.")
        head = {**head, "instruction": instruction}
        with RunLog(folder, head, config.hz, films=config.films) as log:
            loop, arm = start_loop(policy, robot, robot.wiring, clock, settings)
            periods = round(config.seconds * config.hz)
            # On a clock that stands still nobody can be late.
            watched = nullcontext() if config.fast else Watchdog(arm, 1.0 / config.hz)
            pictures = loop.prepare(instruction, config.seed)
            if MAIN in pictures and not config.trust_colours:
                check_colours(pictures[MAIN], randomization)
            log.begin(pictures)
            with Progress("Run", periods, "periods") as progress, watched:
                ending = loop.run(_Shown(log, progress), motions)
            log.end(ending)
        is_success = getattr(robot, "is_success", None)
    finally:
        robot.disconnect()
    counts = ", ".join(f"{name} {count}" for name, count in sorted(ending.counts.items()))
    print(instruction or "(no instruction)")
    print(
        f"Ended after {ending.periods} periods and {ending.actions} actions: {ending.reason}. "
        f"Missed periods {ending.missed}, late actions {ending.dropped}; {counts or 'no clamps'}."
    )
    if not config.fast:
        took = times(ending)["period"]
        print(
            f"A period of {1e3 / config.hz:.1f} ms took {took['p50_ms']:.1f} ms, the 99th "
            f"percentile {took['p99_ms']:.1f} ms."
        )
    if is_success is not None:
        print(f"Success: {'yes' if is_success else 'no'}")
    print(f"Log: {folder}")
    if ending.reason == INTERRUPTED:
        raise KeyboardInterrupt
    if not ending.is_good:
        raise RobotError(f"The arm was stopped: {ending.reason}.")


if __name__ == "__main__":
    main()
