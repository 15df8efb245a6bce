"""Make a smaller policy of a trained one: prune its channels, or teach a student of other parts.

Both learn from the teacher on still scenes and on the states that they come into themselves; a few
minutes. What comes out is a policy like any other.

Examples:
  vlsim compress runs/demo --method prune --keep 0.5 --out half.vlsim
  vlsim compress runs/demo --method distill --dim 24 --out small.vlsim
  vlsim compress runs/demo --method distill --vision space_to_depth --dim 32 --out fast.vlsim
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import tyro

from vlsim.agents.config import TrainConfig
from vlsim.agents.load import find_bundle
from vlsim.compression.config import WEIGHTS, CompressionConfig
from vlsim.data.still_pool import StillConfig
from vlsim.errors import InvalidValueError
from vlsim.files import make_folder
from vlsim.scripts.options import read_options
from vlsim.seeding import check_seed
from vlsim.training.config import ObjectiveConfig, check_at_least

if TYPE_CHECKING:
    from vlsim.deploy.bundle import Bundle
    from vlsim.models.actor import Actor

PROG = "vlsim compress"
PRUNE: Final = "prune"
DISTILL: Final = "distill"
ENVS = 16
"""Environments that the student acts in, side by side."""


@dataclass(frozen=True)
class CompressCommand:
    """What is made smaller, and how."""

    teacher: tyro.conf.Positional[str]
    """Trained policy: a run, a bundle or zoo:NAME; see `vlsim list policies`."""
    out: Path
    """Folder of the smaller policy, a bundle NAME.vlsim; it must not exist yet."""
    method: Literal["prune", "distill"] = DISTILL
    """prune: keep the strongest channels. distill: teach a student from the beginning."""
    keep: Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")] = None
    """Share of the channels that pruning keeps, above 0 and up to 1; default 0.5."""
    vision: str = ""
    """Vision part of the student (`vlsim list vision`); default: the teacher's."""
    text: str = ""
    """Text part of the student (`vlsim list text`); default: the teacher's."""
    fusion: str = ""
    """Fusion part of the student (`vlsim list fusion`); default: the teacher's."""
    dim: int = 0
    """Embedding size of the student; 0: the teacher's."""
    scenes: int = StillConfig.n_scenes
    """Still scenes that the teacher says where to look in."""
    steps: int = CompressionConfig.steps
    """Gradient steps on still scenes alone."""
    rounds: int = CompressionConfig.rounds
    """Rounds in which the student acts, and learns what the teacher would have done."""
    states: int = CompressionConfig.states
    """States that the student comes into in each round."""
    round_steps: int = CompressionConfig.round_steps
    """Gradient steps of each round."""
    learning_rate: float = CompressionConfig.learning_rate
    """Peak learning rate of the one-cycle schedule of the still scenes, and of each round."""
    weights: str = WEIGHTS
    """Weights of objectives by name (`vlsim list objectives`)."""
    seed: int = 0
    """Random seed of scenes, episodes and network weights."""
    workers: int = 2
    """Worker processes for scenes and environments; must divide 16. Does not change results."""
    threads: int = 2
    """Torch threads."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing, and options of the other method."""
        check_seed(self.seed)
        check_at_least(self, {"dim": 0, "workers": 1, "threads": 1})
        if ENVS % self.workers:
            raise InvalidValueError(f"workers must divide {ENVS}, got {self.workers}.")
        parts = [name for name in ("vision", "text", "fusion", "dim") if getattr(self, name)]
        if self.method == PRUNE and parts:
            raise InvalidValueError(
                f"--{parts[0]} chooses a part of a student, and pruning keeps the teacher's parts; "
                "use --method distill, or --keep."
            )
        if self.method == DISTILL and not parts:
            raise InvalidValueError(
                "This student would be as large as its teacher. Choose --dim, --vision, --text or "
                "--fusion, or use --method prune."
            )
        if self.method == DISTILL and self.keep is not None:
            raise InvalidValueError("--keep is for --method prune; give a student its --dim.")

    @property
    def config(self) -> CompressionConfig:
        """How the student learns."""
        return CompressionConfig(
            StillConfig(self.scenes),
            ObjectiveConfig(self.weights),
            self.steps,
            self.rounds,
            self.states,
            self.round_steps,
            self.learning_rate,
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim compress`."""
    command = read_options(CompressCommand, argv, PROG, __doc__)
    try:
        compress(command)
    except KeyboardInterrupt:
        print(f"Stopped before {command.out} was written.", file=sys.stderr)
        raise


def compress(command: CompressCommand) -> Path:
    """Make the smaller policy. Returns its folder."""
    config, out = command.config, command.out
    if out.exists():
        raise InvalidValueError(f"{out} is there already; remove it, or choose another --out.")
    folder = find_bundle(command.teacher)
    if folder is None:
        raise InvalidValueError(
            f"Only a trained policy can be made smaller, and '{command.teacher}' is no run and no "
            "bundle; see: vlsim list policies"
        )

    # These import much, so mistakes in the options are found before.
    import torch

    from vlsim.agents.saving import save_policy
    from vlsim.agents.training import draw_stills
    from vlsim.compression.distillation import check_fit, distil
    from vlsim.deploy.bundle import load_bundle
    from vlsim.deploy.network import build_actor
    from vlsim.envs.tasks import TASKS
    from vlsim.runs import config_to_json

    bundle = load_bundle(folder)
    teacher = build_actor(bundle)
    _check_words(command.teacher, bundle)
    student = _student(command, teacher)
    check_fit(teacher, student, config)
    trained = _trained(command, bundle, teacher, student)
    make_folder(out.parent)
    torch.set_num_threads(command.threads)
    pool = draw_stills(trained, TASKS[trained.task].scenario)
    distil(
        teacher,
        student,
        pool,
        lambda: _make_envs(trained, command.workers),
        config,
        command.seed,
        show_progress=True,
    )
    origin = {
        "teacher": folder.name
        if command.teacher.startswith("zoo:")
        else Path(command.teacher).name,
        "teacher_sha256": bundle.fingerprint,
        "method": command.method,
        "learning": config_to_json(config),
    }
    save_policy(out, student, trained, {"compressed_from": origin})
    n_before, n_after = (_n_weights(actor) for actor in (teacher, student))
    print(
        f"{out}: {n_after:,} weights, {n_after / n_before:.2f} of the teacher's {n_before:,}. "
        f"Measure both: vlsim benchmark --policy {command.teacher} --policy {out} "
        f"--task {trained.task}"
    )
    return out


def _check_words(name: str, bundle: "Bundle") -> None:
    from vlsim.language.tokenizer import default_tokenizer

    if bundle.config.get("blind"):
        raise InvalidValueError(f"'{name}' never reads its instruction: there is nothing to teach.")
    if bundle.tokenizer_json != default_tokenizer().to_json():
        raise InvalidValueError(
            f"'{name}' has token ids of another release, and its student would have today's; train "
            "the teacher again."
        )


def _student(command: CompressCommand, teacher: "Actor") -> "Actor":
    """Return what learns: the teacher without some channels, or an untrained network."""
    from vlsim.compression.distillation import build_student
    from vlsim.compression.pruning import prune

    if command.method == PRUNE:
        return prune(teacher, 0.5 if command.keep is None else command.keep)
    backbone = teacher.config.backbone
    changed: dict[str, Any] = {"dim": command.dim or backbone.dim}
    for noun in ("vision", "text", "fusion"):
        if name := getattr(command, noun):
            changed[noun] = name
            if noun != "fusion":
                changed |= {f"{noun}_settings": {}, f"{noun}_tuning": "frozen"}
    return build_student(teacher, replace(backbone, **changed), command.seed)


def _trained(
    command: CompressCommand, bundle: "Bundle", teacher: "Actor", student: "Actor"
) -> TrainConfig:
    """Return the training run that the student stands for: the teacher's, with its own parts."""
    from vlsim.models.config import POINTED

    about, spec, backbone = bundle.manifest.about, bundle.manifest.spec, student.config.backbone
    return TrainConfig(
        task=about["task"],
        control=spec.control,
        robot=spec.robot,
        cameras=",".join(backbone.cameras),
        randomization=json.dumps(about["randomization"]) if about["randomization"] else "",
        seed=command.seed,
        image_size=backbone.image_size,
        dim=backbone.dim,
        vision=backbone.vision,
        text=backbone.text,
        fusion=backbone.fusion,
        vision_tuning=backbone.vision_tuning,
        text_tuning=backbone.text_tuning,
        still=StillConfig(command.scenes, moving_arm=teacher.config.control != POINTED),
        objectives=command.config.objectives,
        workers=command.workers,
        threads=command.threads,
    )


def _make_envs(trained: TrainConfig, workers: int) -> Any:  # noqa: ANN401 (a VecEnv, from envs)
    from vlsim.envs.config import EnvConfig
    from vlsim.envs.vector import ParallelEnvs
    from vlsim.interface.cameras import choose_cameras

    environment = EnvConfig(
        trained.task,
        trained.control,
        trained.robot,
        image_size=trained.image_size,
        cameras=tuple(choose_cameras(trained.cameras)),
        randomization=trained.randomization,
    )
    return ParallelEnvs([environment] * ENVS, workers)


def _n_weights(actor: "Actor") -> int:
    return sum(weight.numel() for weight in actor.parameters())


if __name__ == "__main__":
    main()
