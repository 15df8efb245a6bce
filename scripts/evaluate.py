"""Measure what a model says of pictures: answers, boxes, captions, retrieval and next words.

Writes a report with pictures, results.json, and what was said, which people can rate: --human shows
it to a rater in the terminal, blind and shuffled. A rater may stop at any time; the same command
goes on from there, and sums up if it names no rater.

Examples:
  vlsim evaluate --model runs/vqa --out vqa
  vlsim evaluate --model runs/vqa --blind runs/vqa-blind --splits combo --pictures 1000
  vlsim evaluate --model my_package.models:Mine --data pictures
  vlsim evaluate --predictions answers.json --data pictures --splits test
  vlsim evaluate --human vqa --rater ann --statements 50
  vlsim evaluate --human vqa
"""

import json as json_format
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from vlsim.errors import InvalidValueError
from vlsim.progress import Progress
from vlsim.registry import split_names
from vlsim.scripts import checks
from vlsim.scripts.options import read_options
from vlsim.scripts.perceivers import load_perceiver
from vlsim.seeding import check_seed, derive

if TYPE_CHECKING:
    from vlsim.data.pictures import Pictures

TRAINING = 1000
"""Pictures whose texts the blind baseline learns from."""


@dataclass(frozen=True)
class EvaluateConfig:
    """What to measure."""

    model: str = ""
    """Model to measure: a run or bundle of `vlsim pretrain`, or package.module:Name."""
    predictions: Path | None = None
    """Results file to measure instead: a JSON list of question_id and answer (as VQAv2), or of
    image_id and caption (as COCO), about the pictures of --data."""
    blind: str = ""
    """Model that learned without pictures, to compare with; default: what is usual in training."""
    splits: str = "test,combo,nested"
    """Splits, comma-separated: train, val, test, combo (kinds and colours that never occur together
    in training), placement (places where nothing stands there), nested (nested expressions)."""
    data: Path | None = None
    """Folder of `vlsim collect --kind perception` to take pictures from; default: draw new ones."""
    pictures: int = 500
    """Pictures of each split at most."""
    image_size: int = 64
    """Side of the pictures that are drawn, pixels; a model scales them to its own."""
    seed: int = 0
    """Seed of the pictures that are drawn; none of them is one of `vlsim pretrain`."""
    out: Path = Path("evaluation")
    """Output folder for report.html, results.json, said.jsonl and pictures."""
    device: str = "cpu"
    """Torch device that a trained model runs on: cpu, cuda or cuda:0."""
    workers: int = field(default_factory=checks.usable_cores)
    """Worker processes that draw pictures. Results do not depend on it."""
    human: Path | None = None
    """Output folder of an evaluation, for people to rate instead."""
    rater: str = ""
    """With --human: who rates. Without a name, what was rated so far is summed up."""
    statements: int = 50
    """With --human: how many to rate, the same for all raters."""
    json: bool = False
    """Print results.json, or with --human the summary, on stdout and nothing else."""

    def __post_init__(self) -> None:
        """Refuse options that do not go together."""
        check_seed(self.seed)
        # A single picture has no other one to be exchanged with.
        for name, fewest in (("pictures", 2), ("statements", 1)):
            if (given := getattr(self, name)) < fewest:
                raise InvalidValueError(f"{name} must be at least {fewest}, got {given}.")
        if self.predictions and self.data is None:
            raise InvalidValueError(
                "--predictions needs the pictures that it is about: --data FOLDER"
            )
        if self.rater and self.human is None:
            raise InvalidValueError("--rater needs an evaluation to rate: --human FOLDER")


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim evaluate`."""
    config = read_options(EvaluateConfig, argv, "vlsim evaluate", __doc__)
    if [bool(config.model), bool(config.predictions), bool(config.human)].count(True) != 1:
        raise InvalidValueError(
            "Say what to do: --model MODEL, --predictions FILE, or --human FOLDER."
        )
    if config.human is None:
        evaluate(config)
    else:
        ask_people(config.human, config)


def evaluate(config: EvaluateConfig) -> None:
    """Measure a model and print its table."""
    from vlsim.data.picture_reader import read_ids
    from vlsim.data.splits import SPLITS
    from vlsim.files import make_folder
    from vlsim.interface.cameras import check_image_size

    names = split_names(config.splits, "split")
    for name in names:
        _ = SPLITS[name]
    check_image_size(config.image_size)
    make_folder(config.out)

    # These import much, so mistakes in the options are found before.
    from vlsim.evaluation.perception import Blind, evaluate_model, tasks_of, write_evaluation
    from vlsim.evaluation.perception.predictions import read_predictions
    from vlsim.evaluation.perception.table import results_table

    model = load_perceiver(config.model, config.device) if config.model else None
    if model is not None:
        tasks_of(model)
    if config.blind:
        blind = load_perceiver(config.blind, config.device)
    else:
        blind = Blind(pictures_of(config, "train", TRAINING).annotations)
    splits = {name: pictures_of(config, name, config.pictures) for name in names}
    if config.predictions is not None and config.data is not None:
        ids = {name: read_ids(config.data, name, len(splits[name])) for name in names}
        model = read_predictions(config.predictions, splits, ids)
    drawn = f"drawn, {config.image_size} pixels, seed {config.seed}"
    results = write_evaluation(
        config.out,
        evaluate_model(model, splits, blind, exchange=config.predictions is None),
        splits,
        model=config.model or str(config.predictions),
        data=drawn if config.data is None else str(config.data),
        device=config.device,
    )
    if config.json:
        print(json_format.dumps(results, indent=2))
    else:
        console = Console()
        console.print(results_table(results), soft_wrap=True, highlight=False)
        console.print(f"Report: {config.out / 'report.html'}", soft_wrap=True, highlight=False)


def pictures_of(config: EvaluateConfig, split: str, count: int) -> "Pictures":
    """Return up to `count` pictures of a split, from the folder or drawn anew."""
    from vlsim.data.picture_reader import read_pictures
    from vlsim.data.pictures import Pictures, draw_pictures

    if config.data is None:
        # Models learn from the seed itself.
        seed = derive(config.seed, "evaluation")
        found = draw_pictures(count, config.image_size, seed, config.workers, split)
    else:
        found = read_pictures(config.data, split)
    parts, left = [], count
    with Progress(f"Pictures, {split}", count, "pictures") as progress:
        for part in found:
            parts.append(part.part(slice(left)))
            left -= len(parts[-1])
            progress.advance(len(parts[-1]))
            if not left:
                break
    return Pictures.joined(parts)


def ask_people(folder: Path, config: EvaluateConfig) -> None:
    """Let one rater judge, or sum up what all raters said."""
    from vlsim.evaluation.perception.rating import Ratings
    from vlsim.scripts.rate import rate, summary_lines

    if config.rater:
        rate(folder, config.rater, config.statements, Console())
        return
    summary = Ratings(folder).summary()
    if config.json:
        print(json_format.dumps(summary, indent=2))
    else:
        print("\n".join(summary_lines(summary)))


if __name__ == "__main__":
    main()
