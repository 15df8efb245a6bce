"""What every registered objective has to keep."""

import pytest
import torch

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.objectives import OBJECTIVES, Batch, Objective, Objectives
from vlsim.objectives.sources import HELD, check_objectives
from vlsim.training.config import ObjectiveConfig, weights_by_name

DIM, SIDE, VOCABULARY, ATTRIBUTES = 16, 32, 30, 4
ALWAYS = {"image", "instruction"}
"""What every batch holds."""


@pytest.fixture
def actor() -> Actor:
    torch.manual_seed(0)
    backbone = BackboneConfig(VOCABULARY, DIM, SIDE)
    return Actor(ActorConfig("primitive", 9, channels_for("primitive", ("lift",)), backbone))


def data(held: set[str], rows: int = 3, sentences: int = 1) -> dict[str, torch.Tensor]:
    """Return what a batch holds that has these names."""
    rng = torch.Generator().manual_seed(1)
    shape, n_roles = (rows, sentences), len(ROLES)
    every = {
        "image": torch.rand(rows, 1, 3, SIDE, SIDE, generator=rng),
        "instruction": torch.randint(2, VOCABULARY, (*shape, 9), generator=rng),
        "uv": 2 * torch.rand(*shape, n_roles, 2, generator=rng) - 1,
        "present": torch.ones(*shape, n_roles, dtype=torch.bool),
        "objects": torch.randint(0, 9, (rows, 5, ATTRIBUTES), generator=rng),
        "refs": torch.randint(0, 9, (*shape, n_roles, ATTRIBUTES), generator=rng),
        "proprio": torch.randn(rows, 9, generator=rng),
        "action": 2 * torch.rand(rows, 4, generator=rng) - 1,
    }
    every["moves"] = 2 * torch.rand(*shape, 3, 4, generator=rng) - 1
    every["n_moves"] = torch.randint(1, 4, shape, generator=rng)
    every["attention"] = torch.rand(*shape, 2, 16, generator=rng).softmax(-1)
    return {name: tensor for name, tensor in every.items() if name in held | ALWAYS}


def loss_of(objective: Objective, batch: Batch) -> torch.Tensor:
    loss: torch.Tensor = objective(batch)
    return loss


@pytest.fixture(params=OBJECTIVES)
def objective(request: pytest.FixtureRequest, actor: Actor) -> Objective:
    return OBJECTIVES[request.param](actor.config)


def test_some_data_holds_what_it_needs_and_no_more_is_read(
    objective: Objective, actor: Actor
) -> None:
    assert any(objective.needs <= holds for holds in HELD.values())
    loss = loss_of(objective, Batch(actor, data(set(objective.needs))))
    assert loss.shape == () and torch.isfinite(loss)


def test_gradient_reaches_picture_and_words(objective: Objective, actor: Actor) -> None:
    loss_of(objective, Batch(actor, data(set(objective.needs)))).backward()  # type: ignore[no-untyped-call]
    for part in (actor.backbone.vision, actor.backbone.text):
        assert any(p.grad is not None and bool(p.grad.any()) for p in part.parameters())


@pytest.mark.parametrize("name", ["image", "instruction"])
def test_picture_and_words_matter(objective: Objective, actor: Actor, name: str) -> None:
    held = data(set(objective.needs))
    before = loss_of(objective, Batch(actor, held))
    assert loss_of(objective, Batch(actor, held | {name: held[name].flip(0)})) != before


def test_padding_changes_nothing(objective: Objective, actor: Actor) -> None:
    held = data(set(objective.needs))
    longer = torch.nn.functional.pad(held["instruction"], (0, 5))
    before = loss_of(objective, Batch(actor, held))
    after = loss_of(objective, Batch(actor, held | {"instruction": longer}))
    assert torch.allclose(before, after, atol=1e-5)


def test_a_loss_in_bf16_agrees_with_fp32(objective: Objective, actor: Actor) -> None:
    held = data(set(objective.needs))
    exact = loss_of(objective, Batch(actor, held))
    actor.backbone.precision = "bf16"
    fast = loss_of(objective, Batch(actor, held))
    assert fast.dtype == torch.float32 and torch.allclose(fast, exact, rtol=0.02)
    assert fast != exact


def test_a_batch_twice_is_the_batch(objective: Objective, actor: Actor) -> None:
    """A loss is a mean; what tells rows from each other finds true pairs in the copies."""
    held = data(set(objective.needs))
    twice = {name: torch.cat([tensor, tensor]) for name, tensor in held.items()}
    if "objects" in held:
        # Every phrase is true of every picture, so that none is held against its own copy.
        held |= {"refs": torch.full_like(held["refs"], -1)}
        twice |= {"refs": torch.full_like(twice["refs"], -1)}
    before, after = (loss_of(objective, Batch(actor, batch)) for batch in (held, twice))
    assert torch.allclose(before, after, atol=1e-5)


def test_every_part_of_the_network_runs_once(actor: Actor) -> None:
    calls: list[str] = []
    for name in ("vision", "text", "fusion"):
        part = getattr(actor.backbone, name)
        part.register_forward_hook(lambda *_, name=name: calls.append(name))
    objectives = Objectives(dict.fromkeys(OBJECTIVES, 1.0), actor.config)
    losses = objectives(Batch(actor, data(set().union(*HELD.values()))))
    assert losses.keys() == set(OBJECTIVES)
    assert sorted(calls) == ["fusion", "text", "vision"]


def test_a_weight_scales_and_zero_leaves_out(actor: Actor) -> None:
    batch = Batch(actor, data({"uv", "present", "objects", "refs"}))
    once = Objectives({"referent": 1.0, "contrastive": 0.0, "imitation": 1.0}, actor.config)(batch)
    twice = Objectives({"referent": 2.0}, actor.config)(batch)
    # Without actions there is nothing to imitate.
    assert once.keys() == twice.keys() == {"referent"}
    assert torch.equal(2 * once["referent"], twice["referent"])


class Impossible(Objective):
    """Needs what nothing holds together."""

    needs = frozenset({"objects", "action"})

    def forward(self, batch: Batch) -> torch.Tensor:
        raise AssertionError("It is refused before it is ever used.")


def test_names_and_weights_that_mean_nothing_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="No objective named 'referrent'"):
        check_objectives(weights_by_name("referrent=1"))
    monkeypatch.setitem(OBJECTIVES._items, "impossible", Impossible)
    with pytest.raises(InvalidValueError, match="'impossible' needs action, objects, which no"):
        check_objectives({"impossible": 1.0})
    for words, answer in (
        ("referent", "Write objectives as NAME=WEIGHT .* got 'referent'"),
        ("referent=much", "got 'referent=much'"),
        ("referent=-1", "weight of the objective 'referent' must be 0 or more, got -1"),
        ("referent=nan", "must be 0 or more, got nan"),
        ("referent=1,,contrastive=1", "missing beside a comma"),
        ("referent=1,referent=2", "'referent' comes twice"),
    ):
        with pytest.raises(InvalidValueError, match=answer):
            ObjectiveConfig(weights=words)
    assert ObjectiveConfig(weights="").by_name == {}
