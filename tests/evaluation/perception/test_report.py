"""The report of an evaluation is one valid page that fetches nothing, with pictures in it."""

import json
import re
from pathlib import Path

import pytest

from tests.evaluation.perception.fakes import Knower, draw
from tests.evaluation.test_report import EVIL, Checker
from vlsim.evaluation.perception import Blind, evaluate_model
from vlsim.evaluation.perception.folder import write_evaluation


class WithPictures(Checker):
    void = frozenset({"meta", "img"})


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation") / "out"
    splits = {"seen": draw(40), "combo": draw(12, seed=2)}
    model = Knower(*splits.values())
    evaluation = evaluate_model(model, splits, Blind(draw(60, seed=1).annotations))
    write_evaluation(folder, evaluation, splits, model=EVIL, data="fakes")
    return folder


def test_the_page_is_sound_and_carries_everything_itself(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    checker = WithPictures()
    checker.feed(page)
    assert checker.open == []
    assert "script" not in checker.tags
    assert checker.links
    assert all(link.startswith("data:image/png;base64,") for link in checker.links)
    assert EVIL not in page


@pytest.mark.parametrize(
    "what",
    [
        "vqa: a picture and a question to an answer",
        "Which answer instead of which",
        "White: the model&#39;s box",
        "Captions, combo",
        "Nearest neighbours, seen",
        "hard negatives",
        "decided by the picture, seen",
    ],
)
def test_the_page_has_every_part(out: Path, what: str) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert what in page or what in page.replace("'", "&#39;")


def test_a_box_is_drawn_where_the_thing_is(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    boxes = re.findall(r'<rect class="(\w+)" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)"', page)
    assert {name for name, *_ in boxes} == {"given", "true"}
    (u0, v0, u1, _) = draw(1).annotations[0].things[0].box or (0, 0, 0, 0)
    assert ("true", str(u0), str(v0), str(u1 - u0)) in boxes


def test_results_and_what_was_said_stand_beside_it(out: Path) -> None:
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results["pictures"] == {"seen": 40, "combo": 12}
    first = results["scores"][0]
    assert (first["task"], first["metric"]) == ("vqa", "exact_match")
    estimates = {"model", "blind", "wrong_pictures", "bound"}
    assert set(first) == {"task", "split", "kind", "metric", *estimates}
    said = [json.loads(line) for line in (out / "said.jsonl").read_text().splitlines()]
    assert {line["task"] for line in said} == {"vqa", "captions"}
    assert all((out / line["picture"]).is_file() for line in said)
