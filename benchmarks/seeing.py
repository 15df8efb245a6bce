"""What models answer and find in pictures that they never saw, with intervals.

    vlsim pretrain vqa && python -m benchmarks.seeing runs/vqa

Keeps `benchmarks/results/seeing.json`; runs that were measured before stay in it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from benchmarks.result_file import RESULTS, keep_result
from vlsim.agents.load import find_model
from vlsim.data.pictures import Pictures, draw_pictures
from vlsim.deploy.model_bundle import load_model
from vlsim.interface.perceiver import Answering, Locating
from vlsim.metrics.base import Estimate
from vlsim.metrics.intervals import wilson
from vlsim.metrics.places import ENOUGH, overlap
from vlsim.parallel.threads import one_thread_here
from vlsim.runs import read_metrics

SEED = 990_000
"""Of the pictures; training draws its own from other seeds."""
Counts = dict[str, list[bool]]
"""Whether each text of a group was understood."""


@dataclass(frozen=True)
class SeeingConfig:
    """What is measured."""

    runs: tyro.conf.Positional[tuple[str, ...]]
    """Runs of `vlsim pretrain`."""
    pictures: int = 600
    """Pictures of each split."""
    splits: tuple[str, ...] = ("test", "combo", "nested")
    """Splits of pictures (`vlsim.data.splits`); training draws from none of them."""
    workers: int = 1
    """Processes that draw pictures."""


def answered(model: Answering, pictures: Pictures) -> Counts:
    """Return whether each question was answered exactly, in all and by kind of question."""
    right: Counts = defaultdict(list)
    for turn in range(max(len(a.questions) for a in pictures.annotations)):
        rows = [i for i, a in enumerate(pictures.annotations) if turn < len(a.questions)]
        asked = [pictures.annotations[i].questions[turn] for i in rows]
        answers = model.answer(pictures.images[rows], [question.text for question in asked])
        for question, answer in zip(asked, answers, strict=True):
            for group in ("answers", f"answers: {question.kind}"):
                right[group].append(answer.text == question.answer)
    return right


def located(model: Locating, pictures: Pictures) -> Counts:
    """Return whether the box for each expression has an IoU of 0.5 or more."""
    right: Counts = defaultdict(list)
    for turn in range(max(len(a.expressions) for a in pictures.annotations)):
        rows = [i for i, a in enumerate(pictures.annotations) if turn < len(a.expressions)]
        named = [pictures.annotations[i].expressions[turn] for i in rows]
        places = model.locate(pictures.images[rows], [expression.text for expression in named])
        for i, expression, place in zip(rows, named, places, strict=True):
            true = pictures.annotations[i].things[expression.thing].box
            if true is None:
                continue
            is_right = overlap(place.box, true) >= ENOUGH
            right["boxes"].append(is_right)
    return right


def measure(run: str, shown: dict[str, Pictures]) -> dict[str, Any]:
    """Return what a run's model reaches, and what it took."""
    model = load_model(find_model(run))
    numbers: dict[str, dict[str, Estimate]] = {}
    for split, pictures in shown.items():
        right: Counts = {}
        if isinstance(model, Answering):
            right |= answered(model, pictures)
        if isinstance(model, Locating):
            right |= located(model, pictures)
        numbers[split] = {name: wilson(sum(each), len(each)) for name, each in right.items()}
    last = {line["stage"]: line["seconds"] for line in read_metrics(Path(run))}
    config = json.loads((Path(run) / "config.json").read_text(encoding="utf-8"))
    return {
        "config": config,
        "minutes": sum(last.values()) / 60,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "numbers": {
            split: {name: estimate.to_json() for name, estimate in sorted(of_split.items())}
            for split, of_split in numbers.items()
        },
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the results."""
    config = tyro.cli(SeeingConfig, args=argv, description=__doc__)
    path = RESULTS / "seeing.json"
    kept = json.loads(path.read_text(encoding="utf-8"))["results"] if path.is_file() else {}
    shown: dict[tuple[str, int], Pictures] = {}
    for run in config.runs:
        side = load_model(find_model(run)).backbone.config.image_size
        for split in config.splits:
            if (split, side) not in shown:
                parts = draw_pictures(config.pictures, side, SEED, config.workers, split)
                shown[split, side] = Pictures.joined(list(parts))
        name = Path(run).name
        with one_thread_here():
            kept[name] = measure(run, {split: shown[split, side] for split in config.splits})
        for split, numbers in kept[name]["numbers"].items():
            for what, estimate in numbers.items():
                print(f"{name} {split} {what}: {Estimate(**estimate)}")
    keep_result("seeing", kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
