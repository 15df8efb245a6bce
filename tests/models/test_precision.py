"""Encoders in 16 bits: where that is chosen, and that nothing behind them notices."""

import pytest
import torch

from vlsim.errors import InvalidValueError
from vlsim.interface.observation import channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.precision import choose_precision


@pytest.mark.parametrize(
    ("avx512", "amx", "chosen"),
    [(False, False, "fp32"), (True, False, "bf16"), (False, True, "bf16")],
)
def test_auto_is_bf16_where_the_cpu_has_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch, avx512: bool, amx: bool, chosen: str
) -> None:
    able = {"avx512_bf16": avx512, "amx_bf16": amx}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert choose_precision("auto", "cpu") == chosen


def test_auto_is_fp32_where_torch_does_not_know_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert choose_precision("auto", "cpu") == "fp32"


@pytest.mark.parametrize("has", [False, True])
def test_auto_asks_the_gpu_and_not_an_emulation(monkeypatch: pytest.MonkeyPatch, has: bool) -> None:
    def supported(*, including_emulation: bool) -> bool:
        return has or including_emulation

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
    assert choose_precision("auto", "cuda:0") == ("bf16" if has else "fp32")


def test_what_is_asked_for_by_name_is_done_and_other_names_are_refused() -> None:
    assert [choose_precision(name, "cpu") for name in ("fp32", "bf16")] == ["fp32", "bf16"]
    with pytest.raises(InvalidValueError, match="one of auto, fp32, bf16, got 'half'"):
        choose_precision("half", "cpu")


def small(text: str = "gru") -> Actor:
    torch.manual_seed(0)
    sizes = BackboneConfig(30, dim=16, image_size=32, text=text)
    return Actor(ActorConfig("primitive", 9, channels_for("primitive", ("lift",)), sizes))


@pytest.mark.parametrize("text", ["gru", "transformer"])
def test_what_follows_the_encoders_and_the_weights_keep_32_bits(text: str) -> None:
    actor = small(text)
    inputs = torch.rand(2, 1, 3, 32, 32), torch.randint(2, 30, (2, 9)), torch.zeros(2, 9)
    plain = actor(*inputs)
    actor.backbone.precision = "bf16"
    seen: list[torch.dtype] = []
    convolution = actor.backbone.vision.get_submodule("stem.2")
    convolution.register_forward_hook(lambda *call: seen.append(call[-1].dtype))
    fast = actor(*inputs)
    assert seen == [torch.bfloat16] and fast.dtype == torch.float32
    assert not torch.equal(fast, plain) and torch.allclose(fast, plain, atol=0.02)
    fast.sum().backward()
    for name, parameter in actor.named_parameters():
        assert parameter.dtype == torch.float32
        assert parameter.grad is None or parameter.grad.dtype == torch.float32, name


def test_a_recurrence_stays_in_32_bits() -> None:
    actor, ids = small("gru"), torch.randint(2, 30, (2, 9))
    plain = actor.backbone.read(ids).context
    actor.backbone.precision = "bf16"
    assert torch.equal(actor.backbone.read(ids).context, plain)


def test_a_row_does_not_depend_on_the_size_of_its_batch() -> None:
    """Or PPO's probabilities, of other batches than the rollout's, would not begin at 1."""
    actor, image = small(), torch.rand(8, 1, 3, 32, 32)
    actor.backbone.precision = "bf16"
    together, alone = actor.backbone.see(image), actor.backbone.see(image[:2])
    assert torch.allclose(together.features[:2], alone.features, atol=2e-3)
