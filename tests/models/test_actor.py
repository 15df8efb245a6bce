"""The actor's heads: where they begin, and what they may read."""

import pytest
import torch

from vlsim.errors import InvalidValueError
from vlsim.interface.action import CONTROL_NAMES
from vlsim.interface.observation import Channels, channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig


def make_actor(control, skills=("lift",)):
    torch.manual_seed(0)
    sizes = BackboneConfig(30, dim=16, image_size=32)
    does = channels_for(control if control in CONTROL_NAMES else "ee_delta", skills)
    return Actor(ActorConfig(control, 20, does, sizes)).eval()


def random_inputs(actor):
    generator = torch.Generator().manual_seed(1)
    return (
        torch.rand(2, 1, 3, 32, 32, generator=generator),
        torch.randint(2, 30, (2, 20), generator=generator),
        torch.rand(2, actor.config.channels.n_proprio, generator=generator),
    )


def look(actor):
    image, tokens, proprio = random_inputs(actor)
    return actor.look(image, actor.backbone.read(tokens), proprio)


def test_an_untrained_primitive_acts_exactly_where_it_looks():
    actor = make_actor("primitive")
    rows, found = look(actor)
    assert torch.equal(actor.head(rows), found.uv.flatten(1))
    assert torch.equal(rows[:, : actor.config.n_uv], found.uv.flatten(1))


def test_steering_reads_the_points_and_the_arm_but_not_the_looks():
    actor = make_actor("ee_delta")
    rows, _ = look(actor)
    action = actor.head(rows)
    assert action.shape == (2, 5) and action.abs().max() < 0.5
    other_looks = rows.clone()
    other_looks[:, actor.config.n_uv : -actor.config.channels.n_proprio] += 1
    assert torch.equal(action, actor.head(other_looks))
    for column in (0, rows.shape[1] - 1):
        elsewhere = rows.clone()
        elsewhere[:, column] += 1
        assert not torch.allclose(action, actor.head(elsewhere))


def test_a_control_mode_without_a_head_is_refused():
    with pytest.raises(InvalidValueError, match="'swim'"):
        make_actor("swim")


def test_too_few_entries_to_point_and_to_choose_are_refused():
    for names in (("u", "v", "w"), ("u", "v", "w", "x", "lift")):
        with pytest.raises(InvalidValueError, match=f"has 4 entries, and .*; got {len(names)}"):
            ActorConfig("primitive", 20, Channels(("x",), names), BackboneConfig(30))
