"""`vlsim ask` prints what was understood and draws what was seen."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.interpretation.test_interpret import MODEL
from tests.interpretation.truthful import Knowing
from vlsim.envs import make_env
from vlsim.scripts.__main__ import main
from vlsim.video.frames import write_picture


def knowing() -> Knowing:
    return Knowing(MODEL.things)


ME = ["--model", f"{__name__}:knowing"]


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "picture.png"
    write_picture(np.full((64, 96, 3), 200, np.uint8), path)
    return str(path)


def test_a_command_is_explained(picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", picture, "lift the red cube", *ME]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Seen: small red cube 0.90, small green cube 0.90, large blue bowl 0.90, small yellow "
        "drawer 0.90",
        "Caption: a red cube is left of a bowl",
        "Understood: lift the red cube",
        "  target: the red cube -> small red cube at [-0.47, -0.26, -0.37, -0.16], 0.90",
        "Plan: lift the small red cube",
    ]


def test_a_question_is_answered_and_unknown_words_get_proposals(
    picture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", picture, "how many cubes are there", *ME]) == 0
    assert "Answer: two (0.70)" in capsys.readouterr().out
    assert main(["ask", picture, "juggle the red cube", *ME]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-4] == "Did you mean one of these?" and all(len(line) > 3 for line in out[-3:])


def test_json_and_boxes(picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "seen.png"
    assert main(["ask", picture, "lift the red cube", *ME, "--json", "--out", str(out)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["meaning"] == "lift the red cube" and len(data["things"]) == 4
    assert out.is_file()


def test_the_model_that_comes_with_vlsim_understands_a_picture_of_the_simulator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env = make_env("tabletop", "primitive", image_size=96)
    try:
        write_picture(env.reset(seed=3)[0]["image"], tmp_path / "seen.png")
    finally:
        env.close()
    asked = ["ask", str(tmp_path / "seen.png")]
    assert main([*asked, "put the yellow ball next to the red cylinder"]) == 0
    out = capsys.readouterr().out
    assert "target: the yellow ball -> small yellow ball" in out
    assert "place: the red cylinder -> small red cylinder" in out
    assert main([*asked, "how many balls are there"]) == 0
    assert "Answer: two" in capsys.readouterr().out
    assert main([*asked, "lift the ball", "--model", "zoo:vqa"]) == 2
    assert "No model in the zoo named 'vqa'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.png", "lift the cube", *ME], "There is no file nowhere.png"),
        (["PICTURE", "", *ME], "The instruction is empty"),
        (["PICTURE", "lift it", "--model", "nowhere"], "it is no bundle and no finished run"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], words: str, picture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", *(picture if a == "PICTURE" else a for a in arguments)]) == 2
    error = capsys.readouterr().err.strip()
    assert words in error and "\n" not in error
