"""Everything that decides the outcome of a training run; imports no torch."""

from dataclasses import dataclass, field

from vlsim.data.still_pool import StillConfig
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.instruction_sets import REGIMES
from vlsim.registry import split_names
from vlsim.seeding import check_seed
from vlsim.training.config import (
    GroundingStageConfig,
    ImitationConfig,
    ObjectiveConfig,
    check_at_least,
    check_rate,
)

CAMERA = "front"


@dataclass(frozen=True)
class PPOConfig:
    """PPO: reinforcement learning, with the names of Stable-Baselines3."""

    total_timesteps: int = 8_192
    """Total number of environment steps; 0 skips PPO."""
    n_envs: int = 16
    """Number of parallel environments."""
    n_steps: int = 32
    """Steps per environment and update. Episodes may be longer: they go on over updates."""
    batch_size: int = 256
    """Minibatch size; must divide n_envs * n_steps."""
    n_epochs: int = 4
    """Epochs over each rollout."""
    learning_rate: float = 1e-3
    """Learning rate of policy head and critic, decayed linearly to 0."""
    grounding_lr_scale: float = 0.03
    """Learning-rate multiplier for the vision and text encoders during PPO; 1 lets PPO overwrite
    what grounding taught them."""
    gamma: float = 0.98
    """Discount factor."""
    gae_lambda: float = 0.95
    """Lambda of generalised advantage estimation: bias (0) against variance (1)."""
    clip_range: float = 0.2
    """Clipping range of the probability ratio."""
    ent_coef: float = 0.0
    """Entropy coefficient of the loss."""
    vf_coef: float = 0.5
    """Value-function coefficient of the loss."""
    max_grad_norm: float = 0.5
    """Gradients are clipped to this norm."""
    log_std_init: float = -3.5
    """Initial log standard deviation of the Gaussian policy."""
    critic_warmup: int = 2
    """Number of initial updates that train only the critic."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing, and sizes that do not fit."""
        check_at_least(self, {"n_envs": 1, "n_steps": 1, "batch_size": 1, "n_epochs": 1})
        check_at_least(self, {"total_timesteps": 0, "critic_warmup": 0})
        check_rate(self.learning_rate)
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
    """Task to learn; `vlsim list tasks` shows all, and which have a recipe."""
    control: str = "primitive"
    """Control mode: primitive, ee_delta, joint_delta or planar."""
    robot: str = "panda"
    """Robot; `vlsim list robots` shows all."""
    regime: str = "plain"
    """What training says: plain, things by their looks alone, or full, which adds relations,
    ordinals, negations, comparatives, materials, numbers and nested phrases."""
    forms: str = ""
    """Forms of instructions to train on, with commas: atom (one thing to do), then, and, for_all,
    if; default: those of the task."""
    cameras: str = CAMERA
    """Cameras that the policy sees through, with commas: front, or front and others."""
    randomization: str = ""
    """Domain randomization: names of `vlsim list randomizations`, with commas, or JSON."""
    seed: int = 0
    """Random seed of scenes, instructions, actions and network weights."""
    image_size: int = 64
    """Image width and height in pixels; a multiple of 4."""
    dim: int = 64
    """Embedding size of image tokens and words."""
    vision: str = "conv"
    """Vision part: `vlsim list vision`, or hf:SOURCE for a vision tower of transformers."""
    text: str = "gru"
    """Text part: `vlsim list text`, or hf:SOURCE for a text tower of transformers."""
    fusion: str = "role_attention"
    """Fusion part: `vlsim list fusion`."""
    backbone: str = ""
    """Run or bundle of `vlsim pretrain` to start from; needs its --vision, --text and --dim."""
    vision_tuning: str = "frozen"
    """What of a pretrained vision tower learns: frozen, adapter or full."""
    text_tuning: str = "frozen"
    """What of a pretrained text tower learns: frozen, adapter or full."""
    blind: bool = False
    """Hide the instruction: a baseline for what the words are worth."""
    still: StillConfig = field(default_factory=StillConfig)
    objectives: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    grounding: GroundingStageConfig = field(default_factory=GroundingStageConfig)
    imitation: ImitationConfig = field(default_factory=ImitationConfig)
    demonstrations: str = ""
    """Demonstrations to imitate, a folder of `vlsim collect`; required if imitation.steps > 0."""
    ppo: PPOConfig = field(default_factory=PPOConfig)
    checkpoint_every: int = 4
    """PPO updates between checkpoints."""
    workers: int = 2
    """Worker processes for scenes and environments; must divide n_envs. Does not change results."""
    threads: int = 2
    """Torch threads."""
    device: str = "cpu"
    """Torch device: cpu, cuda or cuda:0."""
    precision: str = "auto"
    """What encoders compute with while they learn: fp32, bf16, or auto, which is bf16 where the
    processor has instructions for it."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, before anything is computed."""
        check_seed(self.seed)
        _ = self.instruction_set
        if self.image_size % 4:
            raise InvalidValueError(f"image_size must be a multiple of 4, got {self.image_size}.")
        check_at_least(self, dict.fromkeys(("workers", "threads", "checkpoint_every", "dim"), 1))
        if self.imitation.steps and not self.demonstrations:
            raise InvalidValueError(
                "Imitation needs --demonstrations FOLDER; make one with: vlsim collect --help"
            )
        if self.ppo.n_envs % self.workers:
            raise InvalidValueError(
                f"workers must divide n_envs = {self.ppo.n_envs}, got {self.workers}."
            )

    @property
    def scenario_changes(self) -> dict[str, tuple[str, ...]]:
        """Fields of the task's scenario that training changes."""
        return {"forms": split_names(self.forms, "form")} if self.forms else {}

    @property
    def instruction_set(self) -> str:
        """The set that its scenes, goals and words are drawn from.

        Raises:
            UnknownNameError: If there is no such regime.
        """
        if self.regime not in REGIMES:
            raise UnknownNameError("regime", self.regime, REGIMES)
        return REGIMES[self.regime]
