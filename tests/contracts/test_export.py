"""Every part exports: a graph of the text and one of the policy come out of the same modules."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from tests.contracts.test_heads import ACTORS, acts
from tests.contracts.test_parts import sentences, views
from vlsim.models.actor import Actor
from vlsim.models.config import POINTED
from vlsim.models.fusion import FUSION
from vlsim.models.text import TEXT
from vlsim.models.tokens import TextTokens
from vlsim.models.vision import VISION

ONNX = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("onnx", "onnxscript", "onnxruntime"))),
    reason="needs onnx, onnxscript and onnxruntime: pip install onnx onnxscript onnxruntime",
)


EXPORTED = {
    **{f"head {name}": config for name, config in ACTORS.items()},
    **{f"vision {name}": acts(POINTED, vision=name) for name in VISION},
    **{f"text {name}": acts(POINTED, text=name) for name in TEXT},
    **{f"fusion {name}": acts(POINTED, fusion=name) for name in FUSION},
}
"""One actor for every part of every registry."""


class TextGraph(nn.Module):
    """Sentences in, their tokens out."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.text = actor.backbone.text

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        tokens = self.text(ids)
        return tokens.words, tokens.context, tokens.mask


class PolicyGraph(nn.Module):
    """Pictures, tokens of sentences and proprioception in, actions out."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.actor = actor

    def forward(
        self, image: Tensor, words: Tensor, context: Tensor, mask: Tensor, proprio: Tensor
    ) -> Tensor:
        rows, _ = self.actor.look(image, TextTokens(words, context, mask), proprio)
        action: Tensor = self.actor.head(rows)
        return action


def exported(graph: nn.Module, inputs: tuple[Tensor, ...], path: Path):
    """Return the runtime's function from arrays to arrays, for any number of rows."""
    import onnxruntime

    rows = Dim("rows", min=1, max=1024)
    sizes = tuple({0: rows} for _ in inputs)
    program = torch.onnx.export(graph, inputs, dynamo=True, verbose=False, dynamic_shapes=sizes)
    assert program is not None
    program.save(str(path))
    session = onnxruntime.InferenceSession(str(path))
    names = [wanted.name for wanted in session.get_inputs()]
    return lambda *arrays: session.run(
        None, {name: np.asarray(array) for name, array in zip(names, arrays, strict=True)}
    )


def inputs_of(actor: Actor, rows: int) -> tuple[Tensor, Tensor, Tensor]:
    proprio = torch.linspace(-1, 1, rows * actor.config.channels.n_proprio)
    return views(rows), sentences(rows), proprio.view(rows, -1)


@ONNX
@pytest.mark.parametrize("name", EXPORTED)
def test_exported_graphs_give_the_same_actions_for_any_number_of_rows(
    name: str, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    actor = Actor(EXPORTED[name]).eval()
    image, ids, proprio = inputs_of(actor, 3)
    text, policy = TextGraph(actor), PolicyGraph(actor)
    read = exported(text, (ids,), tmp_path / "text.onnx")
    act = exported(policy, (image, *text(ids), proprio), tmp_path / "policy.onnx")
    for rows in (1, 2, 7):
        image, ids, proprio = inputs_of(actor, rows)
        (action,) = act(image, *read(ids), proprio)
        assert np.abs(action - actor(image, ids, proprio).detach().numpy()).max() < 1e-4
