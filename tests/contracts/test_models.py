"""What every model of `vlsim pretrain` has to keep."""

from pathlib import Path

import numpy as np
import pytest
import torch

from vlsim.deploy.bundle import save_bundle
from vlsim.deploy.model_bundle import load_model, save_model
from vlsim.errors import BundleError
from vlsim.interface.perceiver import Answering, Captioning, Foretelling, Locating, Matching
from vlsim.interface.policy import PolicySpec
from vlsim.language.tokenizer import picture_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.config import BackboneConfig
from vlsim.models.perceivers import MODELS, Model
from vlsim.objectives import OBJECTIVES, Objectives
from vlsim.objectives.pictures import check_learned
from vlsim.seeding import stream

SIDE = 32
SENTENCES = ["the red cube left of the ball", "how many cubes are there"]


def built(name: str) -> Model:
    torch.manual_seed(0)
    backbone = BackboneConfig(VOCABULARY_SIZE, 16, SIDE, vision="space_to_depth")
    made = MODELS[name](backbone, picture_tokenizer()).eval()
    if "things" in made.heads:
        with torch.no_grad():  # An untrained one sees no things.
            made.heads["things"].says.bias.view(2, -1)[:, 0] += 8.0
    return made


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return built(request.param)


@pytest.fixture
def pictures() -> np.ndarray:
    return stream(0, "pictures").integers(0, 256, (2, SIDE, SIDE, 3), np.uint8)


def predictions(model: Model, pictures: np.ndarray, sentences: list[str]) -> dict[str, np.ndarray]:
    """Return what a model says of pictures and sentences, by task, a row for each picture."""
    found: dict[str, np.ndarray] = {}
    if isinstance(model, Answering):
        answers = model.answer(pictures, sentences)
        sure = [[hash(a.text) % 100, np.log(a.confidence or 1.0)] for a in answers]
        found["answer"] = np.array(sure)
    if isinstance(model, Locating):
        places = model.locate(pictures, sentences)
        found["locate"] = np.stack(
            [
                np.concatenate([p.box, np.ravel(p.attention if p.attention is not None else 0)])
                for p in places
            ]
        )
    if isinstance(model, Captioning):
        found["caption"] = np.array([[hash(text)] for text in model.caption(pictures)])
    if isinstance(model, Matching):
        scores = model.match(pictures, sentences)
        assert scores.shape == (len(pictures), len(sentences))
        found["match"] = np.diag(scores)[:, None]
    if isinstance(model, Foretelling):
        costs = model.next_words(pictures, sentences)
        assert [len(row) for row in costs] == [len(text.split()) for text in sentences]
        found["next words"] = np.array([[row.sum()] for row in costs])
    return found


def test_it_does_something_and_says_what_it_learns_from(model: Model) -> None:
    assert predictions(model, np.zeros((2, SIDE, SIDE, 3), np.uint8), SENTENCES)
    check_learned(model.texts, model.objectives)


def test_its_objectives_learn_with_its_own_heads(model: Model) -> None:
    used = {head for name in model.objectives for head in OBJECTIVES[name].heads}
    assert used == set(model.heads)
    objectives = Objectives(model.objectives, model.backbone.config, model.heads)
    own = {id(parameter) for parameter in model.heads.parameters()}
    assert own <= {id(parameter) for parameter in objectives.parameters()}


def test_rows_are_independent_and_pictures_and_words_matter(
    model: Model, pictures: np.ndarray
) -> None:
    together = predictions(model, pictures, SENTENCES)
    for task, rows in together.items():
        alone = predictions(model, pictures[1:], SENTENCES[1:])[task]
        assert np.allclose(alone[0], rows[1], atol=1e-5), task
        # An untrained model describes every picture alike.
        if task != "caption":
            other = predictions(model, pictures[::-1].copy(), SENTENCES)[task]
            assert not np.allclose(other, rows, atol=1e-5), task
            assert not np.allclose(
                predictions(model, pictures, SENTENCES[::-1])[task], rows, atol=1e-5
            ), task


def test_pictures_of_any_size_are_read(model: Model) -> None:
    assert predictions(model, np.zeros((2, 70, 90, 3), np.uint8), SENTENCES)


def test_a_blind_one_sees_nothing(model: Model, pictures: np.ndarray) -> None:
    model.blind = True
    found = predictions(model, pictures, SENTENCES)
    for task, rows in predictions(model, 255 - pictures, SENTENCES).items():
        assert np.array_equal(rows, found[task]), task


@pytest.mark.parametrize("name", MODELS)
def test_a_bundle_predicts_what_its_model_did(
    name: str, pictures: np.ndarray, tmp_path: Path
) -> None:
    model = built(name)
    loaded = load_model(save_model(tmp_path / "kept", name, model, seed=1))
    assert type(loaded) is type(model)
    for task, rows in predictions(model, pictures, SENTENCES).items():
        assert np.allclose(predictions(loaded, pictures, SENTENCES)[task], rows, atol=1e-6), task


def test_a_bundle_of_something_else_is_refused(tmp_path: Path) -> None:
    kept = save_model(tmp_path / "kept", "vqa", built("vqa"), seed=1)
    weights = kept / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(BundleError, match=r"weights\.safetensors was altered"):
        load_model(kept)
    other = save_bundle(
        tmp_path / "other",
        config={"control": "planar"},
        state={},
        tokenizer_json=picture_tokenizer().to_json(),
        spec=PolicySpec(),
        about={},
        golden={},
    )
    with pytest.raises(BundleError, match="holds a policy, not a model"):
        load_model(other)
    narrow = save_bundle(
        tmp_path / "narrow",
        config={"model": "vqa", "backbone": {"vocabulary_size": 512, "dim": 8}},
        state=built("vqa").state_dict(),
        tokenizer_json=picture_tokenizer().to_json(),
        spec=PolicySpec(),
        about={},
        golden={"image": np.zeros((1, 64, 64, 3), np.uint8)},
    )
    with pytest.raises(BundleError, match=r"weights do not fit: the shapes differ"):
        load_model(narrow)
