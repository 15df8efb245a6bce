"""What a trained policy remembers, where it computes, and what loading it leaves alone."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vlsim.agents.load import load_policy
from vlsim.deploy.engine_policy import EnginePolicy
from vlsim.deploy.engines import TextArrays
from vlsim.deploy.network import TorchEngine
from vlsim.deploy.sizes import actor_spec
from vlsim.envs import make_env
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.interface.observation import IMAGE, PROPRIO, channels_for
from vlsim.language.tokenizer import UNKNOWN_ID, default_tokenizer
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.scripts import makers
from vlsim.seeding import stream
from vlsim.skills import SKILLS


def small_actor() -> Actor:
    sizes = BackboneConfig(512, dim=8, image_size=32)
    return Actor(ActorConfig("planar", 20, channels_for("planar", ("reach",)), sizes, hidden=8))


def small_policy(actor: Actor | None = None) -> EnginePolicy:
    actor = actor or small_actor()
    spec = actor_spec(actor.config, "panda")
    return EnginePolicy("p", TorchEngine(actor), actor.config, spec, default_tokenizer())


def observations(n: int) -> dict[str, Any]:
    rng = stream(0, "observations")
    return {
        IMAGE: rng.integers(0, 256, (n, 32, 32, 3), np.uint8),
        PROPRIO: rng.normal(size=(n, 8)).astype(np.float32),
    }


def test_each_sentence_is_read_once_and_by_itself_however_many_rows_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = small_policy()
    read: list[tuple[int, ...]] = []
    encode = policy._engine.read

    def count(ids: NDArray[np.int64]) -> TextArrays:
        read.append((len(ids), int(ids[0, 0])))
        return encode(ids)

    monkeypatch.setattr(policy._engine, "read", count)
    big, block, wug = (int(default_tokenizer().encode(w)[0]) for w in ("big", "block", "wug"))
    policy.reset([1, 2, 3, 4], ["big", "block", "big", "wug"])
    assert read == [(1, big), (1, block), (1, wug)]
    assert wug == UNKNOWN_ID
    for _ in range(3):
        policy.act(observations(4))
    assert len(read) == 3, "acting read again"


def test_a_row_does_not_depend_on_the_sentences_of_the_others() -> None:
    policy, seen = small_policy(), observations(3)
    policy.reset([0, 1, 2], ["touch the red cube", "take the can", "go"])
    mixed = policy.act(seen)
    policy.reset([0, 1, 2], ["touch the red cube"] * 3)
    alike = policy.act(seen)
    assert mixed.shape == (3, 1, 2)
    assert np.array_equal(mixed[0], alike[0])
    assert not np.array_equal(mixed[1], alike[1])


def test_sentences_of_different_lengths_are_one_batch() -> None:
    policy, seen = small_policy(), observations(2)
    long = "lift the cube and then " * 5 + "red"
    policy.reset([0, 1], ["take the can", long])
    both = policy.act(seen)
    for row, words in enumerate(("take the can", long)):
        policy.reset([0, 0], [words] * 2)
        assert np.allclose(both[row], policy.act(seen)[row], atol=1e-6)


def test_a_policy_of_one_motion_asks_for_it_in_every_task() -> None:
    policy = load_policy("zoo:demo")
    env = make_env("tabletop", "primitive")
    observation, info = env.reset(seed=0)
    policy.reset([0], [info["instruction"]])
    (action,) = policy.act({key: array[None] for key, array in observation.items()})[0]
    env.close()
    assert dict(zip(SKILLS, action[4:], strict=True)) == {
        name: 1.0 if name == "pick_place" else -1.0 for name in SKILLS
    }


def test_acting_needs_a_reset_of_as_many_rows() -> None:
    policy = small_policy()
    with pytest.raises(InvalidValueError, match="told what to do in 0 rows and is shown 2; call r"):
        policy.act(observations(2))
    policy.reset([1], ["lift it"])
    with pytest.raises(InvalidValueError, match="told what to do in 1 rows and is shown 2; call r"):
        policy.attention(observations(2))
    with pytest.raises(InvalidValueError, match="a seed and an instruction for each row, got 2 an"):
        policy.reset([1, 2], ["lift it"])


def test_a_long_sentence_of_another_task_is_read_whole_and_a_longer_one_refused() -> None:
    policy, seen = small_policy(), observations(1)
    actions = []
    for last in ("red", "blue"):
        policy.reset([0], ["lift the cube and then " * 5 + last])
        actions.append(policy.act(seen))
    assert not np.array_equal(*actions), "the 26th word was cut off"
    with pytest.raises(InstructionError, match="has 130 words, allowed are 128; shorten it"):
        policy.reset([0], ["lift it " * 65])


def test_everything_that_torch_computes_is_on_the_device_of_its_network() -> None:
    # On the device "meta" tensors have shapes and no values: one left on the CPU is an error.
    engine = TorchEngine(small_actor().to("meta"))
    inputs = engine._moved(np.zeros((2, 1, 32, 32, 3), np.uint8), np.zeros((2, 8), np.float32))
    text = engine._text(*engine._moved(np.ones((2, 20), np.int64)))
    actions, attention = engine._policy(inputs[0], *text, inputs[1])
    assert actions.shape == (2, 2) and attention.shape == (2, 2, 8, 8)
    assert {t.device.type for t in (actions, attention, *text)} == {"meta"}


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
