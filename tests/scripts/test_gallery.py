"""The gallery shows every task with sentences of different goals, the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vlsim.envs.task import Task
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scripts import gallery
from vlsim.scripts.gallery import WIDTH, card, examples, make_gallery, scene_picture, sheet
from vlsim.scripts.list import main


@pytest.mark.parametrize("name", TASKS)
def test_three_sentences_of_different_goals_and_variants(name: str) -> None:
    task = TASKS[name]
    found = examples(task)
    assert len({example.text for example in found}) == 3
    scenarios = [draw_scenario(task.scenario, "seen", example.seed) for example in found]
    assert [scenario.instruction for scenario in scenarios] == [example.text for example in found]
    goals = [scenario.goal for scenario in scenarios]
    asked = {(goal.name, *(atom.name for atom in goal.atoms)) for goal in goals}
    assert len(asked) == min(3, len(task.scenario.goals))


def test_a_goal_with_variants_shows_several() -> None:
    found = [
        draw_scenario(TASKS["arrange"].scenario, "seen", e.seed) for e in examples(TASKS["arrange"])
    ]
    assert len({scenario.goal.to_json()["relation"] for scenario in found}) == 3


def test_the_picture_is_the_scene_without_words_and_comes_again() -> None:
    first = scene_picture(TASKS["drawer"], seed=3, width=240)
    assert first.shape == (195, 240, 3)
    np.testing.assert_array_equal(first, scene_picture(TASKS["drawer"], seed=3, width=240))
    assert (first != scene_picture(TASKS["drawer"], seed=4, width=240)).any()
    # The table, not the dark bar of the words, is at the bottom.
    assert first[-1].mean() > 120


def test_a_long_sentence_makes_no_endless_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "scene_picture", lambda task, seed: np.zeros((8, 8, 3), np.uint8))

    def height(words: int) -> int:
        said = [gallery.Example(0, "word " * words)]
        monkeypatch.setattr(gallery, "examples", lambda task: said)
        return card(TASKS["reach"]).height

    assert height(1) < height(60) == height(200)


def test_a_sheet_has_room_for_every_card() -> None:
    cards = [Image.new("RGB", (WIDTH, 100 + i), (i, 0, 0)) for i in range(5)]
    found = sheet(cards)
    colors = {color for _, color in found.getcolors(1 << 24) or []}
    assert {(i, 0, 0) for i in range(5)} <= colors
    assert sheet(cards[:1]).width < sheet(cards[:2]).width < sheet(cards[:4]).width == found.width


def test_the_folder_gets_one_picture_of_all_and_one_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[list[Task]] = []

    def few(tasks: list[Task], out: Path) -> list[Path]:
        made.append(tasks)
        return make_gallery(tasks[:2], out)

    monkeypatch.setattr(gallery, "make_gallery", few)
    (tmp_path / "notes.txt").write_text("mine")
    main(["tasks", "--gallery", str(tmp_path), "--json"])
    assert [task.name for task in made[0]] == list(TASKS)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["notes.txt", "push.png", "reach.png", "tasks.png"]
    printed = capsys.readouterr()
    assert list(json.loads(printed.out)) == ["tasks"]
    assert f"Gallery: {tmp_path / 'tasks.png'}" in printed.err
    before = (tmp_path / "tasks.png").read_bytes()
    main(["tasks", "--gallery", str(tmp_path)])
    assert (tmp_path / "tasks.png").read_bytes() == before


@pytest.mark.parametrize("what", [[], ["robots"]])
def test_only_tasks_have_a_gallery(what: list[str], tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="vlsim list tasks --gallery FOLDER"):
        main([*what, "--gallery", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
