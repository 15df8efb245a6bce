"""Pruning: what is kept is kept exactly, what is nothing is taken away first, the rest is said."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from vlsim.compression.pruning import kept_dim, prune
from vlsim.errors import InvalidValueError
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.fusion import FUSION
from vlsim.models.text import TEXT
from vlsim.models.vision import VISION

VOCABULARY, DIM, SIDE, WORDS = 30, 16, 32, 7
ABLE = {
    "vision": ("conv", "space_to_depth"),
    "text": ("gru",),
    "fusion": ("role_attention", "late", "film"),
}
POINTING = ("primitive", ("lift",))
HEADS = {
    "pointing": POINTING,
    "hybrid": ("primitive", ("lift", "push")),
    "steering": ("ee_delta", ("lift",)),
}


def actor(head: str = "pointing", seed: int = 0, **parts: object) -> Actor:
    control, skills = HEADS[head]
    torch.manual_seed(seed)
    backbone = replace(BackboneConfig(VOCABULARY, DIM, SIDE), **parts)
    made = Actor(ActorConfig(control, WORDS, channels_for(control, skills), backbone, hidden=8))
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    return made.eval()


def shown(of: Actor) -> tuple[Tensor, Tensor, Tensor]:
    rng = torch.Generator().manual_seed(1)
    config = of.config
    return (
        torch.rand(3, len(config.backbone.cameras), 3, SIDE, SIDE, generator=rng),
        torch.randint(1, VOCABULARY, (3, WORDS), generator=rng),
        torch.randn(3, config.channels.n_proprio, generator=rng),
    )


def cases() -> list[tuple[str, dict[str, object]]]:
    parts = [("pointing", {noun: name}) for noun, names in ABLE.items() for name in names]
    several = {"cameras": ("front", "wrist"), "roles": ROLES}
    return [*parts, ("hybrid", {}), ("steering", {}), *((head, several) for head in HEADS)]


@pytest.mark.parametrize(("head", "parts"), cases())
def test_all_channels_kept_is_the_same_network_bit_for_bit(head, parts) -> None:
    whole = actor(head, **parts)
    pruned = prune(whole, 1.0)
    assert pruned is not whole
    assert torch.equal(pruned(*shown(whole)), whole(*shown(whole)))


@pytest.mark.parametrize(("head", "parts"), cases())
def test_channels_that_are_all_zero_are_taken_away_first_and_change_nothing(head, parts) -> None:
    """A network that holds a narrow one among zeros finds what the narrow one finds."""
    whole = actor(head, **parts)
    _empty_every_other_channel(whole)
    half = prune(whole, 0.5)
    assert half.config.backbone.dim == DIM // 2
    image, ids, _ = shown(whole)
    kept = half.backbone(image, ids[:, None])
    found = whole.backbone(image, ids[:, None])
    assert torch.allclose(kept.scores, found.scores, atol=1e-5)
    assert torch.allclose(kept.uv, found.uv, atol=1e-5)
    assert torch.allclose(kept.seen, found.seen[..., ::2], atol=1e-5)
    assert found.scores.std() > 1e-3


def _empty_every_other_channel(whole: Actor) -> None:
    """Set every weight to 0 that leads from or to a channel of an odd number."""
    from vlsim.compression.pruning import _counts, _pieces

    state = whole.state_dict()
    pieces = _pieces(whole)
    counts = _counts(pieces, state)
    for name, axes in pieces.items():
        if name.startswith("head.") and "normalise" in name:
            continue
        for axis, runs_over in enumerate(axes):
            begin = 0
            for piece in runs_over:
                if piece == ".":
                    break
                n = int(piece) if piece.isdigit() else counts[piece]
                if not piece.isdigit():
                    state[name].index_fill_(axis, torch.arange(begin + 1, begin + n, 2), 0.0)
                begin += n


def test_the_pruned_keeps_the_wide_one_and_torchs_chance_as_they_were() -> None:
    whole = actor()
    before = {name: weight.clone() for name, weight in whole.state_dict().items()}
    chance = torch.get_rng_state()
    prune(whole, 0.5)
    assert torch.equal(torch.get_rng_state(), chance)
    assert all(torch.equal(weight, before[name]) for name, weight in whole.state_dict().items())


def test_the_channels_with_the_largest_weights_stay_in_their_order() -> None:
    whole = actor()
    with torch.no_grad():
        for row, factor in ((3, 9.0), (11, 5.0)):
            whole.backbone.vision.stem[4].weight[row] *= factor
    pruned = prune(whole, 2 / DIM)
    assert torch.equal(
        pruned.backbone.vision.stem[4].bias, whole.backbone.vision.stem[4].bias[[3, 11]]
    )


@pytest.mark.parametrize(("keep", "dim"), [(1.0, 16), (0.99, 14), (0.5, 8), (0.49, 6), (0.125, 2)])
def test_the_share_is_rounded_down_to_what_all_parts_can_have(keep: float, dim: int) -> None:
    assert kept_dim(actor(), keep) == dim == prune(actor(), keep).config.backbone.dim


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        (0.0, "keep must lie above 0 and up to 1, got 0"),
        (1.01, "keep must lie above 0 and up to 1, got 1.01"),
        (float("nan"), "keep must lie above 0 and up to 1, got nan"),
        (0.124, "keep 0.124 leaves nothing of 16 features, .* keep 0.12 or more"),
    ],
)
def test_a_share_that_is_none_is_refused(keep: float, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        prune(actor(), keep)


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        (n, name)
        for n, parts in {"vision": VISION, "text": TEXT, "fusion": FUSION}.items()
        for name in parts
    ],
)
def test_every_registered_part_says_how_or_is_refused(noun: str, name: str) -> None:
    whole = actor(**{noun: name})
    if name in ABLE[noun]:
        assert torch.equal(prune(whole, 1.0)(*shown(whole)), whole(*shown(whole)))
        return
    words = f"The {noun} part '{name}' cannot be rebuilt narrower, .* --method distill"
    with pytest.raises(InvalidValueError, match=words):
        prune(whole, 0.5)
