"""What a trained policy remembers, where it computes, and what loading it leaves alone."""

from typing import Any

import numpy as np
import pytest
import torch

from vlsim.agents.load import load_policy
from vlsim.deploy import torch_policy
from vlsim.deploy.torch_policy import TorchPolicy
from vlsim.errors import InvalidValueError
from vlsim.interface.observation import IMAGE, INSTRUCTION, PROPRIO, channels
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.tokens import TextTokens
from vlsim.scripts import makers
from vlsim.seeding import stream


def small_actor() -> Actor:
    sizes = BackboneConfig(60, dim=8, image_size=32)
    return Actor(ActorConfig("planar", 20, channels("planar", ("reach",)), sizes, hidden=8))


def observations(sentences: np.ndarray) -> dict[str, Any]:
    rng = stream(0, "observations")
    n = len(sentences)
    return {
        IMAGE: rng.integers(0, 256, (n, 32, 32, 3), np.uint8),
        INSTRUCTION: sentences,
        PROPRIO: rng.normal(size=(n, 7)).astype(np.float32),
    }


def sentences(numbers: list[int]) -> np.ndarray:
    rows = np.zeros((len(numbers), 20), np.int64)
    rows[:, 0] = numbers
    return rows


def test_a_policy_forgets_the_sentence_that_it_met_longest_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch_policy, "MOST_SENTENCES", 3)
    policy = TorchPolicy("p", small_actor())
    read: list[int] = []
    encode = policy._actor.backbone.read

    def count(ids: torch.Tensor) -> TextTokens:
        read.append(int(ids[0, 0]))
        return encode(ids)

    monkeypatch.setattr(policy._actor.backbone, "read", count)
    for numbers in ([1, 2, 3], [1], [4], [1, 3], [2], [3, 1]):
        policy.act(observations(sentences(numbers)), [None] * len(numbers))
    # 1 was used again before 4 came, so 2 went; when 2 came back, 4 was the oldest.
    assert read == [1, 2, 3, 4, 2]
    assert len(policy._read_before) == 3


def test_more_sentences_at_once_than_are_remembered_give_the_same_actions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actor, seen = small_actor(), observations(sentences([1, 2, 3, 4, 5, 1]))
    expected = TorchPolicy("p", actor).act(seen, [None] * 6)
    monkeypatch.setattr(torch_policy, "MOST_SENTENCES", 2)
    assert np.array_equal(TorchPolicy("p", actor).act(seen, [None] * 6), expected)


def test_everything_that_a_policy_computes_is_on_the_device_of_its_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # On the device "meta" tensors have shapes and no values: one left on the CPU is an error.
    policy = TorchPolicy("p", small_actor().to("meta"))
    devices: list[torch.device] = []

    def read(ids: torch.Tensor) -> TextTokens:
        devices.append(ids.device)
        words = torch.zeros(1, 20, 8, device="meta")
        return TextTokens(words, words, torch.ones(1, 20, dtype=torch.bool, device="meta"))

    monkeypatch.setattr(policy._actor.backbone, "read", read)
    rows, found = policy._look(observations(sentences([1, 2])))
    assert {rows.device.type, found.scores.device.type, *(d.type for d in devices)} == {"meta"}
    assert policy._actor.head(rows).shape == (2, 2)


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="The device 'cuda:9' cannot be used here"):
        load_policy("zoo:demo", device="cuda:9")
    with pytest.raises(InvalidValueError, match="The device 'cuda:9' cannot be used here"):
        makers.PolicyMaker("zoo:demo", "primitive", "cuda:9")()


def test_loading_a_policy_leaves_the_callers_generator_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    load_policy("zoo:demo")
    assert torch.equal(torch.rand(4), expected)
