"""How many motions are right, with a head that says what it is told to."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from vlsim.data.still_pool import MOST_MOVES, StillPool
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import IMAGE, INSTRUCTION, channels
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.objectives.motion import share_moved
from vlsim.objectives.referent import FOUND_WITHIN
from vlsim.objectives.sources import StillSource
from vlsim.seeding import stream
from vlsim.skills import SKILLS

N, S, WORDS, SIDE = 70, 2, 9, 32


class Told(nn.Module):
    """A head that returns given actions in their order."""

    def __init__(self, actions: Tensor) -> None:
        super().__init__()
        self.left = actions

    def forward(self, rows: Tensor) -> Tensor:
        said, self.left = self.left[: len(rows)], self.left[len(rows) :]
        return said


@pytest.fixture(scope="module")
def pool() -> StillPool:
    rng = stream(0, "motions")
    return StillPool(
        images=rng.integers(0, 255, (N, SIDE, SIDE, 3)).astype(np.uint8),
        tokens=np.tile([[2, 3, 4], [2, 0, 0]], (N, 1, 1)).astype(np.int64),
        uv=np.zeros((N, S, len(ROLES), 2), np.float32),
        present=np.zeros((N, S, len(ROLES)), bool),
        objects=np.full((N, 8, 4), -1, np.int8),
        refs=np.full((N, S, len(ROLES), 4), -1, np.int8),
        skills=rng.integers(0, 3, (N, S)),
        moves=rng.uniform(-0.5, 0.5, (N, S, MOST_MOVES, 4)).astype(np.float32),
        n_moves=np.where(np.arange(N)[:, None] < 20, 2, 1) * np.ones((1, S), np.int64),
    )


def right(pool: StillPool, points: np.ndarray, skills: np.ndarray) -> float:
    actor = Actor(
        ActorConfig("primitive", WORDS, channels("primitive"), BackboneConfig(30, 16, SIDE))
    )
    chances = np.where(np.eye(len(SKILLS))[skills] > 0, 0.5, -0.9)
    said = np.concatenate([points, chances], axis=-1).astype(np.float32)
    actor.head = Told(torch.from_numpy(said).flatten(0, 1))
    return share_moved(actor, pool)


def test_the_experts_motion_is_right(pool: StillPool) -> None:
    assert right(pool, pool.moves[:, :, 0], pool.skills) == 1.0


def test_an_equally_good_motion_is_right_where_there_is_one(pool: StillPool) -> None:
    assert right(pool, pool.moves[:, :, 1], pool.skills) == 20 / N


def test_another_motion_is_wrong_wherever_it_begins(pool: StillPool) -> None:
    other = pool.skills.copy()
    other[:7] += 1
    assert right(pool, pool.moves[:, :, 0], other) == (N - 7) / N


@pytest.mark.parametrize(("by", "share"), [(0.99, 1.0), (1.01, 0.0)])
@pytest.mark.parametrize("entry", range(4))
def test_both_ends_must_lie_within_a_distance(
    pool: StillPool, entry: int, by: float, share: float
) -> None:
    points = pool.moves[:, :, 0].copy()
    points[..., entry] += by * FOUND_WITHIN
    alone = replace(pool, n_moves=np.ones_like(pool.n_moves))
    assert right(alone, points, pool.skills) == share


def test_a_batch_has_no_more_words_than_its_longest_sentence(pool: StillPool) -> None:
    wide = replace(pool, tokens=np.pad(pool.tokens, ((0, 0), (0, 0), (0, 6))))
    config = ActorConfig("primitive", WORDS, channels("primitive"), BackboneConfig(30, 16, SIDE))
    source = StillSource(wide, config, 4, word_dropout=0.0)
    drawn = source.draw(stream(0, "batch"), torch.device("cpu"))
    assert drawn[IMAGE].shape == (4, 1, 3, SIDE, SIDE)
    assert drawn[INSTRUCTION].tolist() == 4 * [[[2, 3, 4], [2, 0, 0]]]
    blind = StillSource(replace(wide, tokens=np.zeros_like(wide.tokens)), config, 4, 0.0)
    assert blind.draw(stream(0, "batch"), torch.device("cpu"))[INSTRUCTION].shape == (4, S, 1)
