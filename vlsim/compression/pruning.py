"""Structured pruning: a narrower network of the same parts keeps the channels that weigh most.

The result is an ordinary dense network, so every engine runs it faster; masks would save nothing.
"""

import math
from dataclasses import replace

import torch
from torch import Tensor

from vlsim.errors import InvalidValueError
from vlsim.models.actor import Actor
from vlsim.models.axes import CONTEXT, GIST, IMAGE, SHARED, STAYS, split_axes, under
from vlsim.models.backbone import dim_multiple

Pieces = list[list[str]]
"""What each axis of a weight runs over."""


def kept_dim(actor: Actor, keep: float) -> int:
    """Return the features that are left of an actor's if a share of its channels is kept.

    Raises:
        InvalidValueError: If the share is none, or so small that nothing is left.
    """
    if not 0 < keep <= 1:
        raise InvalidValueError(f"keep must lie above 0 and up to 1, got {keep:g}.")
    config = actor.config.backbone
    multiple = dim_multiple(config)
    dim = multiple * math.floor(keep * config.dim / multiple)
    if not dim:
        raise InvalidValueError(
            f"keep {keep:g} leaves nothing of {config.dim} features, of which {multiple} or a "
            f"multiple must stay; keep {multiple / config.dim:.2g} or more."
        )
    return dim


def prune(actor: Actor, keep: float) -> Actor:
    """Return a narrower actor of the same parts, with the weights of the channels that it keeps.

    Of every kind of channel those are kept in which the weights around them have the largest norm.
    Without training it acts about as well as the actor only if little was taken away.

    Args:
        actor: What is pruned; it stays as it is.
        keep: Share of the channels that is kept, rounded down to what all parts can have.

    Raises:
        InvalidValueError: If a part cannot be rebuilt narrower, or the share is none.

    Source:
        Fang et al. 2023, arXiv 2301.12900: all weights around a channel vote together.
    """
    pieces = _pieces(actor)
    wide, config = actor.state_dict(), actor.config
    dim = kept_dim(actor, keep)
    with torch.random.fork_rng(devices=[]):
        narrow = Actor(replace(config, backbone=replace(config.backbone, dim=dim)))
    state = narrow.state_dict()
    n_wide, n_kept = _counts(pieces, wide), _counts(pieces, state)
    kept = {
        name: _largest(votes, n_kept[name])
        for name, votes in _importance(pieces, wide, n_wide).items()
    }
    for name, weight in wide.items():
        for axis, runs_over in enumerate(pieces.get(name, [])):
            if runs_over != [STAYS]:
                weight = weight.index_select(axis, _rows(runs_over, n_wide, kept))
        state[name] = weight
    narrow.load_state_dict(state)
    with torch.no_grad():
        # Scores are divided by the root of the features that they sum over.
        narrow.backbone.fusion.log_scale.add_(0.5 * math.log(dim / config.backbone.dim))
    return narrow.eval()


def _pieces(actor: Actor) -> dict[str, Pieces]:
    """Return what the axes of the actor's weights run over, by the names in its `state_dict`.

    Raises:
        InvalidValueError: If one of its parts does not say so.
    """
    backbone, config = actor.backbone, actor.config
    of_part = {
        ("vision", config.backbone.vision): ("backbone.vision.", backbone.vision.axes),
        ("text", config.backbone.text): ("backbone.text.", backbone.text.axes),
        ("fusion", config.backbone.fusion): ("backbone.fusion.", backbone.fusion.axes),
        ("head", config.head): ("head.", actor.head.axes),
    }
    pieces: dict[str, Pieces] = {}
    for (noun, name), (prefix, axes) in of_part.items():
        if axes is None:
            is_head = noun == "head"
            raise InvalidValueError(
                f"The {noun} {'' if is_head else 'part '}'{name}' cannot be rebuilt narrower, "
                "since it does not say what its weights run over; distil a smaller policy instead: "
                "--method distill"
            )
        pieces |= {
            key: _own(split_axes(words), prefix) for key, words in under(prefix, axes).items()
        }
    if backbone.views is not None:
        pieces["backbone.views"] = [[STAYS], [IMAGE]]
    if actor.gist is not None:
        pieces |= {k: split_axes(v) for k, v in under("gist.", actor.gist.axes(GIST)).items()}
    (context,) = _own(split_axes(backbone.text.context), "backbone.text.")
    return {
        name: [
            [p for piece in axis for p in (context if piece == CONTEXT else [piece])] for axis in a
        ]
        for name, a in pieces.items()
    }


def _own(pieces: Pieces, prefix: str) -> Pieces:
    """Return the same with the names of a part's own channels told apart from other parts'."""
    return [
        [
            piece if piece in (*SHARED, STAYS) or piece.isdigit() else f"{prefix}{piece}"
            for piece in axis
        ]
        for axis in pieces
    ]


def _counts(pieces: dict[str, Pieces], state: dict[str, Tensor]) -> dict[str, int]:
    """Return how many channels there are of each name, found from the lengths of axes."""
    counts: dict[str, int] = {}
    for name, axes in pieces.items():
        for length, runs_over in zip(state[name].shape, axes, strict=False):
            channels = {piece for piece in runs_over if not piece.isdigit()} - {STAYS}
            if len(channels) == 1:
                (channel,) = channels
                stay = sum(int(piece) for piece in runs_over if piece.isdigit())
                counts[channel] = (length - stay) // runs_over.count(channel)
    return counts


def _importance(
    pieces: dict[str, Pieces], state: dict[str, Tensor], counts: dict[str, int]
) -> dict[str, Tensor]:
    """Return what share of the squared norm of the weights around it each channel has, summed."""
    votes = {name: torch.zeros(n, dtype=torch.float64) for name, n in counts.items()}
    for name, axes in pieces.items():
        squares = state[name].detach().double() ** 2
        total = squares.sum().clamp(min=torch.finfo(torch.float64).tiny)
        if squares.ndim < 2:
            continue
        for axis, runs_over in enumerate(axes):
            others = [i for i in range(squares.ndim) if i != axis]
            along, begin = squares.sum(others) / total, 0
            for piece in runs_over if runs_over != [STAYS] else []:
                if piece.isdigit():
                    begin += int(piece)
                else:
                    votes[piece] += along[begin : begin + counts[piece]]
                    begin += counts[piece]
    return votes


def _largest(votes: Tensor, count: int) -> Tensor:
    """Return which `count` channels have the most votes, in their order."""
    return votes.argsort(descending=True, stable=True)[:count].sort().values


def _rows(runs_over: list[str], counts: dict[str, int], kept: dict[str, Tensor]) -> Tensor:
    """Return which entries of an axis stay."""
    rows, begin = [], 0
    for piece in runs_over:
        if piece.isdigit():
            rows.append(begin + torch.arange(int(piece)))
            begin += int(piece)
        else:
            rows.append(begin + kept[piece])
            begin += counts[piece]
    return torch.cat(rows)
