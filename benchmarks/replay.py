"""Count what differs when episodes are replayed: the expected number is 0.

    python -m benchmarks.replay --out runs/replay

Each of 50 seeds is played once and then replayed with the same actions in six ways: twice at once
in another environment, after other episodes, in a fresh process, and in `ParallelEnvs` with 1, 2
and 4 workers. Every observation, reward and state hash is compared, for each task, robot and
control mode, once as it comes and once with two cameras and every term of the randomisation drawn
anew every few steps; and for each term alone.

Primitives are aimed as the goal's plan says; `ee_delta` sweeps the gripper through the objects, for
without contacts every simulator repeats. The other control modes act by chance, five steps alike.

Stop it with Ctrl-C: the same command goes on, and measures anew what the code has changed since.
With `--quick` 4 seeds are replayed for 20 steps, one number of workers a cell and everything drawn:
each pair of a robot and a control mode, each term and each way comes in 10 minutes. `replays.jsonl`
in the folder has a line for each cell and way, `replay.md` is the table.
"""

import argparse
import hashlib
import itertools
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted.expert import point_at
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.ability import abilities
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.errors import VlsimError
from vlsim.files import append_json_lines, atomic_write, read_json_lines
from vlsim.interface.action import DISCRETE_ACTIONS
from vlsim.parallel.pool import run_tasks
from vlsim.parallel.worker import Stateless
from vlsim.progress import Progress
from vlsim.scene.randomization import TERMS
from vlsim.scripts import makers
from vlsim.seeding import derive, stream

SEEDS, QUICK_SEEDS = 50, 4
QUICK_STEPS = 20
PER_PROCESS = 5
"""Seeds that one fresh process replays."""
BATCH = 4
"""Environments side by side: as many as the most workers."""
WORKERS = (1, 2, 4)
WAYS = ("at once", "after others", "fresh process", *(f"workers: {n}" for n in WORKERS))
PARTS = ("observations", "rewards", "state hashes")
TOUCHED = 0.005
"""An object that moved further than this was touched, metres."""
DRAWN: dict[str, dict[str, Any]] = {
    name: {} if TERMS[name].at_reset_only else {"every": 3} for name in TERMS
}
"""Every term of the randomisation, drawn anew every few steps if that is possible."""
PLAIN, ALL = "plain", "all terms"
LOOKS: dict[str, dict[str, Any]] = {
    PLAIN: {},
    ALL: {
        "cameras": ("front", "wrist"),
        "depth": True,
        "segmentation": True,
        "randomization": DRAWN,
    },
    **{name: {"randomization": {name: fields}} for name, fields in DRAWN.items()},
}
"""Options of an environment as it comes, of one with all that may differ, and of one per term."""
TERM_PAIR = ("pick_place", "panda", "ee_delta")
"""Where each term is drawn alone."""
Row = tuple[str, float, str]
Action = NDArray[np.float32]


@dataclass(frozen=True)
class Cell:
    """What is replayed."""

    task: str
    robot: str
    control: str
    look: str

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of the environment."""
        names = {"task": self.task, "robot": self.robot, "control": self.control}
        return {**names, **LOOKS[self.look]}


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
    if environment.control.name == "primitive":
        motion = environment.bound_goal.plan(environment.scene)
        return point_at(motion, environment.front_camera).astype(np.float32)
    rng = stream(seed, "sweep", step // 5)
    if environment.control.name == "discrete":
        return rng.integers(len(DISCRETE_ACTIONS), size=1).astype(np.float32)
    if environment.control.name != "ee_delta":
        return np.asarray(rng.uniform(-1, 1, environment.control.size), np.float32)
    action = np.asarray(rng.uniform(-1, 1, environment.control.size), np.float32)
    action[2] = -1.0 if step % 25 < 20 else 1.0
    return action


def play(
    environment: TabletopEnv, seed: int, actions: list[Action] | None = None, steps: int = 0
) -> Playthrough:
    """Play the episode of `seed` with given actions, or with those of `choose`, `steps` at most."""
    done = Playthrough()
    observation, info = environment.reset(seed=seed)
    done.rows.append(row(observation, 0.0, info))
    ended = False
    most = len(actions) if actions is not None else steps
    while not ended and (not most or len(done.actions) < most):
        step = len(done.actions)
        action = actions[step] if actions is not None else choose(environment, seed, step)
        observation, reward, terminated, truncated, info = environment.step(action)
        done.actions.append(action)
        done.rows.append(row(observation, reward, info))
        ended = terminated or truncated
    before, now = environment.initial_scene, environment.scene
    moved = np.linalg.norm(now.positions_world - before.positions_world, axis=1)
    slid = np.abs(now.joint_positions - before.joint_positions)
    done.touched = bool((np.maximum(moved, slid) > TOUCHED).any())
    return done


def row(observation: dict[str, NDArray[Any]], reward: float, info: dict[str, Any]) -> Row:
    """Return a hash of the observation with its words, the reward, and the state's hash."""
    h = hashlib.sha256(info["instruction"].encode())
    for key in sorted(observation):
        h.update(np.ascontiguousarray(observation[key]).tobytes())
    # As 32 bits, which is what a vector environment returns.
    return h.hexdigest(), float(np.float32(reward)), info["state_hash"]


def at_once(
    options: dict[str, Any], originals: list[Playthrough]
) -> Iterator[tuple[int, list[Row]]]:
    """Replay each seed in another environment, and once more at once."""
    environment = make_env(**options)
    for i, original in enumerate(originals):
        for _ in range(2):
            yield i, play(environment, benchmark_seed(i), original.actions).rows
    environment.close()


def in_fresh_processes(
    options: dict[str, Any], originals: list[Playthrough]
) -> Iterator[tuple[int, list[Row]]]:
    """Replay a few seeds in each of many new processes."""
    tasks = [
        (options, [(i, originals[i].actions) for i in range(start, len(originals))[:PER_PROCESS]])
        for start in range(0, len(originals), PER_PROCESS)
    ]
    for task in tasks:
        for rows in run_tasks(partial(Stateless, replay_some), [task], workers=1):
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
    from vlsim.envs.config import EnvConfig
    from vlsim.envs.vector import ParallelEnvs

    envs = ParallelEnvs([EnvConfig(**options)] * BATCH, workers)
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


def measure(cell: Cell, ways: Iterable[str], seeds: int, steps: int) -> Iterator[dict[str, Any]]:
    """Yield a line of `replays.jsonl` for each way of replaying."""
    options = cell.options
    environment = make_env(**options)
    originals = [play(environment, benchmark_seed(i), steps=steps) for i in range(seeds)]
    environment.close()
    for way in ways:
        if way.startswith("workers"):
            replays = in_workers(options, originals, int(way.split()[1]))
        else:
            replays = IN_ONE[way](options, originals)
        yield {
            **compare(originals, replays),
            "steps": sum(len(p.actions) for p in originals),
            "touched": sum(p.touched for p in originals),
        }


IN_ONE = {
    "at once": at_once,
    "after others": after_other_episodes,
    "fresh process": in_fresh_processes,
}
"""Ways without a vector of environments."""


def cells_of(tasks: list[str], *, quick: bool) -> dict[Cell, tuple[str, ...]]:
    """Return everything that is replayed, each with its ways."""
    looks = (ALL,) if quick else (PLAIN, ALL)
    pairs = [(task, *able) for task in tasks for able in abilities(TASKS[task])]
    cells = [Cell(*pair, look) for pair, look in itertools.product(pairs, looks)]
    if TERM_PAIR in pairs:
        cells += [Cell(*TERM_PAIR, name) for name in DRAWN]
    alone = WAYS[: -len(WORKERS)]
    return {
        # In a quick run the numbers of workers take turns: most of its time is starting them.
        cell: (*alone, f"workers: {WORKERS[i % len(WORKERS)]}") if quick else WAYS
        for i, cell in enumerate(cells)
    }


def replay(
    cells: dict[Cell, tuple[str, ...]], seeds: int, steps: int, path: Path
) -> list[dict[str, Any]]:
    """Return a line for each cell and way; those that `path` has not are measured and added."""
    now = {"seeds": seeds, "most_steps": steps, "code": code()}
    done: dict[tuple[Cell, str], dict[str, Any]] = {}
    for _, line in read_json_lines(path, drop_torn=True) if path.exists() else ():
        if now.items() <= line.items():
            cell = Cell(line["task"], line["robot"], line["control"], line["look"])
            done[cell, line["way"]] = line
    wanted = [(cell, way) for cell, ways in cells.items() for way in ways]
    n_done = sum(key in done for key in wanted)
    with Progress("Replayed", len(wanted), "ways", initial=n_done) as progress:
        for cell, ways in cells.items():
            missing = [way for way in ways if (cell, way) not in done]
            for way, counts in zip(missing, measure(cell, missing, seeds, steps), strict=False):
                done[cell, way] = {**vars(cell), "way": way, **now, **counts}
                append_json_lines(path, [done[cell, way]])
                progress.advance()
    return [done[key] for key in wanted]


def code() -> str:
    """Return a hash of what the episodes come from."""
    found = f"{makers.simulation_code()} {version('numpy')} {version('pybullet')}"
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def page(lines: list[dict[str, Any]], seeds: int, steps: int) -> str:
    """Return the table as Markdown."""
    by_task: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_task.setdefault(line["task"], []).append(line)
    head = ("task", "pairs", "replays", "steps replayed", "objects touched", *PARTS)
    table = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for task, found in [*by_task.items(), ("all", lines)]:
        pairs = len({(line["task"], line["robot"], line["control"]) for line in found})
        total = {name: sum(line[name] for line in found) for name in (*PARTS, "replays")}
        touched = sum(line["touched"] for line in found) / sum(line["seeds"] for line in found)
        played = sum(line["steps"] for line in found)
        cells = [task, pairs, total["replays"], played, f"{touched:.0%}"]
        table.append("| " + " | ".join(map(str, [*cells, *(total[p] for p in PARTS)])) + " |")
    ways = ", ".join(f"{way} {sum(x['replays'] for x in lines if x['way'] == way)}" for way in WAYS)
    looks = ", ".join(
        f"{look} {sum(x['replays'] for x in lines if x['look'] == look)}" for look in LOOKS
    )
    length = f", {steps} steps at most" if steps else ""
    return f"""# Replays

Episodes of {seeds} seeds{length}, played again with the same actions by
`python -m benchmarks.replay`. The last three columns count the replays in which a bit differed.

{chr(10).join(table)}

Replays by way: {ways}.

By what was drawn: {looks}.
"""


def main() -> int:
    """Replay what is missing and write the table; the exit code is 1 if anything differed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, help=f"{SEEDS}, or {QUICK_SEEDS} with --quick")
    parser.add_argument("--tasks", default=",".join(ENV_IDS), help="which tasks, with commas")
    parser.add_argument("--quick", action="store_true", help="everything once, in 10 minutes")
    parser.add_argument("--out", type=Path, default=Path("runs/replay"), help="folder")
    arguments = parser.parse_args()
    seeds = arguments.seeds or (QUICK_SEEDS if arguments.quick else SEEDS)
    steps = QUICK_STEPS if arguments.quick else 0
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        cells = cells_of(arguments.tasks.split(","), quick=arguments.quick)
        lines = replay(cells, seeds, steps, arguments.out / "replays.jsonl")
    except VlsimError as error:
        sys.exit(f"replay.py: {error}")
    except KeyboardInterrupt:
        sys.exit(f"Stopped. The same command goes on from what is in {arguments.out}.")
    table = arguments.out / "replay.md"
    with atomic_write(table) as temporary:
        temporary.write_text(page(lines, seeds, steps), encoding="utf-8")
    differing = sum(line[part] for line in lines for part in PARTS)
    replays = sum(line["replays"] for line in lines)
    print(f"{replays} replays of {seeds} seeds: {differing} differences. Table: {table}")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
