"""The supervised loop: losses fall, and a stage that was stopped goes on with the same numbers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from vlsim.data.demonstrations import Demonstrations
from vlsim.data.still_pool import StillConfig, StillPool, draw_pool, join
from vlsim.errors import InvalidValueError, SimulationError
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import TEXT_LENGTH, channels, channels_for
from vlsim.language.vocabulary import INSTRUCTION_LENGTH, VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.config import STEERED, ActorConfig, BackboneConfig
from vlsim.objectives import OBJECTIVES, Batch, Objective, Objectives
from vlsim.objectives.sources import DemonstrationSource, Source, StillSource
from vlsim.scenarios.config import ScenarioConfig
from vlsim.seeding import stream
from vlsim.skills import SKILLS
from vlsim.training.checkpoint import (
    Position,
    latest_checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from vlsim.training.config import WEIGHTS, ImitationConfig, StageConfig, weights_by_name
from vlsim.training.stage import SupervisedStage

SIDE = 32
CLONING = {"imitation": 1.0}
EVERYTHING = weights_by_name(WEIGHTS)
CONFIG = StageConfig(steps=20, learning_rate=2e-3)


@pytest.fixture(scope="module")
def pool() -> StillPool:
    scenario = ScenarioConfig(goals=("place",))
    return join(list(draw_pool(scenario, StillConfig(n_scenes=12), SIDE, 0, workers=1)))


def actor(control: str = "ee_delta") -> Actor:
    torch.manual_seed(0)
    sizes = BackboneConfig(VOCABULARY_SIZE, 16, SIDE)
    does = channels_for(control, ("lift",))
    return Actor(ActorConfig(control, INSTRUCTION_LENGTH, does, sizes, hidden=32))


def demonstrations(control: str = "ee_delta", n: int = 64) -> Demonstrations:
    rng = stream(0, "demonstrations")
    does = channels(control)
    proprio = rng.normal(size=(n, does.n_proprio)).astype(np.float32)
    return Demonstrations(
        image=rng.integers(0, 256, (n, SIDE, SIDE, 3), np.uint8),
        instruction=rng.integers(2, VOCABULARY_SIZE, (n, TEXT_LENGTH)),
        stage=np.zeros((n, 2), np.int64),
        skill_mask=np.ones((n, len(SKILLS)), np.int8),
        proprio=proprio,
        privileged=np.zeros((n, 3), np.float32),
        action=np.tanh(proprio[:, : does.n_actions]),
        reward=np.zeros(n, np.float32),
        success=np.ones(n, bool),
        episode=np.arange(n),
        objects=np.full((n, len(ROLES)), -1),
        boxes=np.full((n, len(ROLES), 4), -1),
        points=np.full((n, len(ROLES), 2), -1, np.float32),
    )


def imitating(
    learner: Actor,
    shown: Demonstrations,
    config: StageConfig = CONFIG,
    weights: Mapping[str, float] = CLONING,
    pool: StillPool | None = None,
    *,
    seed: int = 0,
    blind: bool = False,
) -> SupervisedStage:
    sources: list[Source] = [DemonstrationSource(shown, learner.config, 16, 0.05, blind=blind)]
    if pool is not None:
        sources.append(StillSource(pool, learner.config, 8, 0.05))
    objectives = Objectives(weights, learner.config.backbone)
    return SupervisedStage("imitation", learner, objectives, sources, config, seed)


def test_a_trajectory_goes_on_to_the_end_of_its_episode_and_stays_there() -> None:
    shown = replace(demonstrations(n=12), episode=np.repeat([3, 7], [10, 2]))
    config = actor().config
    batch = DemonstrationSource(shown, config, 40, 0.0).draw(
        stream(0, "batch"), torch.device("cpu")
    )
    pose, action = config.channels.columns_in(channels("ee_delta"))
    whole = np.concatenate([shown.proprio[:, pose], shown.action[:, action]], axis=1)
    first = batch["trajectory"][:, 0].numpy()
    whole = np.pad(whole, ((0, 0), (0, 64 - whole.shape[1])))
    assert batch["trajectory"].shape == (40, 8, 64)
    for row, pose in enumerate(first):
        start = int(np.flatnonzero((whole == pose).all(-1))[0])
        last = 9 if start < 10 else 11
        steps = [min(step, last) for step in range(start, start + 8)]
        assert np.array_equal(batch["trajectory"][row], whole[steps])


def losses_of(stage: SupervisedStage) -> list[dict[str, float]]:
    seen: list[dict[str, float]] = []
    stage.run(lambda step, losses: seen.append(losses))
    return seen


@pytest.mark.parametrize("control", ["primitive", *STEERED])
def test_the_loss_falls(control: str) -> None:
    shown = demonstrations(control)
    if control == "primitive":
        # What a pointing head looks at decides where it acts, and these pictures show nothing: only
        # an action that is always the same can be learned from them.
        shown = replace(shown, action=np.full_like(shown.action, 0.5))
    config = StageConfig(steps=60, learning_rate=1e-2)
    stage = imitating(actor(control), shown, config)
    found = [losses["imitation"] for losses in losses_of(stage)]
    assert len(found) == 60
    assert np.mean(found[-10:]) < 0.5 * np.mean(found[:5])


def test_the_grounded_objectives_are_learned_meanwhile(pool: StillPool) -> None:
    learner = actor()
    before = learner.backbone.text.state_dict()
    before = {name: value.clone() for name, value in before.items()}
    stage = imitating(learner, demonstrations(), StageConfig(steps=2), EVERYTHING, pool)
    found = losses_of(stage)
    assert found[0].keys() == {"imitation", "referent", "contrastive"}
    after = learner.backbone.text.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)


class StoppedError(Exception):
    pass


def test_a_stage_that_was_stopped_goes_on_with_the_same_weights(pool: StillPool) -> None:
    def stage() -> SupervisedStage:
        return imitating(actor(), demonstrations(), CONFIG, EVERYTHING, pool, seed=3)

    def stop(step: int, losses: dict[str, float]) -> None:
        if step == 7:
            raise StoppedError

    whole, first, second = stage(), stage(), stage()
    losses_of(whole)
    with pytest.raises(StoppedError):
        first.run(stop)
    second.learner.load_state_dict(first.learner.state_dict())
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    second.step = first.step
    assert len(losses_of(second)) == CONFIG.steps - 7
    expected = whole.network.state_dict()
    for name, value in second.network.state_dict().items():
        assert torch.equal(value, expected[name]), name


class Told(Objective):
    """Tell the hand's height from the picture."""

    needs = frozenset({"proprio"})

    def __init__(self, config: BackboneConfig) -> None:
        super().__init__(config)
        self.head = torch.nn.Linear(config.dim, 1)

    def forward(self, batch: Batch) -> torch.Tensor:
        told = self.head(batch.image.features.mean(1))[:, 0]
        return torch.nn.functional.mse_loss(told, batch["proprio"][:, 2])


def test_the_head_of_an_objective_learns_and_is_part_of_the_checkpoint_but_not_of_the_actor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(OBJECTIVES._items, "told", Told)

    def stage() -> SupervisedStage:
        torch.manual_seed(0)
        return imitating(actor(), demonstrations(), StageConfig(steps=6), {"told": 1.0})

    whole, stopped = stage(), stage()
    before = whole.objectives.members["told"].head.weight.clone()
    losses_of(whole)
    after = whole.objectives.members["told"].head.weight
    assert not torch.equal(before, after)
    assert not any("told" in name for name in whole.network.state_dict())

    def save(step: int, losses: dict[str, float]) -> None:
        if step == 3:
            position = Position("imitation", step)
            save_checkpoint(tmp_path, position, stopped.learner, stopped.optimizer)

    stopped.run(save)
    resumed = stage()
    folder, position = latest_checkpoint(tmp_path, ("imitation",)) or (None, None)
    assert folder is not None and position is not None
    load_checkpoint(folder, resumed.learner, resumed.optimizer)
    resumed.step = position.step
    losses_of(resumed)
    assert torch.equal(resumed.objectives.members["told"].head.weight, after)


def test_a_blind_stage_learns_the_same_from_other_words() -> None:
    same, other = demonstrations(), demonstrations()
    other = replace(other, instruction=other.instruction[::-1].copy())
    config = StageConfig(steps=3)

    def learned(found: Demonstrations, blind: bool) -> list[dict[str, float]]:
        return losses_of(imitating(actor(), found, config, blind=blind))

    assert learned(same, blind=True) == learned(other, blind=True)
    assert learned(same, blind=False) != learned(other, blind=False)


def test_a_loss_that_is_not_finite_ends_the_stage() -> None:
    broken = replace(demonstrations(), action=np.full((64, 6), np.nan, np.float32))
    stage = imitating(actor(), broken)
    with pytest.raises(SimulationError, match="not finite at step 0 of imitation: imitation nan"):
        stage.run(lambda step, losses: None)


def test_demonstrations_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="actions of 13 entries; those of control 'ee_d"):
        imitating(actor(), demonstrations("primitive"))
    small = replace(demonstrations(), image=np.zeros((64, 16, 16, 3), np.uint8))
    with pytest.raises(InvalidValueError, match="pictures of 16 pixels, the actor sees 32"):
        imitating(actor(), small)


def test_data_that_nothing_is_learned_from_is_refused(pool: StillPool) -> None:
    with pytest.raises(InvalidValueError, match="learns from demonstrations: they hold"):
        imitating(actor(), demonstrations(), weights={"referent": 1.0}, pool=pool)
    with pytest.raises(InvalidValueError, match="proprio, refs, uv, got imitation=1"):
        imitating(actor(), demonstrations(), weights={**CLONING, "referent": 0.0}, pool=pool)


@pytest.mark.parametrize(
    ("field", "value"), [("steps", -1), ("batch_size", 0), ("episodes", 0), ("learning_rate", 0.0)]
)
def test_a_config_that_means_nothing_is_refused(field: str, value: float) -> None:
    with pytest.raises(InvalidValueError, match=field):
        replace(ImitationConfig(), **{field: value})
