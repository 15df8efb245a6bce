"""The head that chooses a motion and points: its chances by a second route, and that it learns."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats

from vlsim.interface.observation import channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import N_POINTS, ActorConfig, BackboneConfig
from vlsim.models.heads.hybrid import HybridHead, PointsAndChoice

SKILLS = ("push", "lift", "turn")
LOG_STD = torch.tensor([-1.0, -0.5, 0.0, 0.5])
POINTS = torch.tensor([[0.1, -0.2, 0.3, 0.9], [0.0, 0.5, -0.5, 1.0]])
LOGITS = torch.tensor([[0.2, -1.0, 3.0], [1.0, 1.0, -2.0]])


def config(**changes: object) -> ActorConfig:
    backbone = BackboneConfig(30, dim=16, image_size=32)
    return replace(
        ActorConfig("primitive", 9, channels_for("primitive", SKILLS), backbone), **changes
    )


def a_distribution() -> PointsAndChoice:
    return PointsAndChoice(POINTS, LOG_STD, LOGITS)


def test_log_probability_is_that_of_scipy() -> None:
    actions = torch.tensor([[0.4, 0.1, 0.2, 0.5, -1, 1, -1], [0.1, 0.2, -0.3, 2.0, 0.1, 0.2, 0.9]])
    expected = []
    for row, chosen in ((0, 1), (1, 2)):
        density = stats.norm.logpdf(actions[row, :4], POINTS[row], LOG_STD.exp()).sum()
        chances = np.exp(LOGITS[row].numpy())
        expected.append(density + np.log(chances[chosen] / chances.sum()))
    assert a_distribution().log_prob(actions).numpy() == pytest.approx(expected, abs=1e-5)


def test_entropy_is_that_of_scipy() -> None:
    of_points = sum(stats.norm(0, float(std)).entropy() for std in LOG_STD.exp())
    chances = np.exp(LOGITS.numpy()) / np.exp(LOGITS.numpy()).sum(-1, keepdims=True)
    expected = of_points + stats.entropy(chances, axis=-1)
    assert a_distribution().entropy().numpy() == pytest.approx(expected, abs=1e-5)


def test_entropy_is_the_mean_surprise_of_what_is_drawn() -> None:
    torch.manual_seed(0)
    n = 20_000
    row = PointsAndChoice(POINTS[:1].expand(n, 4), LOG_STD, LOGITS[:1].expand(n, 3))
    drawn = row.rsample()
    assert drawn.shape == (n, 7) and set(drawn[:, N_POINTS:].unique().tolist()) == {-1.0, 1.0}
    assert (drawn[:, N_POINTS:].sum(-1) == -1).all()
    shares = (drawn[:, N_POINTS:] > 0).float().mean(0)
    assert torch.allclose(shares, torch.softmax(LOGITS[0], 0), atol=0.01)
    assert drawn[:, :N_POINTS].std(0).tolist() == pytest.approx(LOG_STD.exp().tolist(), rel=0.03)
    assert -row.log_prob(drawn).mean().item() == pytest.approx(row.entropy()[0].item(), abs=0.05)


def test_the_best_action_points_where_it_looks_and_names_the_likeliest_motion() -> None:
    torch.manual_seed(0)
    head = HybridHead(config().n_features, config())
    rows = torch.randn(5, config().n_features)
    best = head(rows)
    assert torch.equal(best[:, :N_POINTS], rows[:, :N_POINTS])
    chances = torch.softmax(head.logits(rows), -1)
    assert torch.allclose((best[:, N_POINTS:] + 1) / 2, chances)
    assert best[:, N_POINTS:].abs().max() <= 1


def test_an_actor_of_one_motion_has_no_gist_and_one_of_several_has() -> None:
    several, one = Actor(config()), Actor(config(channels=channels_for("primitive", ("lift",))))
    assert isinstance(several.head, HybridHead) and several.gist is not None
    assert one.gist is None
    assert several.config.n_features - one.config.n_features == 16 + len(SKILLS)


def test_words_alone_decide_the_motion_and_the_head_learns_them() -> None:
    """The second word says which motion; a policy of chance is right in a third."""
    torch.manual_seed(0)
    actor = Actor(config())
    rng = torch.Generator().manual_seed(1)
    n = 96
    ids = torch.randint(10, 30, (n, 9), generator=rng)
    meant = torch.randint(0, 3, (n,), generator=rng)
    ids[:, 1] = 2 + meant
    image, proprio = torch.rand(n, 1, 3, 32, 32, generator=rng), torch.zeros(n, 12)
    shown = torch.full((n, 7), -1.0)
    shown[:, :4] = 0.2
    shown[torch.arange(n), 4 + meant] = 1.0
    optimizer = torch.optim.Adam(actor.parameters(), lr=1e-2)
    for _ in range(25):
        rows, _ = actor.look(image[:64], actor.backbone.read(ids[:64]), proprio[:64])
        optimizer.zero_grad()
        actor.head.errors(rows, shown[:64]).mean().backward()
        optimizer.step()
    with torch.no_grad():
        told = actor(image[64:], ids[64:], proprio[64:])
    assert (told[:, N_POINTS:].argmax(-1) == meant[64:]).float().mean() > 0.9
