"""`vlsim evaluate` measures one's own model on drawn pictures, and lets people rate it."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evaluation.perception.fakes import draw
from vlsim.data import pictures
from vlsim.evaluation.perception.rating import Ratings
from vlsim.scripts.__main__ import main

SPEAKER = "tests.evaluation.perception.fakes:Speaker"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int, str]]:
    """Draw squares instead of scenes; returns what was asked for."""
    asked = []

    def instead(
        count: int, image_size: int, seed: int, workers: int, split: str
    ) -> Iterator[pictures.Pictures]:
        asked.append((count, image_size, seed, split))
        squares = draw(count)
        yield pictures.Pictures(squares.images, tuple(squares.annotations))

    monkeypatch.setattr(pictures, "draw_pictures", instead)
    return asked


def test_a_model_of_ones_own_is_measured_on_every_split(
    drawn: list[tuple[int, int, int, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    options = ["--model", SPEAKER, "--pictures", "12", "--image-size", "32", "--out", str(out)]
    assert main(["evaluate", *options]) == 0
    table = capsys.readouterr().out
    assert "CIDEr-D, nested" in table
    assert f"Report: {out}/report.html" in table
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results["pictures"] == {"test": 12, "combo": 12, "nested": 12}
    assert results["model"] == SPEAKER
    # The pictures that the baseline learns from are not those that it is measured on.
    assert [(count, size, split) for count, size, _, split in drawn] == [
        (1000, 32, "train"),
        (12, 32, "test"),
        (12, 32, "combo"),
        (12, 32, "nested"),
    ]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collected") / "pictures"
    collect = "collect --kind perception --pictures 40 --image-size 32 --workers 0 --out"
    assert main([*collect.split(), str(folder)]) == 0
    return folder


def test_pictures_of_a_folder_are_taken_split_by_split(collected: Path, tmp_path: Path) -> None:
    options = f"--model {SPEAKER} --splits val,test --pictures 2 --out {tmp_path} --data"
    assert main(["evaluate", *options.split(), str(collected)]) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["pictures"] == {"val": 2, "test": 2}
    assert results["data"] == str(collected)


def predict(folder: Path, tmp_path: Path, predictions: list[dict[str, object]]) -> int:
    file = tmp_path / "predictions.json"
    file.write_text(json.dumps(predictions), encoding="utf-8")
    out = ["--out", str(tmp_path / "out"), "--splits", "val,test"]
    return main(["evaluate", "--predictions", str(file), "--data", str(folder), *out])


def test_answers_that_were_made_elsewhere_are_measured(collected: Path, tmp_path: Path) -> None:
    true = json.loads((collected / "annotations.json").read_text(encoding="utf-8"))["annotations"]
    answers = [
        {"question_id": each["question_id"], "answer": each["multiple_choice_answer"]}
        for each in true
    ]
    assert predict(collected, tmp_path, answers) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    whole = [s for s in results["scores"] if s["metric"] == "exact_match" and not s["kind"]]
    assert [score["model"]["value"] for score in whole] == [1.0, 1.0]
    assert whole[0]["wrong_pictures"] is None
    assert whole[0]["blind"]["value"] < 1


def test_captions_that_were_made_elsewhere_are_measured(collected: Path, tmp_path: Path) -> None:
    true = json.loads((collected / "captions.json").read_text(encoding="utf-8"))["annotations"]
    captions = {each["image_id"]: each["caption"] for each in true}
    said = [{"image_id": number, "caption": text} for number, text in captions.items()]
    assert predict(collected, tmp_path, said) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    (row,) = [s for s in results["scores"] if s["metric"] == "rouge_l" and s["split"] == "test"]
    assert row["model"]["value"] == 1.0


def test_predictions_that_do_not_cover_the_pictures_say_which_are_missing(
    collected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = json.loads((collected / "instances.json").read_text(encoding="utf-8"))["images"]
    asked = [image["id"] for image in images if image["split"] in ("val", "test")]
    said = [{"image_id": number, "caption": "a cube"} for number in asked]
    assert predict(collected, tmp_path, said[1:]) == 2
    assert f"lacks 1 of {len(asked)}: image_id {asked[0]}." in capsys.readouterr().err
    assert predict(collected, tmp_path, [*said, said[0]]) == 2
    assert f"record {len(asked) + 1}: the id {asked[0]} was in a record" in capsys.readouterr().err
    assert predict(collected, tmp_path, [{"image_id": 0}]) == 2
    assert "predictions.json record 1: 'caption' is missing" in capsys.readouterr().err
    assert predict(collected, tmp_path, []) == 2
    assert "must be a list of answers (question_id, answer)" in capsys.readouterr().err


def test_json_is_all_that_is_printed(
    drawn: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", SPEAKER, "--blind", SPEAKER, "--pictures", "8", "--splits", "test"]
    assert main(["evaluate", *options, "--json", "--out", str(tmp_path)]) == 0
    results = json.loads(capsys.readouterr().out)
    (row,) = [score for score in results["scores"] if score["metric"] == "rouge_l"]
    assert row["blind"] == row["model"]


def test_people_rate_and_are_summed_up(
    drawn: object,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = ["--model", SPEAKER, "--pictures", "8", "--splits", "test", "--out", str(tmp_path)]
    assert main(["evaluate", *options]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 6))
    rated = ["evaluate", "--human", str(tmp_path), "--rater", "ann", "--statements", "6"]
    assert main(rated) == 0
    assert len(Ratings(tmp_path).done) == 6
    capsys.readouterr()
    assert main(["evaluate", "--human", str(tmp_path)]) == 0
    assert "ann accepts 1.000 [" in capsys.readouterr().out
    assert main(["evaluate", "--human", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["agreement"] is None


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("", "Say what to do: --model MODEL, --predictions FILE, or --human FOLDER."),
        ("--model m --human f", "Say what to do: --model MODEL, --predictions FILE, or"),
        ("--predictions p", "--predictions needs the pictures that it is about: --data FOLDER"),
        ("--model m --rater ann", "--rater needs an evaluation to rate: --human FOLDER"),
        ("--model m --pictures 1", "pictures must be at least 2, got 1."),
        ("--model m --splits test,tset", "No split named 'tset'. Did you mean 'test'?"),
        (
            "--model nothing",
            "Cannot load the model 'nothing': it is no bundle and no finished run.",
        ),
        (f"--model {SPEAKER}s", "No model in the module tests.evaluation.perception.fakes named"),
        ("--model no.such:Model", "Cannot make the model 'no.such:Model': ModuleNotFoundError"),
        ("--model builtins:int", "The model int can do nothing that is measured: vqa"),
        ("--human nothing", "nothing holds no said.jsonl."),
    ],
)
def test_a_mistake_is_one_line(
    options: str,
    error: str,
    drawn: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", *options.split()]) == 2
    assert drawn == []
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith(f"vlsim: {error}")
