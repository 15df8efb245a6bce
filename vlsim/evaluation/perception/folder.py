"""The folder of an evaluation: results, report, and what was said, for people to rate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vlsim.evaluation.perception.evaluate import SCHEMA_VERSION, Evaluation
from vlsim.evaluation.perception.report import render_report
from vlsim.evaluation.perception.task import Pictures
from vlsim.files import atomic_write, make_folder, write_json, write_json_lines
from vlsim.runs import provenance
from vlsim.video.frames import write_picture

RESULTS, REPORT, SAID, PICTURES = "results.json", "report.html", "said.jsonl", "pictures"
RATED = 100
"""Questions, and captions, of each split whose pictures are kept for people to rate."""


def write_evaluation(
    out: Path,
    evaluation: Evaluation,
    splits: Mapping[str, Pictures],
    *,
    model: str,
    data: str,
    device: str = "cpu",
) -> dict[str, Any]:
    """Write `results.json`, `report.html`, `said.jsonl` and `pictures/`.

    Args:
        out: Folder; made if it is not there.
        evaluation: What was measured.
        splits: The pictures that the model was asked about.
        model: What it was called on the command line.
        data: Where the pictures came from.
        device: Where the model ran.

    Returns:
        What stands in `results.json`.
    """
    results = {
        "schema_version": SCHEMA_VERSION,
        "model": model,
        "data": data,
        "pictures": {split: len(pictures.annotations) for split, pictures in splits.items()},
        "scores": evaluation.scores,
        "confusion": evaluation.confusion,
        "provenance": provenance(device=device),
    }
    make_folder(out)
    _write_said(out, evaluation, splits)
    report = render_report(results, evaluation, splits)
    with atomic_write(out / REPORT) as temporary:
        temporary.write_text(report, encoding="utf-8")
    write_json(out / RESULTS, results)
    return results


def _write_said(out: Path, evaluation: Evaluation, splits: Mapping[str, Pictures]) -> None:
    """Write the first answers and captions with what is true, and the pictures they are about."""
    make_folder(out / PICTURES)
    lines = []
    for key, asked in evaluation.asked.items():
        if key.task not in ("vqa", "captions"):
            continue
        for each in asked[:RATED]:
            name = f"{PICTURES}/{key.split}_{each.picture:06d}.png"
            if not (out / name).exists():
                write_picture(splits[key.split].images[each.picture], out / name)
            truth, _, _ = each.truth.partition("\n")
            lines.append(
                {
                    **key._asdict(),
                    "picture": name,
                    "kind": each.kind,
                    "prompt": each.prompt,
                    "said": each.said,
                    "truth": truth,
                }
            )
    write_json_lines(out / SAID, lines)
