"""Everything that decides the outcome of a training run; imports no torch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from vlsim.data.still_pool import StillConfig
from vlsim.errors import InvalidValueError
from vlsim.seeding import check_seed

CAMERA = "front"


def _check_at_least(config: object, least: Mapping[str, int]) -> None:
    """Refuse a configuration of which a number is smaller than the one beside its name."""
    for name, low in least.items():
        if getattr(config, name) < low:
            raise InvalidValueError(f"{name} must be at least {low}, got {getattr(config, name)}.")


def _check_rate(learning_rate: float) -> None:
    if not 0 < learning_rate < math.inf:
        raise InvalidValueError(f"learning_rate must be above 0, got {learning_rate}.")


@dataclass(frozen=True)
class ObjectiveConfig:
    """Weights of the grounded objectives."""

    referent: float = 1.0
    """Weight of pointing at what the sentence names; 0 leaves the objective out."""
    contrastive: float = 0.1
    """Weight of telling which sentence was said of which picture; 0 leaves the objective out."""
    pool_batch: int = 64
    """Still scenes in each batch of the objectives."""
    word_dropout: float = 0.05
    """Chance that a word is replaced by the unknown word, so that new words do no harm."""

    def __post_init__(self) -> None:
        """Refuse negative weights, an empty batch, and a chance that is none."""
        _check_at_least(self, {"pool_batch": 1})
        if not 0 <= self.word_dropout <= 1:
            raise InvalidValueError(f"word_dropout must lie in [0, 1], got {self.word_dropout}.")
        if self.referent < 0 or self.contrastive < 0:
            raise InvalidValueError(
                "Weights of objectives must be 0 or more, "
                f"got {self.referent} and {self.contrastive}."
            )

    @property
    def any(self) -> bool:
        """Whether there is anything to learn from the pool."""
        return self.referent > 0 or self.contrastive > 0


@dataclass(frozen=True)
class GroundingStageConfig:
    """How long and how fast the grounding stage learns."""

    steps: int = 2000
    """Batches; 0 leaves the stage out."""
    learning_rate: float = 2e-3
    """Largest learning rate of a one-cycle schedule."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        _check_at_least(self, {"steps": 0})
        _check_rate(self.learning_rate)


@dataclass(frozen=True)
class ImitationConfig:
    """How long and how fast the imitation stage learns."""

    steps: int = 0
    """Batches; 0 leaves the stage out."""
    learning_rate: float = 1e-3
    """Largest learning rate of a one-cycle schedule."""
    batch_size: int = 256
    """Steps of demonstrations in each batch."""
    episodes: int = 400
    """Demonstrations to learn from."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        _check_at_least(self, {"steps": 0, "batch_size": 1, "episodes": 1})
        _check_rate(self.learning_rate)


@dataclass(frozen=True)
class PPOConfig:
    """Hyperparameters of PPO, by Stable-Baselines3's names."""

    total_timesteps: int = 8_192
    """Environment steps in all; 0 leaves PPO out."""
    n_envs: int = 16
    """Environments side by side; more make the network's batches larger."""
    n_steps: int = 32
    """Steps of each environment per update."""
    batch_size: int = 256
    """Rows of a minibatch."""
    n_epochs: int = 4
    """Passes over each rollout."""
    learning_rate: float = 1e-3
    """Of the head and the critic; falls linearly to 0."""
    grounding_lr_scale: float = 0.03
    """Share of it for eyes and ears; at 1, PPO's noise undoes what they learned."""
    gamma: float = 0.98
    """Discount of a step."""
    gae_lambda: float = 0.95
    """Trade-off between variance and bias of the advantages."""
    clip_range: float = 0.2
    """How far one update may move the probability of an action."""
    ent_coef: float = 0.0
    """Weight of the entropy."""
    vf_coef: float = 0.5
    """Weight of the critic's loss."""
    max_grad_norm: float = 0.5
    """Longest gradient."""
    log_std_init: float = -3.5
    """Logarithm of the actions' first standard deviation."""
    critic_warmup: int = 2
    """First updates in which only the critic learns."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing, and sizes that do not fit."""
        _check_at_least(self, {"n_envs": 1, "n_steps": 1, "batch_size": 1, "n_epochs": 1})
        _check_at_least(self, {"total_timesteps": 0, "critic_warmup": 0})
        _check_rate(self.learning_rate)
        for name in ("gamma", "gae_lambda"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidValueError(f"{name} must lie in [0, 1], got {getattr(self, name)}.")
        if self.n_envs * self.n_steps % self.batch_size:
            raise InvalidValueError(
                f"batch_size must divide n_envs * n_steps = {self.n_envs * self.n_steps}, "
                f"got {self.batch_size}."
            )
        if not 0 < self.clip_range < 1:
            raise InvalidValueError(f"clip_range must lie in (0, 1), got {self.clip_range}.")

    @property
    def update_size(self) -> int:
        """Environment steps of one update."""
        return self.n_envs * self.n_steps

    @property
    def n_updates(self) -> int:
        """Updates in all."""
        return -(-self.total_timesteps // self.update_size)


@dataclass(frozen=True)
class TrainConfig:
    """A training run: grounding on still scenes, then (if asked for) imitation, then PPO."""

    task: str = "pick_place"
    """What to learn; `vlsim list tasks` shows them all."""
    control: str = "primitive"
    """Control mode: ee_delta, primitive, joint_delta or planar."""
    robot: str = "panda"
    """What moves; `vlsim list robots` shows them all."""
    cameras: str = CAMERA
    """What the networks see through; only the front camera can be read so far."""
    randomization: str = ""
    """What else differs between episodes: `vlsim list randomizations`, with commas, or JSON."""
    seed: int = 0
    """Seeds scenes, instructions, actions and network weights."""
    image_size: int = 64
    """Side of the picture, pixels; a multiple of 4."""
    dim: int = 64
    """Features of an image token and of a word."""
    blind: bool = False
    """Never show the instruction: the baseline that tells what words are worth."""
    still: StillConfig = field(default_factory=StillConfig)
    objectives: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    grounding: GroundingStageConfig = field(default_factory=GroundingStageConfig)
    imitation: ImitationConfig = field(default_factory=ImitationConfig)
    demonstrations: str = ""
    """Folder of `vlsim collect` to imitate; needed if `imitation.steps` is not 0."""
    ppo: PPOConfig = field(default_factory=PPOConfig)
    checkpoint_every: int = 4
    """Updates of PPO between two checkpoints."""
    workers: int = 2
    """Processes that draw scenes and step environments; the result does not depend on it."""
    threads: int = 2
    """Threads of the networks' arithmetic."""
    device: str = "cpu"
    """Where the networks compute: cpu, cuda or cuda:0."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, before anything is computed."""
        check_seed(self.seed)
        if self.image_size % 4:
            raise InvalidValueError(f"image_size must be a multiple of 4, got {self.image_size}.")
        _check_at_least(self, dict.fromkeys(("workers", "threads", "checkpoint_every", "dim"), 1))
        if self.imitation.steps and not self.demonstrations:
            raise InvalidValueError(
                "Imitation needs --demonstrations FOLDER; make one with: vlsim collect --help"
            )
        if self.ppo.n_envs % self.workers:
            raise InvalidValueError(
                f"workers must divide n_envs = {self.ppo.n_envs}, got {self.workers}."
            )
