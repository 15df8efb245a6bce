"""The same network with fewer multiplications, as graphs compute it."""

from copy import deepcopy
from types import MethodType

import torch
from torch import Tensor

from vlsim.models.actor import Actor
from vlsim.models.fusion import Fusion
from vlsim.models.tokens import ImageTokens


def lean(actor: Actor) -> Actor:
    """Return a copy of an actor that scores tokens without a key for each of them.

    A score is the product of a role, a matrix and a token. Training multiplies matrix and tokens
    first, because many sentences share a picture; who acts has one sentence, and few roles.
    """
    actor = deepcopy(actor)
    fusion = actor.backbone.fusion
    # One that scores in a way of its own is left alone.
    if type(fusion).score is Fusion.score:
        fusion.score = MethodType(_score, fusion)  # type: ignore[method-assign]
    return actor


def _score(fusion: Fusion, image: ImageTokens, roles: Tensor) -> Tensor:
    """Return what `Fusion.score` does, (M, R, N), for one sentence a picture."""
    d = roles.shape[-1]
    matrix, offset = fusion.keys.weight.view(-1, d, d), fusion.keys.bias.view(-1, d)
    taken = torch.matmul(roles[..., None, :], matrix)[..., 0, :]
    scores = taken @ image.features.transpose(1, 2) + (roles * offset).sum(-1, keepdim=True)
    scale: Tensor = fusion.log_scale.exp() * d**-0.5
    return scores * scale
