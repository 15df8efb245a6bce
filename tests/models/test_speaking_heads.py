"""Heads that speak, retrieve and judge: what they look at, and what must not matter."""

from dataclasses import replace

import pytest
import torch

from vlsim.models.config import BackboneConfig
from vlsim.models.prediction import PREDICTION_HEADS, build_heads
from vlsim.models.prediction.looking import SIDE, coarse_cells
from vlsim.models.prediction.matching import MatchingHead
from vlsim.models.prediction.retrieval import RetrievalHead
from vlsim.models.prediction.speaker import SpeakerHead
from vlsim.models.prediction.stack import StackHead
from vlsim.models.prediction.things import Things, feature_size
from vlsim.models.tokens import ImageTokens, TextTokens, coordinate_grid

CONFIG = BackboneConfig(vocabulary_size=20, dim=16, image_size=32)
IDS = torch.tensor([[5, 3, 9, 2], [4, 4, 0, 0], [7, 8, 6, 0]])


def image(seed: int = 0, side: int = 16) -> ImageTokens:
    features = torch.randn(3, side**2, 16, generator=torch.Generator().manual_seed(seed))
    return ImageTokens(features, coordinate_grid(side, side), side**2)


def things(seed: int = 0) -> Things:
    rng = torch.Generator().manual_seed(seed)
    features = torch.randn(3, 4, feature_size(CONFIG), generator=rng)
    mask = torch.arange(4)[None] < torch.tensor([[4], [2], [3]])
    return Things(features, torch.zeros(3, 4, 4), torch.zeros(3, 4, 5), mask, mask.float())


def text(seed: int = 0) -> TextTokens:
    rng = torch.Generator().manual_seed(seed)
    words, context = torch.randn(2, 3, 4, 16, generator=rng).unbind()
    return TextTokens(words, context, IDS > 0)


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def test_cells_are_means_of_a_coarse_grid_that_know_where_they_are() -> None:
    seen = image()
    cells = coarse_cells(seen)
    assert cells.shape == (3, SIDE**2, 18)
    corner = seen.features[:, [0, 1, 16, 17]].mean(1)
    assert torch.allclose(cells[:, 0, :16], corner, atol=1e-6)
    assert torch.equal(cells[0, :, 16:], coordinate_grid(SIDE, SIDE))
    small = image(side=4)
    assert torch.equal(coarse_cells(small)[..., :16], small.features)


@pytest.mark.parametrize("name", ["speaker", "stack"])
def test_what_is_not_there_is_not_looked_at(name: str) -> None:
    head = PREDICTION_HEADS[name](CONFIG)
    assert isinstance(head, SpeakerHead)
    seen = things()
    noise = torch.where(seen.mask[..., None], 0.0, 9.0)
    noisy = replace(seen, features=seen.features + noise)
    said = head(IDS, head.look(image(), seen))
    assert said.shape == (3, 5, 22)
    assert torch.allclose(said, head(IDS, head.look(image(), noisy)), atol=1e-5)
    assert not torch.allclose(said, head(IDS, head.look(image(), things(1))), atol=1e-3)
    # Where things are known, cells are not looked at.
    assert torch.equal(said, head(IDS, head.look(image(1), seen)))
    blind = head(IDS, head.look(image(), None))
    assert not torch.allclose(blind, head(IDS, head.look(image(1), None)), atol=1e-3)


@pytest.mark.parametrize("known", [False, True])
def test_a_picture_and_a_sentence_meet_in_nothing_but_a_cosine(known: bool) -> None:
    head = RetrievalHead(CONFIG)
    seen = things() if known else None
    pictures, sentences = head.pictures(image(), seen), head.sentences(text())
    for vectors in (pictures, sentences):
        assert torch.allclose(vectors.norm(dim=-1), torch.ones(3), atol=1e-6)
    changed = head.pictures(image(1), things(1) if known else None)
    assert not torch.allclose(pictures, changed, atol=1e-2)


def test_matching_needs_both_and_pairs_are_independent() -> None:
    head = MatchingHead(CONFIG)
    memory = head.look(image(), things())
    scores = head(memory, text())
    assert scores.shape == (3,)
    assert not torch.allclose(scores, head(memory, text(1)), atol=1e-3)
    assert not torch.allclose(scores, head(head.look(image(), things(1)), text()), atol=1e-3)
    order = torch.tensor([2, 0, 1])
    assert torch.allclose(scores[order], head(memory.picked(order), text().picked(order)))


def test_one_stack_reads_alone_judges_by_the_picture_and_speaks() -> None:
    head = StackHead(CONFIG)
    memory, other = (head.look(image(), things(seed)) for seed in (0, 1))
    assert not torch.allclose(head.judge(IDS, memory), head.judge(IDS, other), atol=1e-3)
    ending = IDS.clone()
    ending[0, -1] = 11
    # Its last word changes what a sentence is, and whether it fits, but not the words before it.
    assert not torch.allclose(head.sentences(IDS)[0], head.sentences(ending)[0], atol=1e-3)
    assert head.judge(IDS, memory)[0] != head.judge(ending, memory)[0]
    assert torch.allclose(head(IDS, memory)[0, :4], head(ending, memory)[0, :4], atol=1e-6)
    weights = {id(p) for p in head.stack.layers[0].read.parameters()}
    for loss in (head.sentences(IDS), head.judge(IDS, memory), head(IDS, memory)):
        head.zero_grad()
        loss.square().sum().backward(retain_graph=True)
        learned = {id(p) for p in head.parameters() if p.grad is not None and p.grad.any()}
        assert learned & weights


def test_heads_are_built_by_name() -> None:
    heads = build_heads(["speaker", "retrieval"], CONFIG)
    assert isinstance(heads["speaker"], SpeakerHead) and len(heads) == 2
