"""The presets of `vlsim train`, and the success that each has been measured to reach."""

from collections.abc import Mapping
from typing import NamedTuple

from vlsim.agents.config import PPOConfig, TrainConfig
from vlsim.data.still_pool import StillConfig
from vlsim.training.config import GroundingStageConfig, ObjectiveConfig


class Preset(NamedTuple):
    """A training run by name."""

    description: str
    config: TrainConfig
    success: Mapping[str, float] = {}
    """Measured success on instruction sets, mean over training seeds. If there is a file
    `benchmarks/results/learning_NAME.json`, these are its numbers (a test compares)."""
    n_seeds: int = 0
    """Training seeds behind it."""

    @property
    def reaches(self) -> str:
        """The measured success in words, empty if nothing is measured.

        >>> Preset("…", TrainConfig(), {"seen": 0.995, "combo": 0.915}, n_seeds=1).reaches
        'seen 0.995, combo 0.915'
        """
        return ", ".join(f"{name} {share:.3f}" for name, share in self.success.items())

    @property
    def summary(self) -> str:
        """What it does and reaches."""
        return f"{self.description} Success: {self.reaches}." if self.reaches else self.description


PRESETS: dict[str, Preset] = {
    "demo": Preset(
        "Put the named object in the named place, one pick-and-place per step. 10 minutes.",
        TrainConfig(),
        {"seen": 0.988, "combo": 0.837, "paraphrase": 0.957},
        n_seeds=3,
    ),
    "reach": Preset(
        "Bring the gripper to the named object, closed loop at 10 Hz. 20 minutes.",
        TrainConfig(
            task="reach",
            control="ee_delta",
            still=StillConfig(n_scenes=16_000, moving_arm=True),
            grounding=GroundingStageConfig(steps=1200),
            ppo=PPOConfig(
                total_timesteps=64_000,
                n_envs=16,
                n_steps=100,
                batch_size=400,
                n_epochs=3,
                gamma=0.95,
                log_std_init=-1.0,
                critic_warmup=2,
            ),
        ),
        {"seen": 0.960, "combo": 0.800, "paraphrase": 0.955},
        n_seeds=1,
    ),
    "tabletop": Preset(
        "Do whatever is asked for, said in any way: every goal, one motion per step. 90 minutes.",
        TrainConfig(
            task="tabletop",
            regime="full",
            forms="atom",
            fusion="word_maps",
            still=StillConfig(n_scenes=30_000, under_way=0.4),
            objectives=ObjectiveConfig(weights="motion=1,contrastive=0.1", pool_batch=32),
            grounding=GroundingStageConfig(steps=5_000),
            ppo=PPOConfig(total_timesteps=0),
        ),
    ),
    "smoke": Preset(
        "A run of seconds that learns nothing, to see that everything works.",
        TrainConfig(
            still=StillConfig(n_scenes=64, n_sentences=2),
            objectives=ObjectiveConfig(pool_batch=16),
            grounding=GroundingStageConfig(steps=4),
            ppo=PPOConfig(
                total_timesteps=8, n_envs=2, n_steps=2, batch_size=4, n_epochs=1, critic_warmup=1
            ),
            checkpoint_every=1,
        ),
    ),
}


def recipes(task: str) -> list[str]:
    """Return the names of the presets that were measured to learn a task."""
    return [
        name for name, preset in PRESETS.items() if preset.success and preset.config.task == task
    ]
