"""What the inputs and outputs of the graphs are, as the manifest of a bundle says it."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlsim.deploy.exported import FUSED_GRAPH, POLICY_GRAPHS, TEXT_GRAPH
from vlsim.interface.observation import IMAGE, PROPRIO
from vlsim.interface.preprocess import SIZE_RULE
from vlsim.models.config import ActorConfig

BATCH, WORDS = "batch", "words"
"""Sizes that may differ from call to call."""


def graph_facts(
    sizes: ActorConfig, about: Mapping[str, Any], precisions: Sequence[str]
) -> dict[str, Any]:
    """Return inputs and outputs of each file: shape, type, range, unit, meaning.

    Args:
        sizes: Of the network.
        about: What the manifest says of the policy: names and units of its channels.
        precisions: Of the graphs that act.
    """
    side, dim = sizes.backbone.image_size, sizes.backbone.dim
    image = {
        IMAGE: {
            "shape": [BATCH, len(sizes.backbone.cameras), side, side, 3],
            "dtype": "uint8",
            "range": [0, 255],
            "unit": "1",
            "colour": "RGB",
            "layout": "rows, cameras, height, width, colour",
            "cameras": list(sizes.backbone.cameras),
            "rule": SIZE_RULE,
        }
    }
    proprio = {
        PROPRIO: about["inputs"][PROPRIO] | {"shape": [BATCH, sizes.channels.n_proprio]},
    }
    ids = {
        "ids": {
            "shape": [BATCH, WORDS],
            "dtype": "int64",
            "range": [0, sizes.backbone.vocabulary_size - 1],
            "rule": f"token ids of tokenizer.json, padded with 0 to {sizes.n_words} or more",
        }
    }
    tokens = {
        name: {"shape": [BATCH, WORDS, dim], "dtype": "float32", "rule": f"from {TEXT_GRAPH}"}
        for name in ("words", "context")
    }
    tokens["mask"] = {"shape": [BATCH, WORDS], "dtype": "bool", "rule": f"from {TEXT_GRAPH}"}
    acts = {
        "action": about["outputs"]["action"] | {"shape": [BATCH, sizes.channels.n_actions]},
        "attention": {
            "shape": [BATCH, len(sizes.backbone.roles), "height", "width"],
            "dtype": "float32",
            "range": [0, 1],
            "unit": "1",
            "names": list(sizes.backbone.roles),
            "rule": "where in the front camera's picture each role is looked for; of sum 1",
        },
    }
    policy = {"inputs": image | tokens | proprio, "outputs": acts}
    return {
        TEXT_GRAPH: {"inputs": ids, "outputs": tokens},
        **{POLICY_GRAPHS[precision]: policy for precision in precisions},
        FUSED_GRAPH: {"inputs": image | ids | proprio, "outputs": acts},
    }
