"""The text stack by perturbation: what each mode sees, and what it must not see."""

import pytest
import torch

from vlsim.errors import InvalidValueError
from vlsim.losses.likelihood import caption_loss
from vlsim.models.text_stack import LONGEST, Memory, TextStack

VOCABULARY, DIM = 12, 16
TEXT = torch.tensor([[5, 3, 9, 2], [4, 4, 0, 0]])


@pytest.fixture
def stack() -> TextStack:
    torch.manual_seed(0)
    return TextStack(VOCABULARY, DIM)


def memory(rows: int = 2, seed: int = 0) -> Memory:
    features = torch.randn(rows, 3, DIM, generator=torch.Generator().manual_seed(seed))
    return Memory(features, torch.ones(rows, 3, dtype=torch.bool))


def changed(before: torch.Tensor, after: torch.Tensor) -> list[bool]:
    """Return at which places the first text says something else."""
    return [not torch.allclose(a, b, atol=1e-6) for a, b in zip(before[0], after[0], strict=True)]


@pytest.mark.parametrize("looks", [False, True])
def test_the_last_word_reaches_position_0_only_without_the_causal_mask(
    stack: TextStack, looks: bool
) -> None:
    seen = memory() if looks else None
    other = TEXT.clone()
    other[0, -1] = 7
    for causal in (False, True):
        before = stack(stack.begun(TEXT), seen, causal=causal)
        after = stack(stack.begun(other), seen, causal=causal)
        assert changed(before, after) == [not causal] * 4 + [True]


@pytest.mark.parametrize("causal", [False, True])
def test_padding_changes_nothing(stack: TextStack, causal: bool) -> None:
    longer = torch.nn.functional.pad(TEXT, (0, 6))
    before = stack(stack.begun(TEXT), memory(), causal=causal)
    after = stack(stack.begun(longer), memory(), causal=causal)
    assert torch.allclose(before, after[:, :5], atol=1e-6) and not after[:, 5:].any()
    more = memory()
    hidden = Memory(
        torch.cat([more.features, torch.full((2, 2, DIM), 9.0)], dim=1),
        torch.nn.functional.pad(more.mask, (0, 2)),
    )
    assert torch.allclose(before, stack(stack.begun(TEXT), hidden, causal=causal), atol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
def test_the_picture_matters_with_cross_attention_alone(stack: TextStack, causal: bool) -> None:
    text = stack.begun(TEXT)
    one, other = (stack(text, memory(seed=seed), causal=causal) for seed in (0, 1))
    assert changed(one, other) == [True] * 5
    blind = stack(text, None, causal=causal)
    nothing = stack(text, Memory(memory().features, torch.zeros(2, 3).bool()), causal=causal)
    assert changed(one, blind) == [True] * 5
    # A picture of which nothing may be seen is none, whatever it shows.
    unseen = stack(text, Memory(memory(seed=1).features, torch.zeros(2, 3).bool()), causal=causal)
    assert torch.equal(nothing, unseen)


def test_rows_are_independent(stack: TextStack) -> None:
    both = stack(stack.begun(TEXT), memory(), causal=True)
    rows = torch.tensor([1])
    alone = stack(stack.begun(TEXT[rows]), memory().picked(rows), causal=True)
    assert torch.allclose(both[rows], alone, atol=1e-6)


def test_texts_begin_and_end_with_tokens_of_their_own(stack: TextStack) -> None:
    assert stack.begun(TEXT).tolist() == [[12, 5, 3, 9, 2], [12, 4, 4, 0, 0]]
    assert stack.ended(TEXT).tolist() == [[5, 3, 9, 2, 13], [4, 4, 13, 0, 0]]
    logits = stack.next_word(stack(stack.begun(TEXT), causal=True))
    assert logits.shape == (2, 5, VOCABULARY + 2) and (logits.argmin(-1) == 0).all()


def test_it_learns_to_say_what_the_picture_shows(stack: TextStack) -> None:
    texts = torch.tensor([[5, 3, 9, 2], [4, 4, 0, 0], [5, 3, 2, 0]])
    shown = memory(3)
    optimizer = torch.optim.Adam(stack.parameters(), lr=3e-3)
    for _ in range(120):
        logits = stack.next_word(stack(stack.begun(texts), shown, causal=True))
        optimizer.zero_grad()
        caption_loss(logits, stack.ended(texts)).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert stack.spoken(shown, 3, longest=8).tolist() == texts.tolist()
    order = torch.tensor([2, 0, 1])
    assert stack.spoken(shown.picked(order), 3, longest=8).tolist() == texts[order].tolist()
    assert stack.spoken(shown, 3, longest=2).tolist() == texts[:, :2].tolist()


def test_sizes_that_it_cannot_have_are_refused(stack: TextStack) -> None:
    with pytest.raises(InvalidValueError, match="multiple of 4, got 30"):
        TextStack(VOCABULARY, 30)
    with pytest.raises(InvalidValueError, match=f"may have {LONGEST} words, got {LONGEST + 1}"):
        stack(torch.ones(1, LONGEST + 1, dtype=torch.int64), causal=True)
