"""A model that was stopped while it learned goes on with the same numbers."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vlsim.agents.pretraining import MODEL, PretrainConfig, pictures_of, pretrain
from vlsim.data.picture_folder import PictureFolder, PictureRequest
from vlsim.deploy.bundle import load_bundle
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.runs import read_metrics, start_run
from vlsim.scripts.pretrain import main
from vlsim.seeding import derive
from vlsim.training import learning
from vlsim.training.config import StageConfig

CONFIG = PretrainConfig(
    "refer",
    pictures=24,
    image_size=32,
    dim=16,
    perception=StageConfig(3, 2e-3),
    words=StageConfig(3, 2e-3),
    by_uncertainty=True,
    batch_size=8,
    texts=2,
    workers=1,
)


def weights(run: Path) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in load_bundle(run / MODEL).state.items()}


def test_a_stopped_run_goes_on_with_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "CHECKPOINT_STEPS", 1)
    whole = start_run(tmp_path, "whole", CONFIG)
    pretrain(CONFIG, whole)
    for stage, step in (("perception", 2), ("words", 1)):
        stopped = tmp_path / f"stopped-{stage}"
        shutil.copytree(whole, stopped)
        shutil.rmtree(stopped / MODEL)
        for folder in (stopped / "checkpoints").iterdir():
            name, at = folder.name.split("-")
            if (name, int(at)) > (stage, step):
                shutil.rmtree(folder)
        main(["--resume", str(stopped)])
        expected, found = weights(whole), weights(stopped)
        assert all(np.array_equal(found[name], value) for name, value in expected.items())
        lines = list(read_metrics(stopped))
        assert [m["step"] for m in lines] == [3, 3]
        # Only what is learned together is weighed, and no weight stays what it was.
        assert not any(key.startswith("weight/") for key in lines[0])
        counted = {key: value for key, value in lines[1].items() if key.startswith("weight/")}
        assert set(counted) == {"weight/perception", "weight/phrases", "weight/refer"}
        assert 1.0 not in counted.values()


def test_perception_learns_to_find_things(tmp_path: Path) -> None:
    config = replace(CONFIG, pictures=48, perception=StageConfig(100, 5e-3), words=StageConfig(0))
    run = start_run(tmp_path, "run", config)
    pretrain(config, run)
    (line,) = read_metrics(run)
    assert line["stage"] == "perception" and line["found/things"] > 0.4


def test_a_blind_model_has_no_perception_to_learn(tmp_path: Path) -> None:
    config = replace(CONFIG, model="vqa", blind=True)
    run = start_run(tmp_path, "run", config)
    pretrain(config, run)
    (line,) = read_metrics(run)
    assert line["stage"] == "words" and "loss/perception" not in line
    assert load_bundle(run / MODEL).config["blind"] is True


def test_what_cannot_be_learned_is_refused_before_there_is_a_run(tmp_path: Path) -> None:
    for arguments, error, words in (
        (["vpa"], UnknownNameError, "No model named 'vpa'. Did you mean 'vqa'"),
        (["refer", "--objectives", "vqa=1"], InvalidValueError, "'vqa' needs answers, which pict"),
        (["refer", "--image-size", "30"], InvalidValueError, "multiple of 4, got 30"),
        (["refer", "--pictures", "3"], InvalidValueError, "pictures must be at least 16, got 3"),
    ):
        with pytest.raises(error, match=words):
            main([*arguments, "--out", str(tmp_path / "runs")])
    assert not (tmp_path / "runs").exists()
    with pytest.raises(InvalidValueError, match="is no run folder"):
        main(["--resume", str(tmp_path)])


def test_a_folder_of_pictures_is_learned_from_like_drawn_ones(tmp_path: Path) -> None:
    request = PictureRequest(40, 32, derive(CONFIG.seed, "pictures"), "png", "code")
    list(PictureFolder(tmp_path / "pictures", request).fill(0))
    config = replace(CONFIG, data=str(tmp_path / "pictures"))
    read, drawn = pictures_of(config), pictures_of(CONFIG)
    assert (read.images == drawn.images).all()
    assert read.annotations == drawn.annotations
    for size, folder, words in (
        ("64", config.data, "has pictures of 32 pixels, but image_size is 64; add --image-size 32"),
        ("32", str(tmp_path), r"There is no file .*manifest\.json"),
    ):
        arguments = ["refer", "--data", folder, "--image-size", size, "--out", str(tmp_path / "o")]
        with pytest.raises(InvalidValueError, match=words):
            main(arguments)
    assert not (tmp_path / "o").exists()
