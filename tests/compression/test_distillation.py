"""A student learns what its teacher sees and does, where the student itself comes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vlsim.compression.config import CompressionConfig
from vlsim.compression.distillation import build_student, check_fit, distil
from vlsim.compression.states import States, visit
from vlsim.compression.teacher import Teacher
from vlsim.data.still_pool import StillPool
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import TEXT_LENGTH, channels, channels_for, undecided
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.seeding import stream
from vlsim.training.config import ObjectiveConfig

VOCABULARY, SIDE, WORDS, SCENES = 12, 32, 5, 8
PICTURES = 6
"""That there are, so that few states teach something of the next ones."""
SHORT = CompressionConfig(
    objectives=ObjectiveConfig("attention=1,imitation=10", pool_batch=8, word_dropout=0.0),
    steps=30,
    rounds=2,
    states=6,
    round_steps=10,
    learning_rate=5e-3,
)


class PictureEnvs:
    """Four environments whose next pictures depend on what was done."""

    num_envs = 4

    def __init__(self) -> None:
        self.acted: list[NDArray[np.float32]] = []
        self.seeds: list[list[int]] = []
        self.is_closed = False

    def seed_episodes(self, seeds: Sequence[int]) -> None:
        self.seeds.append(list(seeds))

    def reset(self) -> Mapping[str, NDArray[Any]]:
        return self._observe(np.zeros((self.num_envs, channels("primitive").n_actions)))

    def step(self, actions: NDArray[np.float32]) -> tuple[Any, ...]:
        self.acted.append(actions)
        return self._observe(actions), np.zeros(4), np.zeros(4, bool), [{}] * 4

    def close(self) -> None:
        self.is_closed = True

    def _observe(self, actions: NDArray[Any]) -> Mapping[str, NDArray[Any]]:
        rng = stream(int(1e6 * np.abs(actions[:, :4]).sum()) % PICTURES)
        rows = (self.num_envs,)
        return {
            "image": rng.integers(0, 256, (*rows, SIDE, SIDE, 3), np.uint8),
            "instruction": rng.integers(1, VOCABULARY, (*rows, TEXT_LENGTH)),
            "proprio": rng.normal(size=(*rows, channels("primitive").n_proprio)).astype("f4"),
        }


@pytest.fixture
def teacher() -> Actor:
    torch.manual_seed(3)
    sizes = BackboneConfig(VOCABULARY, 16, SIDE)
    made = Actor(ActorConfig("primitive", WORDS, channels_for("primitive", ["lift"]), sizes))
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(0.2 * torch.randn_like(weight))
        made.backbone.fusion.log_scale += 1.5  # an attention that says something
    return made.eval()


@pytest.fixture
def pool() -> StillPool:
    rng = stream(0, "pool")
    n, s, r = SCENES, 2, len(ROLES)
    return StillPool(
        images=rng.integers(0, 256, (n, 4, 4, 3), np.uint8).repeat(8, 1).repeat(8, 2),
        tokens=rng.integers(1, VOCABULARY, (n, s, WORDS)),
        uv=np.zeros((n, s, r, 2), np.float32),
        present=np.ones((n, s, r), bool),
        objects=np.zeros((n, 3, 4), np.int8),
        refs=np.zeros((n, s, r, 4), np.int8),
        skills=np.zeros((n, s), np.int64),
        moves=np.zeros((n, s, 1, 4), np.float32),
        n_moves=np.ones((n, s), np.int64),
    )


def small(teacher: Actor, dim: int = 8, **parts: str) -> Actor:
    return build_student(teacher, replace(teacher.config.backbone, dim=dim, **parts), seed=0)


def distance(teacher: Actor, student: Actor, pool: StillPool) -> float:
    """Return how far the student's points are from the teacher's in the still scenes."""
    image = torch.from_numpy(pool.images[:, None]).movedim(-1, -3).float() / 255
    ids = torch.from_numpy(pool.tokens)
    with torch.no_grad():
        points = [actor.backbone(image, ids).uv for actor in (teacher, student)]
    return float((points[0] - points[1]).abs().mean())


def test_a_student_comes_closer_to_its_teacher_in_attention_and_actions(
    teacher: Actor, pool: StillPool
) -> None:
    before = small(teacher)
    longer = replace(SHORT, rounds=3, states=24, round_steps=60)
    after = distil(teacher, small(teacher), pool, PictureEnvs, longer, 0)
    assert distance(teacher, after, pool) < 0.9 * distance(teacher, before, pool)
    visited = visit(after, PictureEnvs(), 8, 0, lambda _: None)
    errors = [
        float(np.square(Teacher(actor).of_states(visited)[1] - actions).mean())
        for actor in (before, after)
        for actions in [Teacher(teacher).of_states(visited)[1]]
    ]
    assert errors[1] < 0.5 * errors[0]


def test_the_seed_decides_every_weight_of_the_student(teacher: Actor, pool: StillPool) -> None:
    torch.manual_seed(99)
    short = replace(SHORT, steps=3, round_steps=2)
    first, again, other = (
        distil(teacher, small(teacher), pool, PictureEnvs, short, seed).state_dict()
        for seed in (0, 0, 1)
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_the_teacher_stays_as_it_is_and_the_environments_are_closed(
    teacher: Actor, pool: StillPool
) -> None:
    before = {name: weight.clone() for name, weight in teacher.state_dict().items()}
    envs = PictureEnvs()
    distil(teacher, small(teacher), pool, lambda: envs, SHORT, 0)
    assert envs.is_closed and len(envs.acted) == 2 * 2 and envs.seeds[0] != envs.seeds[1]
    assert all(torch.equal(weight, before[name]) for name, weight in teacher.state_dict().items())


def test_without_rounds_no_environment_is_made(teacher: Actor, pool: StillPool) -> None:
    def none() -> PictureEnvs:
        raise AssertionError("made")

    distil(teacher, small(teacher), pool, none, replace(SHORT, rounds=0, steps=1), 0)


@pytest.mark.parametrize(("asked", "visited"), [(1, 4), (4, 4), (5, 8), (8, 8)])
def test_states_are_the_students_own_and_whole_steps(
    teacher: Actor, asked: int, visited: int
) -> None:
    student, envs, counts = small(teacher), PictureEnvs(), list[int]()
    states = visit(student, envs, asked, 7, counts.append)
    assert len(states) == sum(counts) == visited and len(envs.acted) == visited // 4
    image, ids, proprio = states.tensors(slice(0, 4))
    with torch.no_grad():
        does = student(image, ids, proprio).clamp(-1, 1).numpy()
    assert np.array_equal(envs.acted[0][:, :4], does)
    rest = undecided(student.config.channels, channels("primitive"))
    assert np.array_equal(envs.acted[0][:, 4:], np.tile(rest[4:], (4, 1)))
    assert states.ids.shape == (visited, WORDS)
    assert states.proprio.shape == (visited, student.config.channels.n_proprio)


def test_a_teachers_labels_are_what_it_does(teacher: Actor) -> None:
    states = visit(teacher, PictureEnvs(), 4, 0, lambda _: None)
    attention, actions = Teacher(teacher).of_states(states)
    assert attention.shape == (4, 1, 2, 64)
    assert np.allclose(attention.sum(-1), 1, atol=2e-3)
    with torch.no_grad():
        assert np.array_equal(actions, teacher(*states.tensors(slice(None))).clamp(-1, 1))


def test_states_of_several_rounds_stand_one_after_the_other(teacher: Actor) -> None:
    parts = [visit(teacher, PictureEnvs(), 4, seed, lambda _: None) for seed in (0, 1)]
    joined = States.join(parts)
    assert len(joined) == 8 and np.array_equal(joined.images[4:], parts[1].images)


@pytest.mark.parametrize("vision", ["conv", "resnet", "space_to_depth"])
def test_a_student_may_have_another_grid(teacher: Actor, pool: StillPool, vision: str) -> None:
    student = small(teacher, 16, vision=vision)
    assert student.backbone.vision.side in (4, 8)
    before = distance(teacher, student, pool)
    distil(teacher, student, pool, PictureEnvs, replace(SHORT, rounds=0), 0)
    assert distance(teacher, student, pool) < before


def _odd_grid(student: Actor) -> None:
    student.backbone.vision.side = 3


@pytest.mark.parametrize(
    ("weights", "spoil", "error", "words"),
    [
        ("attention=1", _odd_grid, InvalidValueError, "a grid of 3 x 3, the teacher's on 8 x 8;"),
        ("imitation=1", None, InvalidValueError, "No objective learns from still scenes with a"),
        ("referent=1", None, InvalidValueError, "No objective learns from the student's own"),
        ("attentoin=1", None, UnknownNameError, "Did you mean 'attention'"),
    ],
)
def test_what_cannot_be_learned_is_refused(
    teacher: Actor,
    weights: str,
    spoil: Callable[[Actor], None] | None,
    error: type[Exception],
    words: str,
) -> None:
    student = small(teacher)
    if spoil:
        spoil(student)
    with pytest.raises(error, match=words):
        check_fit(teacher, student, replace(SHORT, objectives=ObjectiveConfig(weights)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("steps", -1), ("rounds", -1), ("states", 0), ("round_steps", 0), ("learning_rate", 0.0)],
)
def test_numbers_that_mean_nothing_are_refused(field: str, value: float) -> None:
    with pytest.raises(InvalidValueError, match=field):
        replace(SHORT, **{field: value})
