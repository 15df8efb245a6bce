"""What every registered head has to keep, and the actor that it is a part of."""

import pytest
import torch

from tests.contracts.test_parts import DIM, SIDE, VOCABULARY, close, generator, sentences, views
from vlsim.interface.observation import channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import POINTED, STEERED, ActorConfig, BackboneConfig
from vlsim.models.heads import HEADS, ActionHead


def acts(control, skills=("lift",), **parts):
    """Return the configuration of a small actor."""
    backbone = BackboneConfig(VOCABULARY, DIM, SIDE, **parts)
    return ActorConfig(control, 9, channels_for(control, skills), backbone, hidden=16)


ACTORS = {
    "pointing": acts(POINTED),
    "hybrid": acts(POINTED, ("lift", "push", "turn")),
    "steering": acts(STEERED[0]),
}
"""An actor for every head that acts."""


@pytest.fixture(params=HEADS)
def head(request):
    torch.manual_seed(0)
    config = ACTORS.get(request.param, ACTORS["steering"])
    return HEADS[request.param](config.n_features, config)


def feature_rows(head, count=4):
    config = next((c for name, c in ACTORS.items() if HEADS[name] is type(head)), None)
    n_features = (config or ACTORS["steering"]).n_features
    return torch.randn(count, n_features, generator=generator(), requires_grad=True)


def test_every_head_that_acts_has_an_actor_here():
    acting = {name for name in HEADS if issubclass(HEADS[name], ActionHead)}
    assert acting == {config.head for config in ACTORS.values()} == set(ACTORS)


def test_a_head_reads_rows_and_its_gradient_reaches_them(head):
    rows = feature_rows(head)
    told = head(rows)
    (told * torch.randn(told.shape, generator=generator())).sum().backward()
    assert rows.grad is not None and torch.isfinite(rows.grad).all()
    assert (rows.grad != 0).any(-1).all()


def test_rows_of_a_head_are_independent(head):
    rows = feature_rows(head)
    told = head(rows)
    other = rows.detach().clone()
    other[1:] += 1
    assert close(head(rows[:1]), told[:1]) and close(head(other)[0], told[0])


def test_a_head_in_bf16_agrees_with_fp32(head):
    rows = feature_rows(head).detach()
    with torch.autocast("cpu", torch.bfloat16):
        fast = head(rows)
    assert torch.allclose(fast.float(), head(rows), atol=0.05)


@pytest.fixture(params=ACTORS)
def actor(request):
    torch.manual_seed(0)
    return Actor(ACTORS[request.param]).eval()


def test_what_is_drawn_is_scattered_about_the_best_action(actor):
    rows = feature_rows(actor.head)
    log_std = torch.full((actor.head.n_gaussian,), -6.0)
    spread = actor.head.distribution(rows, log_std)
    drawn, best = spread.rsample(), actor.head(rows)
    assert drawn.shape == best.shape == (4, actor.config.channels.n_actions)
    n = actor.head.n_gaussian
    assert torch.allclose(drawn[:, :n], best[:, :n], atol=0.05)
    assert spread.log_prob(drawn).shape == spread.entropy().shape == (4,)
    far = drawn.detach().clone()
    far[:, :n] += 1
    assert (spread.log_prob(far) < spread.log_prob(drawn)).all()


def test_the_error_is_least_at_the_actions_themselves(actor):
    rows = feature_rows(actor.head)
    best = actor.head(rows).detach()
    right, wrong = best.clone(), best.clone()
    wrong[:, 0] += 0.5
    assert actor.head.errors(rows, right).mean() < actor.head.errors(rows, wrong).mean()
    actor.head.errors(rows, wrong).mean().backward()
    assert rows.grad is not None and rows.grad.any()


def test_words_and_picture_matter_to_an_action_and_rows_are_independent(actor):
    with torch.no_grad():
        for name, parameter in actor.named_parameters():
            if name.endswith("shift.weight"):
                parameter.normal_(generator=generator())  # it begins at 0, which hides the looks
    image, ids = views(), sentences(3)
    proprio = torch.randn(3, actor.config.channels.n_proprio, generator=generator())
    base = actor(image, ids, proprio)
    other = ids.clone()
    other[0, 2] = other[0, 2] % (VOCABULARY - 3) + 3
    changes = (1 - image, ids, proprio), (image, other, proprio), (image, ids, proprio + 1)
    for changed in changes:
        mixed = [
            torch.cat([new[:1], old[1:]])
            for new, old in zip(changed, (image, ids, proprio), strict=True)
        ]
        action = actor(*mixed)
        assert not torch.equal(action[0], base[0]) and close(action[1:], base[1:])
    longer = torch.nn.functional.pad(ids, (0, 6))
    assert close(actor(image, longer, proprio), base)
