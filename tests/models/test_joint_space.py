"""The space of pictures and sentences: unit vectors, padding, and the clamped temperature."""

import math

import pytest
import torch

from vlsim.losses.contrastive import contrastive_loss
from vlsim.models.joint_space import LARGEST_SCALE, JointSpace

DIM = 8


def tokens() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return tokens of three pictures, and words of three sentences with their mask."""
    rng = torch.Generator().manual_seed(0)
    image, words = torch.randn(3, 4, DIM, generator=rng), torch.randn(3, 5, DIM, generator=rng)
    return image, words, torch.arange(5)[None] < torch.tensor([[5], [2], [3]])


@pytest.fixture
def space() -> JointSpace:
    torch.manual_seed(0)
    return JointSpace(DIM)


def test_vectors_have_length_one_and_rows_are_independent(space: JointSpace) -> None:
    image, words, mask = tokens()
    pictures, sentences = space.of_pictures(image), space.of_sentences(words, mask)
    for vectors in (pictures, sentences):
        assert torch.allclose(vectors.norm(dim=-1), torch.ones(3), atol=1e-6)
    one = torch.tensor([1])
    assert torch.allclose(space.of_sentences(words[one], mask[one]), sentences[one], atol=1e-6)
    assert torch.allclose(space.of_pictures(image[one]), pictures[one], atol=1e-6)


def test_padding_changes_nothing(space: JointSpace) -> None:
    _, words, mask = tokens()
    noisy = words + torch.where(mask[..., None], 0.0, 50.0)
    expected = space.of_sentences(words, mask)
    assert torch.allclose(expected, space.of_sentences(noisy, mask), atol=1e-6)
    assert not torch.allclose(expected, space.of_sentences(noisy, mask | True), atol=1e-2)


def test_a_sentence_without_words_gives_a_number(space: JointSpace) -> None:
    _, words, mask = tokens()
    assert torch.isfinite(space.of_sentences(words, mask & False)).all()


@pytest.mark.parametrize(("log_scale", "scale"), [(0.0, 1.0), (math.log(50), 50.0), (9.0, 100.0)])
def test_the_scale_is_learned_up_to_its_limit(
    space: JointSpace, log_scale: float, scale: float
) -> None:
    space.log_scale.data.fill_(log_scale)
    pictures = space.of_pictures(tokens()[0])
    agreement = space.agreement(pictures, pictures)
    assert agreement.diagonal().tolist() == pytest.approx([scale] * 3, rel=1e-5)
    assert agreement.abs().max() <= LARGEST_SCALE * 1.0001


def test_a_scale_at_its_limit_still_gets_a_gradient(space: JointSpace) -> None:
    space.log_scale.data.fill_(9.0)
    image, words, mask = tokens()
    agreement = space.agreement(space.of_pictures(image), space.of_sentences(words, mask))
    contrastive_loss(agreement, torch.eye(3).bool()).backward()  # type: ignore[no-untyped-call]
    assert space.log_scale.grad is not None and space.log_scale.grad != 0
    assert space.log_scale.item() == pytest.approx(math.log(LARGEST_SCALE))
