"""The grounding network: what may change its answer, and what must not."""

import pytest
import torch

from vlsim.models.grounding import GroundingConfig, GroundingNet

VOCABULARY = 30


@pytest.fixture
def network():
    torch.manual_seed(0)
    return GroundingNet(VOCABULARY, GroundingConfig(dim=16, image_size=32)).eval()


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(1)
    image = torch.rand(3, 3, 32, 32, generator=generator)
    tokens = torch.zeros(3, 2, 20, dtype=torch.int64)
    tokens[..., :5] = torch.randint(2, VOCABULARY, (3, 2, 5), generator=generator)
    return image, tokens


def test_shapes_and_ranges(network, inputs):
    found = network(*inputs)
    assert found.scores.shape == (3, 2, 2, 64)
    assert found.uv.shape == (3, 2, 2, 2) and found.uv.abs().max() < 1
    assert found.seen.shape == (3, 2, 2, 16)


def test_the_attended_point_is_the_mean_of_the_cells_under_the_attention(network, inputs):
    found = network(*inputs)
    weights = torch.softmax(found.scores[1, 0, 1], dim=0)
    by_hand = (weights[:, None] * network.grid.T).sum(0)
    assert torch.allclose(found.uv[1, 0, 1], by_hand, atol=1e-6)


def test_words_matter_and_so_does_the_picture(network, inputs):
    image, tokens = inputs
    base = network(image, tokens).scores
    other = tokens.clone()
    other[0, 0, 2] = (other[0, 0, 2] + 1) % VOCABULARY
    changed = network(image, other).scores
    assert not torch.allclose(base[0, 0], changed[0, 0])
    assert torch.allclose(base[1:], changed[1:], atol=1e-6)
    assert not torch.allclose(base[0], network(1 - image, tokens).scores[0])


def test_more_padding_changes_nothing(network, inputs):
    image, tokens = inputs
    longer = torch.cat([tokens, torch.zeros(3, 2, 7, dtype=torch.int64)], dim=-1)
    # The backward GRU reads the padding first; it must not carry anything into the words.
    assert torch.allclose(network(image, tokens).uv, network(image, longer).uv, atol=1e-5)


def test_no_words_at_all_give_finite_numbers(network, inputs):
    image, tokens = inputs
    assert torch.isfinite(network(image, torch.zeros_like(tokens)).scores).all()


def test_a_sentence_gets_the_same_answer_whatever_else_is_in_the_batch(network, inputs):
    image, tokens = inputs
    alone = network(image[:1], tokens[:1, :1]).scores
    assert torch.allclose(alone[0, 0], network(image, tokens).scores[0, 0], atol=1e-5)


def test_gradients_reach_eyes_and_ears(network, inputs):
    network(*inputs).uv.sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0 or name.endswith("bias"), name
