"""What every registered objective has to keep."""

from collections.abc import Mapping

import pytest
import torch

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import channels_for
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.prediction import build_heads
from vlsim.models.prediction.phrases import PHRASES
from vlsim.models.prediction.things import peaks
from vlsim.objectives import OBJECTIVES, Batch, Objective, Objectives
from vlsim.objectives.batch import STEP
from vlsim.objectives.pictures import TEXTS, PictureSource
from vlsim.objectives.sources import HELD, check_objectives
from vlsim.training.config import ObjectiveConfig, weights_by_name

Data = dict[str, torch.Tensor]
Heads = Mapping[str, torch.nn.Module]
DIM, SIDE, VOCABULARY, ATTRIBUTES = 16, 32, 30, 4
ALWAYS = {"image", "instruction"}
"""What every batch holds."""
HELD_BY_ANY = [*HELD.values(), PictureSource.holds, *(source.holds for source in TEXTS.values())]
WORDLESS = ("perception",)
"""Objectives that are about pictures alone."""
SPEAKS = ("blip", "caption", "next_word")
"""Objectives that read captions, with words of a head of their own."""
TELLS_APART = ("alignment", "blip", "clip", "matching")
"""Objectives that hold every other sentence against a picture, unless it is the same."""


@pytest.fixture
def actor() -> Actor:
    torch.manual_seed(0)
    backbone = BackboneConfig(VOCABULARY, DIM, SIDE)
    return Actor(ActorConfig("primitive", 9, channels_for("primitive", ("lift",)), backbone))


@pytest.fixture
def heads(actor: Actor) -> torch.nn.ModuleDict:
    """Return heads that see things everywhere: an untrained one sees none."""
    config = actor.config.backbone
    names = sorted({name for objective in OBJECTIVES for name in OBJECTIVES[objective].heads})
    built = build_heads(names, config)
    with torch.no_grad():
        built["things"].says.bias.view(2, -1)[:, 0] += 8.0
    return built


def data(held: set[str], rows: int = 3, sentences: int = 1) -> dict[str, torch.Tensor]:
    """Return what a batch holds that has these names."""
    rng = torch.Generator().manual_seed(1)
    shape, n_roles = (rows, sentences), len(ROLES)
    every = {
        "image": torch.rand(rows, 1, 3, SIDE, SIDE, generator=rng),
        "instruction": torch.randint(2, VOCABULARY, (*shape, 9), generator=rng),
        "uv": 2 * torch.rand(*shape, n_roles, 2, generator=rng) - 1,
        "present": torch.ones(*shape, n_roles, dtype=torch.bool),
        "refs": torch.randint(0, 9, (*shape, n_roles, ATTRIBUTES), generator=rng),
        "proprio": torch.randn(rows, 9, generator=rng),
        "action": 2 * torch.rand(rows, 4, generator=rng) - 1,
    }
    every["moves"] = 2 * torch.rand(*shape, 3, 4, generator=rng) - 1
    every["n_moves"] = torch.randint(1, 4, shape, generator=rng)
    every |= {
        "boxes": torch.rand(rows, 8, 4, generator=rng) + torch.tensor([-1.0, -1.0, 0.0, 0.0]),
        "phrases": torch.randint(-1, 2, (*shape, PHRASES, 8), generator=rng),
        "answers": torch.randint(2, VOCABULARY, (*shape, 3), generator=rng),
        "referent": torch.randint(0, 8, shape, generator=rng),
        "caption": torch.randint(2, VOCABULARY, (*shape, 7), generator=rng),
        "trajectory": torch.randn(rows, 3, STEP, generator=rng),
    }
    every["objects"] = torch.randint(0, 3, (rows, 8, ATTRIBUTES), generator=rng)
    every["attention"] = torch.rand(*shape, 2, 16, generator=rng).softmax(-1)
    return {name: tensor for name, tensor in every.items() if name in held | ALWAYS}


def _only(heads: Heads, objective: Objective) -> Heads:
    """Return no more heads than the objective says that it learns with."""
    return {name: heads[name] for name in objective.heads}


def _name(objective: Objective) -> str:
    return next(name for name, kind in OBJECTIVES.items() if isinstance(objective, kind))


def _words(objective: Objective) -> str:
    """Return the name of the sentences that it reads."""
    return "caption" if _name(objective) in SPEAKS else "instruction"


def loss_of(objective: Objective, batch: Batch) -> torch.Tensor:
    loss: torch.Tensor = objective(batch)
    return loss


@pytest.fixture(params=OBJECTIVES)
def objective(request: pytest.FixtureRequest, actor: Actor) -> Objective:
    return OBJECTIVES[request.param](actor.config.backbone)


@pytest.fixture
def held(objective: Objective, actor: Actor, heads: torch.nn.ModuleDict) -> dict[str, torch.Tensor]:
    """Return what the objective needs; the boxes are those that the heads see."""
    held = data(set(objective.needs))
    if "boxes" in held:
        with torch.no_grad():
            seen = peaks(heads["things"](actor.backbone.see(held["image"])))
        held["boxes"] = seen.boxes[:, :8].clone()
    return held


def test_some_data_holds_what_it_needs_and_no_more_is_read(
    objective: Objective, actor: Actor, held: Data, heads: Heads
) -> None:
    assert any(objective.needs <= holds for holds in HELD_BY_ANY)
    loss = loss_of(objective, Batch(actor, held, _only(heads, objective)))
    assert loss.shape == () and torch.isfinite(loss)


def test_gradient_reaches_picture_and_words(
    objective: Objective, actor: Actor, held: Data, heads: torch.nn.ModuleDict
) -> None:
    loss_of(objective, Batch(actor, held, heads)).backward()  # type: ignore[no-untyped-call]
    parts = [actor.backbone.vision]
    if _name(objective) not in WORDLESS:
        parts.append(heads if _name(objective) in SPEAKS else actor.backbone.text)
    for part in parts:
        assert any(p.grad is not None and bool(p.grad.any()) for p in part.parameters())


@pytest.mark.parametrize("sense", ["image", "words"])
def test_picture_and_words_matter(
    objective: Objective, actor: Actor, held: Data, heads: Heads, sense: str
) -> None:
    name = _words(objective) if sense == "words" else sense
    before = loss_of(objective, Batch(actor, held, heads))
    after = loss_of(objective, Batch(actor, held | {name: held[name].flip(0)}, heads))
    assert (after != before) == (sense == "image" or _name(objective) not in WORDLESS)


def test_padding_changes_nothing(
    objective: Objective, actor: Actor, held: Data, heads: Heads
) -> None:
    words = _words(objective)
    longer = torch.nn.functional.pad(held[words], (0, 5))
    before = loss_of(objective, Batch(actor, held, heads))
    after = loss_of(objective, Batch(actor, held | {words: longer}, heads))
    assert torch.allclose(before, after, atol=1e-5)


def test_a_loss_in_bf16_agrees_with_fp32(
    objective: Objective, actor: Actor, held: Data, heads: Heads
) -> None:
    exact, fast = Batch(actor, held, heads), Batch(actor, held, heads)
    loss = loss_of(objective, exact)
    actor.backbone.precision = "bf16"
    other = loss_of(objective, fast)
    assert other.dtype == torch.float32 and torch.allclose(other, loss, rtol=0.02)
    assert not torch.equal(fast.image.features, exact.image.features)


def test_a_batch_twice_is_the_batch(
    objective: Objective, actor: Actor, held: Data, heads: Heads
) -> None:
    """A loss is a mean; what tells rows from each other finds true pairs in the copies."""
    if _name(objective) in TELLS_APART:
        # All say the same, so that none is held against its own copy.
        held |= {_words(objective): held[_words(objective)][:1].expand(3, -1, -1)}
    twice = {name: torch.cat([tensor, tensor]) for name, tensor in held.items()}
    if "refs" in held:
        # Every phrase is true of every picture, so that none is held against its own copy.
        held |= {"refs": torch.full_like(held["refs"], -1)}
        twice |= {"refs": torch.full_like(twice["refs"], -1)}
    before, after = (loss_of(objective, Batch(actor, batch, heads)) for batch in (held, twice))
    assert torch.allclose(before, after, atol=1e-5)


def test_every_part_of_the_network_runs_once(actor: Actor) -> None:
    calls: list[str] = []
    for name in ("vision", "text", "fusion"):
        part = getattr(actor.backbone, name)
        part.register_forward_hook(lambda *_, name=name: calls.append(name))
    objectives = Objectives(dict.fromkeys(OBJECTIVES, 1.0), actor.config.backbone)
    losses = objectives(Batch(actor, data(set().union(*HELD_BY_ANY)), objectives.heads))
    assert losses.keys() == set(OBJECTIVES)
    assert sorted(calls) == ["fusion", "text", "vision"]


def test_a_weight_scales_and_zero_leaves_out(actor: Actor) -> None:
    batch, config = (
        Batch(actor, data({"uv", "present", "objects", "refs"}), {}),
        actor.config.backbone,
    )
    once = Objectives({"referent": 1.0, "contrastive": 0.0, "imitation": 1.0}, config)(batch)
    twice = Objectives({"referent": 2.0}, config)(batch)
    # Without actions there is nothing to imitate.
    assert once.keys() == twice.keys() == {"referent"}
    assert torch.equal(2 * once["referent"], twice["referent"])


class Constant(Objective):
    """A loss of 3, whatever there is."""

    needs = frozenset({"uv"})

    def forward(self, batch: Batch) -> torch.Tensor:
        return torch.tensor(3.0)


def test_what_is_uncertain_counts_less_and_costs_its_logarithm(actor: Actor) -> None:
    batch, config = Batch(actor, data({"uv", "present"}), {}), actor.config.backbone
    fixed = Objectives({"referent": 2.0}, config)
    learned = Objectives({"referent": 2.0}, config, by_uncertainty=True)
    loss = fixed(batch)["referent"].item() / 2
    assert fixed.learned_weights == {}
    assert learned.learned_weights == {"referent": 2.0}
    assert learned(batch)["referent"].item() == pytest.approx(2 * loss)
    with torch.no_grad():
        learned.log_variances["referent"].fill_(0.5)
    assert learned(batch)["referent"].item() == pytest.approx(2 * (loss * 0.60653 + 0.5), rel=1e-4)
    assert learned.learned_weights["referent"] == pytest.approx(1.21306, rel=1e-4)
    # Where it settles: the variance is the loss itself.
    learned.members["referent"] = Constant(config)
    optimizer = torch.optim.Adam(learned.log_variances.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        learned(batch)["referent"].backward()
        optimizer.step()
    assert learned.learned_weights["referent"] == pytest.approx(2 / 3, rel=1e-2)


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
