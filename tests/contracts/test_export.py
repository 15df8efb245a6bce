"""Every part exports: its graphs give on onnxruntime what torch gives, and TensorRT reads them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

from tests.contracts.test_heads import ACTORS
from tests.contracts.test_parts import sentences
from vlsim.agents.load import find_bundle, load_policy, zoo
from vlsim.deploy import load_bundle
from vlsim.deploy.compiling.operators import unsupported
from vlsim.deploy.engine_policy import EnginePolicy
from vlsim.deploy.engines import COMPILERS, ENGINES, TextArrays
from vlsim.deploy.exported import LIMITS, PRECISIONS
from vlsim.deploy.exporting.inputs import TOKENS, policy_inputs, text_inputs
from vlsim.deploy.exporting.onnx_file import OnnxFile, onnx_of
from vlsim.deploy.graphs import PolicyGraph, TextGraph
from vlsim.deploy.network import TorchEngine
from vlsim.errors import InvalidValueError, MissingExtraError
from vlsim.interface.policy import Observations
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig
from vlsim.models.fusion import FUSION
from vlsim.models.text import TEXT
from vlsim.models.vision import VISION
from vlsim.seeding import stream

Run = Callable[[Mapping[str, NDArray[Any]]], list[NDArray[Any]]]


def covering() -> dict[str, ActorConfig]:
    """Return as few actors as have every part of every registry among them."""
    configs = {}
    for i in range(max(map(len, (VISION, TEXT, FUSION, ACTORS)))):
        vision, text, fusion, head = (
            list(names)[i % len(names)] for names in (VISION, TEXT, FUSION, ACTORS)
        )
        base = ACTORS[head]
        parts = {"vision": vision, "text": text, "fusion": fusion}
        backbone = type(base.backbone)(**{**vars(base.backbone), **parts})
        configs[f"{vision}, {text}, {fusion}, {head}"] = type(base)(
            base.control, base.n_words, base.channels, backbone, base.hidden
        )
    return configs


CONFIGS = covering()
SIZES = ((1, 9), (2, 9), (5, 14), (16, 9))
"""Rows and words."""


def test_every_part_of_every_registry_is_exported_here() -> None:
    named = {part for name in CONFIGS for part in name.split(", ")}
    assert named >= {*VISION, *TEXT, *FUSION, *ACTORS}


def opened(graph: OnnxFile) -> Run:
    session = onnxruntime.InferenceSession(graph.data, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, dict(inputs))


@pytest.mark.parametrize("text", TEXT)
def test_sentences_are_read_as_by_torch_in_any_number_and_of_any_length(text: str) -> None:
    torch.manual_seed(0)
    actor = Actor(next(config for config in CONFIGS.values() if config.backbone.text == text))
    engine = TorchEngine(actor)
    graph = onnx_of(TextGraph(actor), text_inputs(actor.config), TOKENS)
    assert unsupported(graph.data) == []
    read = opened(graph)
    for rows, words in SIZES:
        ids = sentences(rows, words).numpy()
        found, expected = TextArrays(*read({"ids": ids})), engine.read(ids)
        for key in TOKENS:
            assert np.allclose(getattr(found, key), getattr(expected, key), atol=1e-5)


@pytest.mark.parametrize("name", CONFIGS)
def test_actions_and_attention_are_those_of_torch_for_any_number_of_rows_and_words(
    name: str,
) -> None:
    torch.manual_seed(0)
    actor = Actor(CONFIGS[name])
    sizes, rng, engine = actor.config, stream(0, "export"), TorchEngine(actor)
    graph = onnx_of(PolicyGraph(actor), policy_inputs(sizes), ("action", "attention"))
    assert unsupported(graph.data) == []
    act = opened(graph)
    side = sizes.backbone.image_size
    for rows, words in SIZES:
        text = engine.read(sentences(rows, words).numpy())
        image = rng.integers(0, 256, (rows, 1, side, side, 3), np.uint8)
        proprio = rng.normal(size=(rows, sizes.channels.n_proprio)).astype(np.float32)
        actions, attention = act({"image": image, **vars(text), "proprio": proprio})
        reply = engine.act(image, text, proprio)
        assert np.abs(actions - reply.actions).max() <= LIMITS["fp32"]
        assert np.abs(attention - reply.attention).max() <= LIMITS["fp32"]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("engine", [n for n in ENGINES if n != "torch" and n not in COMPILERS])
@pytest.mark.parametrize("name", zoo())
def test_every_policy_of_the_zoo_acts_on_every_engine_as_on_torch(
    name: str, engine: str, precision: str
) -> None:
    folder = find_bundle(f"zoo:{name}")
    assert folder is not None
    golden = load_bundle(folder).golden
    trained = _loaded(f"zoo:{name}")
    exported = _loaded(f"zoo:{name}@{engine}:{precision}")
    assert exported.spec == trained.spec
    words = ["lift the red cube", "put the can in the bowl", "", "touch the wug"]
    actions = []
    for policy in (trained, exported):
        policy.reset(range(4), words)
        whole = np.zeros((4, policy._whole.n_proprio), np.float32)
        whole[:, policy._proprio] = golden["proprio"]
        seen: Observations = {**golden, "proprio": whole}
        actions.append(policy.act(seen))
    assert np.abs(actions[1] - actions[0]).max() <= LIMITS.get(precision, 0.5)
    assert precision == "fp32" or not np.array_equal(*actions)


def _loaded(name: str) -> EnginePolicy:
    try:
        policy = load_policy(name)
    except MissingExtraError as missing:
        # OpenVINO is an extra that the developers' environment does not have.
        pytest.skip(str(missing))
    except InvalidValueError as other:
        # Every engine computes with 32 bits; which others it can, it says.
        if name.endswith(":fp32") or "computes with fp32" not in str(other):
            raise
        pytest.skip(str(other))
    assert isinstance(policy, EnginePolicy)
    return policy
