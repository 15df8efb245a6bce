"""What objectives read: pictures with sentences and labels, and what the network makes of them."""

from collections.abc import Mapping
from copy import copy
from functools import cached_property
from typing import TypeAlias, cast

import torch
from torch import Tensor, nn

from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO
from vlsim.models.actor import Actor
from vlsim.models.fusion import Fused
from vlsim.models.perceivers import Model
from vlsim.models.prediction.phrases import Named
from vlsim.models.prediction.things import Cells, Things, peaks
from vlsim.models.tokens import ImageTokens, TextTokens

UV, PRESENT, OBJECTS, REFS, ACTION = "uv", "present", "objects", "refs", "action"
ATTENTION, MOVES, N_MOVES = "attention", "moves", "n_moves"
BOXES, PHRASES, ANSWERS, REFERENT = "boxes", "phrases", "answers", "referent"
CAPTION, TRAJECTORY = "caption", "trajectory"
STEP = 64
"""Entries of a step of a trajectory: pose and action of any control mode, zeros behind."""


Network: TypeAlias = Actor | Model
"""What learns."""


class Batch:
    """B pictures with S sentences each; every part of the network runs at most once.

    Args:
        network: What learns.
        data: Tensors by name. Every batch has
            `image` (B, V, 3, H, W) of V cameras, float in [0, 1], and `instruction` (B, S, L),
            int64.
            An objective says which of the others it needs:
            `uv` (B, S, R, 2), image coordinates of what the roles of each sentence are about;
            `present` (B, S, R), whether the sentence has that role;
            `objects` (B, K, F), indices of the F attributes of the things, -1 for none;
            `refs` (B, S, R, F), the same of the phrases, -1 where one is silent;
            `proprio` (B, P) and `action` (B, A), float: what the expert did, S = 1;
            `moves` (B, S, M, A), float: actions of the next motion, each as good as the first;
            `n_moves` (B, S), int64, how many of the M there are, with `proprio` (B, P);
            `attention` (B, S, R, N), float: a teacher's attention of each of the network's roles
            to a square grid of its own;
            `boxes` (B, K, 4), float: what is seen of the K things, NaN where nothing is;
            `phrases` (B, S, P, K), int64: whether phrase p of the sentence names thing k, 1 or 0,
            and -1 of phrases that it does not have;
            `answers` (B, S, N), int64: the answers of N people, each a token id, 0 for none;
            `referent` (B, S), int64: the thing that the whole sentence names;
            `caption` (B, C, L), int64: what is said of each picture;
            `trajectory` (B, T, `STEP`), float: what is done in T steps from here on, from
            `as_steps`; S = 1.
        heads: Prediction heads by name.
    """

    def __init__(
        self,
        network: Network,
        data: Mapping[str, Tensor],
        heads: nn.ModuleDict | Mapping[str, nn.Module],
    ) -> None:
        """Compute nothing yet."""
        self.network, self.data, self.heads = network, data, heads

    def __getitem__(self, name: str) -> Tensor:
        """Return one of the tensors."""
        return self.data[name]

    def added(self, data: Mapping[str, Tensor]) -> "Batch":
        """Return the same batch with more tensors; what the network made of it stays."""
        batch = copy(self)
        batch.data = {**self.data, **data}
        return batch

    def of_roles(self, name: str) -> Tensor:
        """Return what one of the tensors (B, S, R, …) says of the roles that the network has."""
        return self.data[name][:, :, self.network.backbone.config.role_rows]

    @property
    def actor(self) -> Actor:
        """The network, of a batch that holds actions."""
        return cast("Actor", self.network)

    @cached_property
    def image(self) -> ImageTokens:
        """The pictures' tokens."""
        return self.network.backbone.see(self.data[IMAGE])

    @cached_property
    def text(self) -> TextTokens:
        """The tokens of M = B * S sentences, the S of a picture in a row."""
        return self.network.backbone.read(self.data[INSTRUCTION].flatten(0, 1))

    @cached_property
    def fused(self) -> Fused:
        """What the M sentences name in their pictures."""
        return self.network.backbone.join(self.image, self.text)

    @cached_property
    def rows(self) -> Tensor:
        """What the actor's head reads of M = B * S sentences, (M, F)."""
        proprio = self.data[PROPRIO]
        proprio = proprio.repeat_interleave(len(self.text.mask) // len(proprio), dim=0)
        return self.actor.rows(self.fused, self.text, proprio)

    @cached_property
    def cells(self) -> Cells:
        """What the head "things" says at the cells of the pictures."""
        cells: Cells = self.heads["things"](self.image)
        return cells

    @cached_property
    def things(self) -> Things:
        """What stands in the B pictures."""
        return peaks(self.cells)

    @cached_property
    def named(self) -> Named:
        """Which things the phrases of the M sentences name, by the head "phrases"."""
        named: Named = self.heads["phrases"](self.things, self.text)
        return named


def as_steps(proprio: Tensor, action: Tensor) -> Tensor:
    """Return steps (..., `STEP`) of poses (..., P) and the actions (..., A) that were taken.

    >>> as_steps(torch.ones(2, 9), torch.ones(2, 4)).sum(-1).tolist()
    [13.0, 13.0]
    """
    step = torch.cat([proprio, action], dim=-1)
    return nn.functional.pad(step, (0, STEP - step.shape[-1]))
