"""A policy or a model starts from the weights of a model that was trained before."""

from pathlib import Path

import pytest
import torch

from vlsim.deploy.model_bundle import save_model
from vlsim.deploy.start import start_from
from vlsim.errors import InvalidValueError
from vlsim.interface.observation import channels_for
from vlsim.language.tokenizer import picture_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.perceivers import MODELS, Model


def model(name: str, dim: int = 16) -> Model:
    backbone = BackboneConfig(VOCABULARY_SIZE, dim, 32, vision="space_to_depth")
    return MODELS[name](backbone, picture_tokenizer())


def test_a_policy_sees_and_reads_as_the_model_that_it_starts_from(tmp_path: Path) -> None:
    trained = model("vqa")
    bundle = save_model(tmp_path / "model", "vqa", trained, seed=0)
    config = ActorConfig(
        "primitive", 20, channels_for("primitive", ("lift",)), trained.backbone.config
    )
    actor = Actor(config)
    picture, ids = torch.rand(1, 1, 3, 32, 32), torch.randint(2, 99, (1, 5))
    before = actor.backbone.see(picture).features
    start_from(actor, bundle)
    seen, read = actor.backbone.see(picture).features, actor.backbone.read(ids).context
    assert torch.equal(seen, trained.backbone.see(picture).features)
    assert torch.equal(read, trained.backbone.read(ids).context) and not torch.equal(seen, before)


def test_a_model_takes_the_heads_that_both_have(tmp_path: Path) -> None:
    bundle = save_model(tmp_path / "model", "refer", trained := model("refer"), seed=0)
    other = model("vqa")
    answers = other.heads["answers"].question.values.weight.clone()
    taken = start_from(other, bundle)
    assert torch.equal(other.heads["things"].says.weight, trained.heads["things"].says.weight)
    assert torch.equal(other.heads["answers"].question.values.weight, answers)
    assert not any("answers" in name for name in taken)


def test_other_encoders_are_refused(tmp_path: Path) -> None:
    bundle = save_model(tmp_path / "model", "refer", model("refer"), seed=0)
    with pytest.raises(InvalidValueError, match=r"its encoders are others; 'backbone\.text"):
        start_from(model("refer", dim=8), bundle)
