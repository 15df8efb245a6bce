"""Count what differs when episodes are replayed: the expected number is 0.

Each of 50 seeds is played once and then replayed with the same actions in five ways: in a fresh
process, in the same process after other episodes, and in `ParallelEnvs` with 1, 2 and 4 workers.
Every observation, reward and state hash is compared, for each task, robot and control mode, once as
it comes and once with two cameras and every term of the randomisation drawn anew every few steps.

Primitives are aimed as the goal's plan says; `ee_delta` sweeps the gripper through the objects, for
without contacts every simulator repeats. The other control modes act by chance, five steps alike.

    python benchmarks/replay.py --out replay.json
"""

import argparse
import hashlib
import itertools
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted import point_at
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.ability import abilities
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.observation import DISCRETE_ACTIONS
from vlsim.scene.randomization import TERMS
from vlsim.seeding import derive, stream

SEEDS = 50
PER_PROCESS = 5
"""Seeds that one fresh process replays."""
BATCH = 4
"""Environments side by side: as many as the most workers."""
WORKERS = (1, 2, 4)
PARTS = ("observations", "rewards", "state hashes")
TOUCHED = 0.005
"""An object that moved further than this was touched, metres."""
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "random": {
        "cameras": ("front", "wrist"),
        "depth": True,
        "segmentation": True,
        "randomization": {
            name: {} if TERMS[name].at_reset_only else {"every": 3} for name in TERMS
        },
    },
}
"""Options of an environment as it comes, and of one with all that may differ."""
Row = tuple[str, float, str]
Action = NDArray[np.float32]


@dataclass
class Playthrough:
    """One episode: what was done and what came back."""

    actions: list[Action] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    touched: bool = False


def benchmark_seed(index: int) -> int:
    """Return the seed of the episode with this number."""
    return derive(0, "replay", index)


def choose(environment: TabletopEnv, seed: int, step: int) -> Action:
    """Return the planned primitive, or the next action of a smooth, low sweep."""
    if environment.control_name == "primitive":
        skill, skills = environment.bound_goal.plan(environment.scene), environment.control.skills
        return point_at(skill, environment.front_camera, skills).astype(np.float32)
    rng = stream(seed, "sweep", step // 5)
    if environment.control_name == "discrete":
        return rng.integers(len(DISCRETE_ACTIONS), size=1).astype(np.float32)
    if environment.control_name != "ee_delta":
        return np.asarray(rng.uniform(-1, 1, environment.control.size), np.float32)
    action = np.asarray(rng.uniform(-1, 1, 5), np.float32)
    action[2] = -1.0 if step % 25 < 20 else 1.0
    return action


def play(environment: TabletopEnv, seed: int, actions: list[Action] | None = None) -> Playthrough:
    """Play the episode of `seed`, with given actions or with those of `choose`."""
    done = Playthrough()
    observation, info = environment.reset(seed=seed)
    done.rows.append(row(observation, 0.0, info))
    ended = False
    while not ended:
        step = len(done.actions)
        action = actions[step] if actions is not None else choose(environment, seed, step)
        observation, reward, terminated, truncated, info = environment.step(action)
        done.actions.append(action)
        done.rows.append(row(observation, reward, info))
        ended = terminated or truncated
    before, now = environment.initial_scene, environment.scene
    moved = np.linalg.norm(now.positions_world - before.positions_world, axis=1)
    done.touched = bool((moved > TOUCHED).any())
    return done


def row(observation: dict[str, NDArray[Any]], reward: float, info: dict[str, Any]) -> Row:
    """Return a hash of the observation with its words, the reward, and the state's hash."""
    h = hashlib.sha256(info["instruction"].encode())
    for key in sorted(observation):
        h.update(np.ascontiguousarray(observation[key]).tobytes())
    # As 32 bits, which is what a vector environment returns.
    return h.hexdigest(), float(np.float32(reward)), info["state_hash"]


def in_fresh_processes(
    options: dict[str, Any], originals: list[Playthrough]
) -> Iterator[tuple[int, list[Row]]]:
    """Replay a few seeds in each of many new processes."""
    tasks = [
        (options, [(i, originals[i].actions) for i in range(start, len(originals))[:PER_PROCESS]])
        for start in range(0, len(originals), PER_PROCESS)
    ]
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for rows in pool.imap(replay_some, tasks, chunksize=1):
            yield from rows


def replay_some(
    task: tuple[dict[str, Any], list[tuple[int, list[Action]]]],
) -> list[tuple[int, list[Row]]]:
    """Replay seeds in this process, the last one first."""
    options, episodes = task
    environment = make_env(**options)
    found = [
        (i, play(environment, benchmark_seed(i), actions).rows) for i, actions in episodes[::-1]
    ]
    environment.close()
    return found


def after_other_episodes(
    options: dict[str, Any], originals: list[Playthrough]
) -> Iterator[tuple[int, list[Row]]]:
    """Replay in one environment in random order, half an episode of another seed before each."""
    environment = make_env(**options)
    order = stream(0, "replay order").permutation(len(originals)).tolist()
    for i in order:
        environment.reset(seed=benchmark_seed(1000 + i))
        for step in range(5):
            environment.step(choose(environment, i, step))
        yield i, play(environment, benchmark_seed(i), originals[i].actions).rows
    environment.close()


def in_workers(
    options: dict[str, Any], originals: list[Playthrough], workers: int
) -> Iterator[tuple[int, list[Row]]]:
    """Replay `BATCH` seeds side by side in a vector environment."""
    # Here, because a worker imports this file too and has no use for torch, which takes seconds.
    from vlsim.envs.vector import ParallelEnvs

    envs = ParallelEnvs(options, BATCH, workers)
    for start in range(0, len(originals), BATCH):
        # The last batch is filled up with the first seeds.
        chosen = [i % len(originals) for i in range(start, start + BATCH)]
        envs.seed_episodes([benchmark_seed(i) for i in chosen])
        observations: Any = envs.reset()
        rows = [
            [row({k: v[e] for k, v in observations.items()}, 0.0, envs.reset_infos[e])]
            for e in range(BATCH)
        ]
        ended = [False] * BATCH
        for step in range(max(len(originals[i].actions) for i in chosen)):
            actions = np.stack(
                [originals[i].actions[min(step, len(originals[i].actions) - 1)] for i in chosen]
            )
            observations, rewards, dones, infos = envs.step(actions)
            for e in range(BATCH):
                if not ended[e]:
                    last = infos[e].get("terminal_observation")
                    seen = last or {k: v[e] for k, v in observations.items()}
                    rows[e].append(row(seen, float(rewards[e]), infos[e]))
                    ended[e] = bool(dones[e])
        yield from list(zip(chosen, rows, strict=True))[: len(originals) - start]
    envs.close()


def compare(
    originals: list[Playthrough], replays: Iterator[tuple[int, list[Row]]]
) -> dict[str, int]:
    """Return how many replays there were, and in how many each part differed."""
    counts = {"replays": 0, **dict.fromkeys(PARTS, 0)}
    for index, rows in replays:
        counts["replays"] += 1
        expected = originals[index].rows
        for part, name in enumerate(PARTS):
            counts[name] += [r[part] for r in rows] != [r[part] for r in expected]
    return counts


def measure(task: str, robot: str, control: str, look: str, seeds: int) -> list[dict[str, Any]]:
    """Return one line of the table for each way of replaying."""
    options = {"task": task, "robot": robot, "control": control, **LOOKS[look]}
    environment = make_env(**options)
    originals = [play(environment, benchmark_seed(i)) for i in range(seeds)]
    environment.close()
    ways = {
        "fresh process": in_fresh_processes(options, originals),
        "after others": after_other_episodes(options, originals),
        **{f"workers: {n}": in_workers(options, originals, n) for n in WORKERS},
    }
    touched = sum(p.touched for p in originals) / seeds
    steps = sum(len(p.actions) for p in originals)
    return [
        {
            "task": task,
            "robot": robot,
            "control": control,
            "look": look,
            "way": way,
            **compare(originals, replays),
            "steps": steps,
            "touched": touched,
        }
        for way, replays in ways.items()
    ]


def main() -> int:
    """Print the table; the exit code is 1 if anything differed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--quick", action="store_true", help="6 seeds: a smoke run")
    parser.add_argument("--out", type=Path, help="write the numbers as JSON")
    arguments = parser.parse_args()
    seeds = 6 if arguments.quick else arguments.seeds
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    begun, lines = time.perf_counter(), []
    print(
        f"{'task':<12}{'robot':<8}{'control':<12}{'look':<8}{'way':<15}{'replays':>8}{'obs':>6}"
        f"{'reward':>8}{'hash':>6}"
    )
    for task in ENV_IDS:
        for (robot, control), look in itertools.product(abilities(TASKS[task]), LOOKS):
            for line in measure(task, robot, control, look, seeds):
                lines.append(line)
                print(
                    f"{task:<12}{robot:<8}{control:<12}{look:<8}{line['way']:<15}"
                    f"{line['replays']:>8}{line['observations']:>6}{line['rewards']:>8}"
                    f"{line['state hashes']:>6}",
                    flush=True,
                )
            print(f"  {line['steps']} steps, objects touched in {line['touched']:.0%} of episodes")
    replays = sum(line["replays"] for line in lines)
    differing = sum(line[part] for line in lines for part in PARTS)
    seconds = time.perf_counter() - begun
    print(f"{replays} replays of {seeds} seeds: {differing} differences, {seconds:.0f} s")
    if arguments.out:
        found = {"seeds": [benchmark_seed(i) for i in range(seeds)], "lines": lines}
        arguments.out.write_text(json.dumps({**found, "differences": differing}, indent=1))
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
