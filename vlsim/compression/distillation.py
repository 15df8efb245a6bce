"""Distillation: a student learns what its teacher sees and does, on the student's own states."""

from dataclasses import replace

import numpy as np
import torch

from vlsim.compression.config import CompressionConfig
from vlsim.compression.sources import TaughtStates, TaughtStills
from vlsim.compression.states import Envs, MakeEnvs, States, visit
from vlsim.compression.teacher import Teacher
from vlsim.data.still_pool import StillPool
from vlsim.errors import InvalidValueError
from vlsim.models.actor import Actor
from vlsim.models.config import BackboneConfig
from vlsim.objectives import Objectives
from vlsim.objectives.sources import Source
from vlsim.progress import Progress
from vlsim.seeding import derive
from vlsim.training.config import StageConfig
from vlsim.training.stage import SupervisedStage, check_used


def build_student(teacher: Actor, backbone: BackboneConfig, seed: int) -> Actor:
    """Return an untrained actor that does what the teacher does, with a backbone of its own.

    Raises:
        UnknownNameError: If there is no part of a name.
        InvalidValueError: If parts and sizes do not fit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(seed, "student"))
        return Actor(replace(teacher.config, backbone=backbone))


def check_fit(teacher: Actor, student: Actor, config: CompressionConfig) -> None:
    """Refuse a student that cannot learn from this teacher, before anything is computed.

    Raises:
        UnknownNameError: If there is no objective of a name.
        InvalidValueError: If their grids cannot be compared, or no objective learns from a source.
    """
    for source in (TaughtStills, TaughtStates):
        check_used(source, config.objectives.by_name)
    ours, theirs = (actor.backbone.vision.side for actor in (student, teacher))
    if max(ours, theirs) % min(ours, theirs):
        raise InvalidValueError(
            f"The student's image tokens lie on a grid of {ours} x {ours}, the teacher's on "
            f"{theirs} x {theirs}; one side must be a multiple of the other. Choose another vision "
            "part."
        )


def distil(
    teacher: Actor,
    student: Actor,
    pool: StillPool,
    make_envs: MakeEnvs,
    config: CompressionConfig,
    seed: int,
    *,
    show_progress: bool = False,
) -> Actor:
    """Teach a student until it does what its teacher does, and return it.

    On still scenes it learns where the teacher looks. Then in each round it acts, the teacher says
    of every state that it came into where to look and what to do, and it learns that: a student
    that learned from the teacher's states alone would not know what to do after its own mistakes.

    Args:
        teacher: What it shall do; stays as it is.
        student: What learns; may have parts and sizes of its own, and may know something.
        pool: Still scenes.
        make_envs: Makes the environments that it acts in.
        config: How long and how fast.
        seed: Of all chance.
        show_progress: Shows how far it is on stderr.

    Raises:
        UnknownNameError: If there is no objective of a name.
        InvalidValueError: If their grids cannot be compared, or no objective learns from a source.
        SimulationError: If a loss is not finite.

    Source:
        Ross et al. 2011, arXiv 1011.0686: labels of an expert on the learner's own states.
    """
    check_fit(teacher, student, config)
    wise = Teacher(teacher)
    labels = []
    with Progress("Teacher", len(pool), "scenes", show=show_progress) as progress:
        for part in wise.of_stills(pool):
            labels.append(part)
            progress.advance(len(part))
    stills = TaughtStills(pool, np.concatenate(labels), student.config, config.objectives)
    learn = _Learner(student, config, seed, show_progress)
    learn("stills", config.stills, [stills])
    if config.rounds:
        envs = make_envs()
        try:
            _rounds(wise, student, envs, stills, learn)
        finally:
            envs.close()
    return student.eval()


def _rounds(
    teacher: Teacher, student: Actor, envs: Envs, stills: TaughtStills, learn: "_Learner"
) -> None:
    """Let the student act, hear what was right, and learn it, a few times."""
    config, visited = learn.config, list[States]()
    for number in range(1, config.rounds + 1):
        seed = derive(learn.seed, "round", number)
        with Progress("Student acts", config.states, "states", show=learn.show) as progress:
            visited.append(visit(student, envs, config.states, seed, progress.advance))
        states = States.join(visited)
        taught = TaughtStates(states, *teacher.of_states(states), config.objectives)
        learn(f"round {number}", config.round, [stills, taught])


class _Learner:
    """Carries out one supervised stage after the other."""

    def __init__(
        self, student: Actor, config: CompressionConfig, seed: int, show_progress: bool
    ) -> None:
        self.config, self.seed, self.show = config, seed, show_progress
        self._student = student
        self._objectives = Objectives(config.objectives.by_name, student.config.backbone)

    def __call__(self, name: str, config: StageConfig, sources: list[Source]) -> None:
        self._student.train()
        stage = SupervisedStage(name, self._student, self._objectives, sources, config, self.seed)

        def on_step(_: int, losses: dict[str, float]) -> None:
            progress.advance(1, {name: f"{value:.4f}" for name, value in losses.items()})

        with Progress(f"Learn, {name}", config.steps, "steps", show=self.show) as progress:
            stage.run(on_step)
        self._student.eval()
