"""How fast the `reach` preset trains, where its time goes, and how fast Stable-Baselines3's PPO is.

Three runs in turns, all with the preset's environment, network, rollout, minibatch and epochs:

- `preset`: the preset as it is, grounded objectives and all. Its time is divided into physics,
  rendering, matrix products and everything else.
- `vlsim`: the same without the objectives, which Stable-Baselines3 lacks.
- `sb3`: Stable-Baselines3's PPO with its `SubprocVecEnv`, the sentence encoded for every row.

Frames per second are wall-clock time, so measure on cores that have nothing else to do.

    python -m benchmarks.training_speed --keep
"""

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pybullet as p

from benchmarks.result_file import keep_result
from vlsim.envs.config import EnvConfig
from vlsim.envs.stepper import Stepper
from vlsim.envs.tabletop import TabletopEnv

CONFIG = EnvConfig("reach", "ee_delta", privileged=True)
ROUNDS = 5
POOL_SCENES = 2_000
LEAST_RATIO = 1.5
MOST_ELSE = 0.15
MATRIX_OPERATIONS = ("mm", "addmm", "bmm", "baddbmm", "conv", "matmul", "linear", "dot")
"""Parts of the names of torch's operations that multiply matrices or convolve."""
Run = Callable[[], float]


class Clocks:
    """Seconds that this process spends in PyBullet, and in everything while it is asked to step."""

    def __init__(self) -> None:
        """Put a clock around every function of PyBullet."""
        self.seconds: Counter[str] = Counter()
        for name in dir(p):
            function = getattr(p, name)
            if callable(function) and not isinstance(function, type):
                share = "rendering" if name == "getCameraImage" else "physics"
                setattr(p, name, self._timed(function, share))

    def _timed(self, function: Callable[..., Any], share: str) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            begun = time.perf_counter()
            answer = function(*args, **kwargs)
            self.seconds[share] += time.perf_counter() - begun
            return answer

        return timed


class TimedStepper(Stepper):
    """Does what every stepper does; `get_attr("clocks")` tells the seconds so far."""

    def __init__(self, options: dict[str, Any], count: int) -> None:
        """Put clocks on PyBullet before the environments are made."""
        TabletopEnv.clocks = Clocks().seconds  # type: ignore[attr-defined]
        super().__init__(options, count)


class Preset:
    """A run of vlsim's own, with a clock on waiting for environments and on learning."""

    def __init__(self, *, objectives: bool, clocks: bool) -> None:
        """Start the environments and build the networks."""
        from vlsim.agents.grounded_ppo import GroundedPPO
        from vlsim.data.still_pool import draw_pool, join
        from vlsim.envs import vector
        from vlsim.envs.tasks import TASKS
        from vlsim.objectives.sources import StillSource
        from vlsim.scripts.presets import PRESETS

        config = PRESETS["reach"].config
        weights, source = {}, None
        if objectives:
            weights = config.objectives.by_name
            still = replace(config.still, n_scenes=POOL_SCENES)
            scenario = TASKS[config.task].scenario
            pool = join(list(draw_pool(scenario, still, config.image_size, 0, config.workers)))
            batch, dropout = config.objectives.pool_batch, config.objectives.word_dropout
            source = StillSource(pool, policy_arguments()["actor"], batch, dropout)
        if clocks:
            vector.Stepper = TimedStepper  # type: ignore[attr-defined]
        self._envs = vector.ParallelEnvs([CONFIG] * config.ppo.n_envs, config.workers)
        vector.Stepper = Stepper  # type: ignore[attr-defined]
        self.waited = 0.0
        # Stable-Baselines3 wraps the environments, and its wrapper calls these two.
        for name in ("reset", "step_wait"):
            setattr(self._envs, name, self._timed(getattr(self._envs, name)))
        arguments = policy_arguments() | {"weights": weights}
        self._algorithm = GroundedPPO(arguments, self._envs, config.ppo, source, seed=0)
        self.workers, self.frames = config.workers, config.ppo.update_size
        self.seconds = learner(self._algorithm, self.frames)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed() -> Any:  # noqa: ANN401
            begun = time.perf_counter()
            answer = function()
            self.waited += time.perf_counter() - begun
            return answer

        return timed

    def shares(self) -> dict[str, float]:
        """Return the shares of one update's time; the last two are parts of everything else."""
        before, waited = self._clocks(), self.waited
        total = self.seconds()
        after, waited = self._clocks(), self.waited - waited
        mean = {k: (after[k] - before[k]) / self.workers for k in ("physics", "rendering")}
        matrix = (total - waited) * self._matrix_share()
        shares = {**mean, "matrix products": matrix}
        shares["everything else"] = total - sum(shares.values())
        # Activations, copies and the optimiser are no matrix products, so they count here too.
        shares["of it: environments beside PyBullet"] = waited - sum(mean.values())
        shares["of it: the networks beside matrix products"] = total - waited - matrix
        return {name: value / total for name, value in shares.items()}

    def _matrix_share(self) -> float:
        """Return which share of the time without environments goes to matrix products."""
        from torch.profiler import ProfilerActivity, profile

        waited = self.waited
        with profile(activities=[ProfilerActivity.CPU]) as profiler:
            total = self.seconds()
        spent = sum(
            event.self_cpu_time_total
            for event in profiler.key_averages()
            if any(part in event.key for part in MATRIX_OPERATIONS)
        )
        return spent / 1e6 / (total - (self.waited - waited))

    def _clocks(self) -> Counter[str]:
        each = len(self._envs.get_attr("clocks")) // self.workers
        return sum(self._envs.get_attr("clocks")[::each], Counter())

    def close(self) -> None:
        """Stop the environments."""
        self._envs.close()


class Baseline:
    """Stable-Baselines3's PPO on the same environment with the same network."""

    def __init__(self) -> None:
        """Start one process for each environment and build the networks."""
        from stable_baselines3 import PPO
        from stable_baselines3.common.vec_env import SubprocVecEnv

        from vlsim.agents.actor_critic import VisionLanguagePolicy
        from vlsim.scripts.presets import PRESETS

        config = PRESETS["reach"].config.ppo
        self._envs = SubprocVecEnv([make_environment] * config.n_envs, start_method="spawn")
        self._algorithm = PPO(
            VisionLanguagePolicy,
            self._envs,
            learning_rate=config.learning_rate,
            n_steps=config.n_steps,
            batch_size=config.batch_size,
            n_epochs=config.n_epochs,
            gamma=config.gamma,
            policy_kwargs={**policy_arguments(), "log_std_init": config.log_std_init},
            seed=0,
            device="cpu",
        )
        network = self._algorithm.policy.actor.backbone
        network.read = network.text
        self.seconds = learner(self._algorithm, config.update_size)

    def close(self) -> None:
        """Stop the environments."""
        self._envs.close()


def make_environment() -> TabletopEnv:
    """Return the environment of the preset."""
    return TabletopEnv(CONFIG)


def policy_arguments() -> dict[str, Any]:
    """Return the preset's arguments of the policy, without objectives."""
    from vlsim.agents.saving import actor_config
    from vlsim.envs.tasks import TASKS
    from vlsim.language.vocabulary import VOCABULARY_SIZE
    from vlsim.robots.catalogue import ROBOTS
    from vlsim.scripts.presets import PRESETS

    preset, task = PRESETS["reach"].config, TASKS["reach"]
    channels = task.channels(preset.control, ROBOTS[preset.robot])
    actor = actor_config(preset, VOCABULARY_SIZE, task.scenario, channels)
    return {"actor": actor, "weights": {}}


def learner(algorithm: Any, frames: int) -> Run:  # noqa: ANN401
    """Return a function that collects and learns from one rollout and tells its seconds."""

    def learn() -> float:
        begun = time.perf_counter()
        algorithm.learn(frames, log_interval=None, reset_num_timesteps=False)
        return time.perf_counter() - begun

    return learn


def spread(values: list[float]) -> dict[str, float]:
    """Return median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": middle, "low": low, "high": high}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error("--rounds must be at least 2, for the quartiles")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the `vlsim` command does
    import torch

    torch.set_num_threads(2)
    os.environ["OMP_NUM_THREADS"] = "1"
    clocked = Preset(objectives=True, clocks=True)
    runs: dict[str, Any] = {
        "preset": clocked,
        "vlsim": Preset(objectives=False, clocks=False),
        "sb3": Baseline(),
    }
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(arguments.rounds + 1):
        for name, run in runs.items():
            rate = clocked.frames / run.seconds()
            if number:  # the first round only warms up
                rates[name].append(rate)
    found: dict[str, Any] = {
        "load": os.getloadavg()[0],
        "frames per second": {name: spread(values) for name, values in rates.items()},
    }
    for name, values in found["frames per second"].items():
        print(
            f"{name:<8}{values['median']:6.0f} frames/s [{values['low']:.0f}, {values['high']:.0f}]"
        )
    pairs = zip(rates["vlsim"], rates["sb3"], strict=True)
    found["ratio"] = ratio = spread([a / b for a, b in pairs])
    reached = "ok" if ratio["median"] >= LEAST_RATIO else "MISSED"
    print(
        f"vlsim is {ratio['median']:.2f} x [{ratio['low']:.2f}, {ratio['high']:.2f}] as fast as "
        f"sb3: {reached} (needed >= {LEAST_RATIO})"
    )
    found["shares of the preset"] = shares = clocked.shares()
    for name, share in shares.items():
        print(f"{name:<44}{share:6.1%}")
    reached = "ok" if shares["everything else"] <= MOST_ELSE else "MISSED"
    print(f"everything else: {reached} (needed <= {MOST_ELSE:.0%})")
    for run in runs.values():
        run.close()
    if arguments.keep:
        keep_result("training_speed", found)


if __name__ == "__main__":
    main()
