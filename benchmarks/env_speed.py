"""How fast one environment steps, beside the least that PyBullet needs and beside panda-gym.

Everything is measured in the same run, in turns, with a picture at every step:

- `bare`: a loop that makes the same PyBullet calls and nothing else. It follows the targets of the
  same actions from the same scene, and must end in the same state, bit for bit. Of drawers, buttons
  and sliders it reads the joints too; their motors are set once, when the scene is built.
- `panda-gym`: PandaPickAndPlace-v3 with the same renderer, from pip, in a venv of its own.

Rates are steps per second of CPU time: that is what one free core gives, and other people's work
on the machine disturbs it least. Two workers against one is measured in wall-clock time.

    python -m benchmarks.env_speed --keep
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pybullet as p
from numpy.typing import NDArray

from benchmarks.result_file import keep_result
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.config import EnvConfig
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.interface.action import action_spec
from vlsim.robots.catalogue import ARM_FORCE
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scene import render, robot
from vlsim.scene.fixtures import JOINT
from vlsim.scene.light import STUDIO
from vlsim.scene.simulation import SUBSTEPS, Simulation
from vlsim.seeding import derive, stream
from vlsim.world import SceneState
from vlsim.world.camera import FRONT
from vlsim.world.hand import EndEffectorTarget

SIZES = (64, 128, 224)
FIXTURE_TASKS = tuple(name for name in ENV_IDS if TASKS[name].scenario.n_fixtures[1] > 0)
MEASURED = ("reach", "pick_place", *FIXTURE_TASKS)
SEED = derive(0, "speed", 0)
STEPS = {64: 60, 128: 30, 224: 15}
"""Steps of one round; a few tenths of a second."""
PANDA_STEPS = 8
ROUNDS = 12
RESETS = 60
LEAST_BARE = 0.85
LEAST_PANDA = {64: 15.0, 128: 9.0, 224: 6.0}
MOST_RESET_MS = 12.0
LEAST_WORKERS = 1.8
Actions = NDArray[np.float32]


def random_actions(steps: int) -> Actions:
    """Return the same random `ee_delta` actions in every run; the hand does not tilt."""
    actions = stream(SEED, "actions").uniform(-1, 1, (steps, 5)).astype(np.float32)
    return np.insert(actions, action_spec("ee_delta").names.index("dtilt"), 0.0, axis=1)


def targets_of(task: str, actions: Actions) -> list[EndEffectorTarget]:
    """Return where the actions send the end effector."""
    environment = make_env(task, image_size=32)
    environment.reset(seed=SEED)
    simulation, found = environment._simulation, []
    move = simulation.move

    def note(target: EndEffectorTarget, substeps: int = SUBSTEPS) -> None:
        found.append(target)
        move(target, substeps)

    simulation.move = note  # type: ignore[method-assign]
    for action in actions:
        environment.step(action)
    environment.close()
    return found


def step_environment(environment: TabletopEnv, actions: Actions) -> float:
    """Return the CPU seconds that these steps of the environment take."""
    environment.reset(seed=SEED)
    begun = time.process_time()
    for action in actions:
        environment.step(action)
    return time.process_time() - begun


def step_bare(
    simulation: Simulation, start: SceneState, targets: list[EndEffectorTarget], size: int
) -> float:
    """Return the CPU seconds that the same calls of PyBullet take, written down one by one."""
    simulation.reset(start)
    client, arm, objects = simulation._client, simulation.robot.body, simulation._objects
    fixtures = [objects[i] for i, spec in enumerate(start.specs) if spec.joint]
    arm_joints, fingers_of_panda, end_effector = (0, 1, 2, 3, 4, 5, 6), (9, 10), 11
    joints = arm_joints + fingers_of_panda
    forces = (*ARM_FORCE, 15.0, 15.0)
    gains = (robot.POSITION_GAIN,) * 9
    (view, projection), light = render._matrices(FRONT), STUDIO.arguments()
    # A turn by yaw, then half a turn: computed before the clock runs.
    commands = [
        (t.position, (math.cos(t.yaw / 2), math.sin(t.yaw / 2), 0.0, 0.0), (t.opening / 2,) * 2)
        for t in targets
    ]
    begun = time.process_time()
    for position, orientation, fingers in commands:
        angles = p.calculateInverseKinematics(
            arm,
            end_effector,
            position,
            orientation,
            maxNumIterations=robot.IK_ITERATIONS,
            physicsClientId=client,
        )
        p.setJointMotorControlArray(
            arm,
            joints,
            p.POSITION_CONTROL,
            targetPositions=(*angles[:7], *fingers),
            forces=forces,
            positionGains=gains,
            physicsClientId=client,
        )
        for _ in range(SUBSTEPS):
            p.stepSimulation(physicsClientId=client)
        for body in objects:
            p.getBasePositionAndOrientation(body, physicsClientId=client)
            p.getBaseVelocity(body, physicsClientId=client)
        for body in fixtures:
            p.getLinkState(body, JOINT, computeLinkVelocity=1, physicsClientId=client)
            p.getJointState(body, JOINT, physicsClientId=client)
        p.getLinkState(
            arm,
            end_effector,
            computeForwardKinematics=True,
            physicsClientId=client,
        )
        p.getJointStates(arm, fingers_of_panda, physicsClientId=client)
        p.getCameraImage(
            size,
            size,
            view,
            projection,
            shadow=0,
            **light,
            renderer=p.ER_TINY_RENDERER,
            physicsClientId=client,
        )
    return time.process_time() - begun


def panda_python(folder: Path) -> Path:
    """Return the interpreter of a venv in `folder` that has panda-gym; make it if need be."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"Installing panda-gym into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        quiet = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*quiet, "panda-gym"], check=True)
    return python


def start_panda(python: Path, size: int, stack: ExitStack) -> Callable[[int], float]:
    """Start panda-gym at one picture size. Returns a function from steps to CPU seconds."""
    process = stack.enter_context(
        subprocess.Popen(
            [python, Path(__file__).with_name("panda_gym_speed.py"), str(size)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout
    while (line := stdout.readline()) != "ready\n":
        if not line:
            raise RuntimeError("panda-gym did not start; try another --venv.")

    def run(steps: int) -> float:
        print(steps, file=stdin, flush=True)
        return float(stdout.readline())

    return run


def compare(tasks: list[str], size: int, rounds: int, python: Path | None) -> list[dict[str, Any]]:
    """Return rates and ratios of some tasks at one picture size."""
    lines = []
    with ExitStack() as stack:
        panda = start_panda(python, size, stack) if python else None
        for task in tasks:
            steps, environment = STEPS[size], make_env(task, image_size=size)
            bare = Simulation(environment._simulation._spec)
            actions = random_actions(steps)
            targets = targets_of(task, actions)
            start = draw_scenario(
                environment.scenario_config, environment.instruction_set, SEED
            ).scene
            rates: dict[str, list[float]] = {"vlsim": [], "bare": [], "panda-gym": []}
            for _ in range(rounds):
                rates["vlsim"].append(steps / step_environment(environment, actions))
                rates["bare"].append(steps / step_bare(bare, start, targets, size))
                if bare.state().digest() != environment.scene.digest():
                    raise RuntimeError("The bare loop does something else than the environment.")
                if panda:
                    rates["panda-gym"].append(PANDA_STEPS / panda(PANDA_STEPS))
            environment.close()
            bare.close()
            line: dict[str, Any] = {"size": size, "task": task}
            for name, values in rates.items():
                if values:
                    line[name] = spread(values)
            for other in ("bare", "panda-gym"):
                if rates[other]:
                    pairs = zip(rates["vlsim"], rates[other], strict=True)
                    line[f"ratio to {other}"] = spread([a / b for a, b in pairs])
            lines.append(line)
    return lines


def spread(values: list[float]) -> dict[str, float]:
    """Return median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": middle, "low": low, "high": high}


def reset_ms(task: str) -> dict[str, float]:
    """Return how long resets take, milliseconds of CPU time, at 64 px."""
    environment = make_env(task)
    times = []
    for i in range(RESETS):
        begun = time.process_time()
        environment.reset(seed=derive(0, "speed reset", i))
        times.append((time.process_time() - begun) * 1e3)
    environment.close()
    return spread(times[5:])


def two_workers(rounds: int) -> dict[str, Any]:
    """Return environment steps per wall-clock second of one and of two workers."""
    from vlsim.envs.vector import ParallelEnvs

    config, n_envs, steps = EnvConfig("reach"), 16, 30  # as many as the presets have
    rates: dict[int, list[float]] = {1: [], 2: []}
    vectors = {n: ParallelEnvs([config] * n_envs, n) for n in rates}
    actions = stream(SEED, "vector").uniform(-1, 1, (steps, n_envs, 6)).astype(np.float32)
    for _ in range(rounds):
        for workers, envs in vectors.items():
            envs.seed_episodes([derive(0, "speed", i) for i in range(n_envs)])
            envs.reset()
            begun = time.perf_counter()
            for batch in actions:
                envs.step(batch)
            rates[workers].append(steps * n_envs / (time.perf_counter() - begun))
    for envs in vectors.values():
        envs.close()
    ratios = [b / a for a, b in zip(rates[1], rates[2], strict=True)]
    return {"1": spread(rates[1]), "2": spread(rates[2]), "ratio": spread(ratios)}


def verdict(value: float, needed: float, *, at_most: bool = False) -> str:
    """Return "ok" or "MISSED" with what was needed."""
    reached = value <= needed if at_most else value >= needed
    return f"{'ok' if reached else 'MISSED'} (needed {'<=' if at_most else '>='} {needed:g})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--tasks", default=",".join(MEASURED), help="which tasks, with commas")
    parser.add_argument("--quick", action="store_true", help="2 rounds: a smoke run")
    parser.add_argument("--venv", type=Path, help="keep panda-gym's venv here, or find it here")
    parser.add_argument("--no-panda-gym", action="store_true", help="compare with PyBullet only")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    arguments = parser.parse_args()
    rounds, tasks = 2 if arguments.quick else arguments.rounds, arguments.tasks.split(",")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    found: dict[str, Any] = {"seed": SEED, "rounds": rounds, "load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.venv or Path(temporary) / "panda-gym"
        python = None if arguments.no_panda_gym else panda_python(folder)
        found["steps"] = []
        for size in SIZES:
            for line in compare(tasks, size, rounds, python):
                found["steps"].append(line)
                print_line(line)
    for task in tasks:
        found[f"reset {task} ms"] = spread_ms = reset_ms(task)
        middle = spread_ms["median"]
        print(f"reset {task}: {middle:.1f} ms {verdict(middle, MOST_RESET_MS, at_most=True)}")
    found["workers"] = workers = two_workers(rounds)
    one, two, ratio = (workers[k]["median"] for k in ("1", "2", "ratio"))
    print(
        f"workers: 1 makes {one:.0f} steps/s, 2 make {two:.0f}: {ratio:.2f} x "
        f"{verdict(ratio, LEAST_WORKERS)}; load average {os.getloadavg()[0]:.1f}"
    )
    if arguments.keep:
        keep_result("env_speed", found)


def print_line(line: dict[str, Any]) -> None:
    """Print rates and ratios of one task at one size."""
    size, ratio = line["size"], line["ratio to bare"]
    text = (
        f"{size:>3} px {line['task']:<11} vlsim {line['vlsim']['median']:6.0f}/s  "
        f"bare {line['bare']['median']:6.0f}/s  ratio {ratio['median']:.3f} "
        f"[{ratio['low']:.3f}, {ratio['high']:.3f}] {verdict(ratio['median'], LEAST_BARE)}"
    )
    if "panda-gym" in line:
        times = line["ratio to panda-gym"]
        text += (
            f"  panda-gym {line['panda-gym']['median']:5.1f}/s: {times['median']:.1f} x "
            f"[{times['low']:.1f}, {times['high']:.1f}] "
            f"{verdict(times['median'], LEAST_PANDA[size])}"
        )
    print(text, flush=True)


if __name__ == "__main__":
    main()
