"""Can contact be cheated? Every robot and control mode that pushes or lifts is tried.

    python -m benchmarks.contact

- Lifts without opening: in `lift`, closed fingers are pressed on the target and drawn up again.
- Sinking: how far anything is pressed into the table by random actions, and by actions that press
  on objects (in `planar`, where nothing can be pressed down, by pushing through them; in
  `primitive` by motions that begin and end at an object), in `push`.

Keeps `benchmarks/results/contact.json` and ends with exit code 1 if a limit is not kept.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pybullet as p
import tyro
from numpy.typing import NDArray

from benchmarks.result_file import keep_result
from vlsim.agents.scripted.course import GRIP
from vlsim.agents.scripted.expert import turn_joints
from vlsim.agents.scripted.uniform import Random
from vlsim.envs import make_env
from vlsim.envs.ability import abilities
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.evaluation.rollout import benchmark_seeds
from vlsim.interface.action import (
    DISCRETE_ACTIONS,
    METRES_PER_DISCRETE_STEP,
    METRES_PER_PLANAR_STEP,
    METRES_PER_STEP,
)
from vlsim.progress import Progress
from vlsim.seeding import stream

MOST_LIFTS = 0
MOST_SUNK_MM = 3.0
IMAGE_SIZE = 32
ABOVE, PRESSED, RAISED = 0.13, 0.012, 0.30
"""Heights of the end effector above, on, and after pressing on an object, metres."""
APPROACH, PRESS, RAISE = 30, 10, 15
"""Most actions of each part of a press."""
LAST = APPROACH + PRESS + RAISE
NEAR = 0.01
"""Where an approach ends, metres."""
OFF_MIDDLE = 0.02
"""How far from an object's middle it is pressed at most, along x and along y, metres."""
EPISODE = 80
"""Actions after which another scene is drawn."""


@dataclass(frozen=True)
class ContactConfig:
    """What is measured."""

    episodes: int = 100
    """Episodes of lifting without opening."""
    actions: int = 1000
    """Random actions, and as many pressing ones."""


@dataclass(frozen=True)
class Row:
    """What one robot and control mode reach; None where they cannot lift."""

    robot: str
    control: str
    lifts_without_opening: int | None
    sunk_random_mm: float
    sunk_pressing_mm: float

    def is_kept(self) -> bool:
        """Whether the limits are kept."""
        deepest = max(self.sunk_random_mm, self.sunk_pressing_mm)
        return (self.lifts_without_opening or 0) <= MOST_LIFTS and deepest <= MOST_SUNK_MM


class Presser:
    """Presses closed fingers, or a tip, on one place after the other."""

    def __init__(self, env: TabletopEnv, seed: int) -> None:
        """Begin the presses of one episode."""
        self._env = env
        self._rng = stream(seed, "presses")
        self._steps = LAST + 1
        self._place = np.zeros(3)

    def aim(self, index: int, off_middle: float = 0.0) -> None:
        """Choose where to press: on this object."""
        off = self._rng.uniform(-off_middle, off_middle, 2)
        self._place = self._env.scene.positions_world[index] + np.array([*off, 0.0])
        self._steps = 0

    def act(self) -> NDArray[np.float64] | None:
        """Return the next action, None if the present press is over."""
        if self._steps > LAST:
            return None
        if self._env.control.name == "primitive":
            return self._motion()
        way = self._way()
        return None if way is None else self._towards(way)

    def _motion(self) -> NDArray[np.float64]:
        self._steps = LAST + 1
        uv = self._env.front_camera.project(np.array([[*self._place[:2], 0.0]])).ravel()
        rest = self._env.action_space.shape[0] - 4
        return np.clip([*uv, *uv, *self._rng.uniform(-1, 1, rest)], -1.0, 1.0)

    def _way(self) -> NDArray[np.float64] | None:
        """Return how far to go now, metres; None if the press is over."""
        x, y, _ = self._place
        at = self._env.scene.ee_position_world
        self._steps += 1
        if self._env.control.name == "planar":
            # Through the object: as far beyond it as the tip is before it.
            way = np.array([x, y, at[2]]) - at
            return 2 * way if self._steps <= APPROACH + PRESS else None
        if self._steps <= APPROACH:
            way = np.array([x, y, ABOVE]) - at
            if np.linalg.norm(way) > NEAR:
                return way
            self._steps = APPROACH + 1
        if self._steps <= APPROACH + PRESS:
            return np.array([0.0, 0.0, PRESSED - at[2]])
        if self._steps <= LAST:
            return np.array([0.0, 0.0, RAISED - at[2]])
        return None

    def _towards(self, way: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the action of this control mode that goes there, the fingers closed."""
        env = self._env
        if env.control.name == "planar":
            return np.clip(way[:2] / METRES_PER_PLANAR_STEP, -1.0, 1.0)
        if env.control.name == "discrete":
            axis = int(np.abs(way).argmax())
            name = "close" if env.scene.gripper_opening > 0.01 and self._steps == 1 else "stay"
            if name == "stay" and abs(way[axis]) > METRES_PER_DISCRETE_STEP / 2:
                name = ("+" if way[axis] > 0 else "-") + "xyz"[axis]
            return np.array([DISCRETE_ACTIONS.index(name)])
        action = np.zeros(6)
        action[:3] = np.clip(way / METRES_PER_STEP, -1.0, 1.0)
        action[GRIP] = -1.0
        if env.control.name == "joint_delta":
            return turn_joints(env.ground_truth, action)
        return action


def lifts_without_opening(robot: str, control: str, episodes: int) -> int:
    """Return in how many episodes of `lift` a gripper that never opens succeeds."""
    env = made("lift", robot, control)
    lifts = 0
    for seed in benchmark_seeds(episodes):
        _, info = env.reset(seed=seed)
        presser = Presser(env, seed)
        over = False
        while not over:
            presser.aim(info["referent"])
            while not over and (action := presser.act()) is not None:
                *_, terminated, truncated, info = env.step(action)
                over = terminated or truncated
        lifts += info["success_once"]
    env.close()
    return lifts


def sunk(robot: str, control: str, actions: int, *, presses: bool) -> float:
    """Return how far anything was pressed into the table, millimetres."""
    env = made("push", robot, control)
    deepest, left = 0.0, actions
    for seed in benchmark_seeds(actions):
        env.reset(seed=seed)
        policy, presser = Random(control), Presser(env, seed)
        policy.reset([seed], [env.task_description])
        policy.inform([env.ground_truth])
        rng = stream(seed, "pressed objects")
        movable = [i for i, spec in enumerate(env.scene.specs) if spec.movable]
        for _ in range(EPISODE):
            action = presser.act() if presses else policy.act({})[0, 0]
            if action is None:
                presser.aim(int(rng.choice(movable)), OFF_MIDDLE)
                action = presser.act()
            *_, terminated, truncated, _ = env.step(action)
            deepest, left = max(deepest, depth_mm(env)), left - 1
            if terminated or truncated or not left:
                break
        if not left:
            break
    env.close()
    return round(deepest, 2)


def depth_mm(env: TabletopEnv) -> float:
    """Return how deep the deepest contact of an object with the table is, millimetres."""
    simulation = env._simulation
    client, table = simulation._client, simulation.parts._table
    return 1000 * max(
        (
            -contact[8]
            for body in simulation._objects
            for contact in p.getContactPoints(body, table, physicsClientId=client)
        ),
        default=0.0,
    )


def made(task: str, robot: str, control: str) -> TabletopEnv:
    """Return a new environment."""
    return make_env(task, control, robot=robot, image_size=IMAGE_SIZE).unwrapped


def main(argv: list[str] | None = None) -> int:
    """Measure every robot and control mode, and keep the results. Returns 1 if a limit is not."""
    config = tyro.cli(ContactConfig, args=argv, description=__doc__)
    # In `primitive` the motion itself opens the fingers.
    lifters = {pair for pair in abilities(TASKS["lift"]) if pair[1] != "primitive"}
    pairs, rows = list(abilities(TASKS["push"])), []
    with Progress("Contact", len(pairs), "pairs") as progress:
        for robot, control in pairs:
            lifts = None
            if (robot, control) in lifters:
                lifts = lifts_without_opening(robot, control, config.episodes)
            in_random, in_pressing = (
                sunk(robot, control, config.actions, presses=presses) for presses in (False, True)
            )
            rows.append(Row(robot, control, lifts, in_random, in_pressing))
            progress.print(str(rows[-1]))
            progress.advance()
    path = keep_result(
        "contact",
        {
            "episodes": config.episodes,
            "actions": config.actions,
            "most_lifts": MOST_LIFTS,
            "most_sunk_mm": MOST_SUNK_MM,
            "rows": [asdict(row) for row in rows],
        },
    )
    missed = [row for row in rows if not row.is_kept()]
    print(f"{len(rows) - len(missed)} of {len(rows)} rows keep both limits. Results: {path}")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
