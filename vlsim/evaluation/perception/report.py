"""What was measured as one HTML file: tables, and pictures with what was said of them."""

import base64
import io
import shlex
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any

from PIL import Image

from vlsim.evaluation import words
from vlsim.evaluation.perception.evaluate import FEW_ANSWERS, MOST_ANSWERS, Evaluation, Key
from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, title
from vlsim.interface.perceiver import Pixels
from vlsim.video import frames

SIDE = 192
"""Of a picture in the report, pixels."""
CAPTIONS, SEARCHES = 6, 4
"""Pictures with captions, and lists of nearest neighbours, of each split."""
BOUNDED = frozenset(
    (
        "exact_match",
        "vqa_accuracy",
        "box_accuracy",
        "grounding_accuracy",
        "accuracy",
        "facts_f",
        "facts_f_best",
        "rouge_l",
    )
)
"""Metrics with a bar from 0 to 1, beside the recalls, BLEU and METEOR."""
LOWER = frozenset(("calibration_error", "perplexity", "median_rank"))
"""Metrics of which less is better."""
DEFINITIONS = {
    "model": "What was measured.",
    "blind": "What is usual in training: the most frequent answer to the same words, the mean box, "
    "the most frequent caption, how probable each word is after the one before. A model that is no "
    "better does not look.",
    "wrong pictures": "The same model and the same words, each with the picture of another scene.",
    "bound": "Of next words: what they cost whoever knows the scene and the grammar.",
    "interval": "95 %, in brackets: Wilson for shares, Student's t for means, bootstrap for BLEU, "
    "perplexity and calibration, order statistics for medians.",
    "↓": "Less is better.",
    "n": "Questions, expressions, captions, queries or sentences.",
}


def render_report(
    results: Mapping[str, Any], evaluation: Evaluation, splits: Mapping[str, Pictures]
) -> str:
    """Return the report. It carries its pictures itself and asks the network for nothing."""
    # jinja2 takes a tenth of a second to import.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    here = files("vlsim.evaluation")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "estimate": words.estimate,
        "title": title,
    }
    template = environment.from_string(
        here.joinpath("perception", "report.html").read_text(encoding="utf-8")
    )
    style = (
        here.joinpath("report.css").read_text(encoding="utf-8"),
        here.joinpath("perception", "report.css").read_text(encoding="utf-8"),
    )
    return template.render(
        results=results,
        style=Markup("\n".join(style)),
        tables=list(_tables(results["scores"])),
        by_kind=list(_by_kind(results["scores"])),
        galleries=list(_galleries(evaluation, splits)),
        searches=list(_searches(evaluation, splits)),
        captions=list(_captions(evaluation, splits)),
        few=FEW_ANSWERS,
        most=MOST_ANSWERS,
        definitions=DEFINITIONS,
        lower=LOWER,
        provenance=_provenance(results),
    )


def _provenance(results: Mapping[str, Any]) -> dict[str, str]:
    origin = results["provenance"]
    changes = " with uncommitted changes" if origin["uncommitted_changes"] else ""
    packages = origin["packages"]
    return {
        "pictures": results["data"],
        "revision": f"{origin['revision']}{changes}",
        "command": shlex.join(["vlsim", "evaluate", *origin["argv"][1:]]),
        "machine": f"{origin['platform']}, {origin['cpu_count']} cores, {origin['device']}",
        "python": origin["python"],
        "packages": ", ".join(f"{name} {version}" for name, version in packages.items()),
    }


def _tables(scores: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, str, list[dict[str, Any]]]]:
    """Yield name, description and rows of each task."""
    whole = [score for score in scores if not score["kind"]]
    for name, rows in groupby(whole, key=lambda score: str(score["task"])):
        yield name, TASKS[name].description, [_with_bar(row) for row in rows]


def _by_kind(
    scores: Sequence[Mapping[str, Any]],
) -> Iterable[tuple[str, str, list[dict[str, Any]]]]:
    """Yield task, metric and rows of what was asked in several kinds, by the first metric."""
    kinds = [score for score in scores if score["kind"]]
    for name, rows in groupby(kinds, key=lambda score: str(score["task"])):
        metric = next(iter(TASKS[name].metrics))
        of_metric = [_with_bar(row) for row in rows if row["metric"] == metric]
        # The splits of a kind stand below each other.
        yield name, metric, sorted(of_metric, key=lambda row: str(row["kind"]))


def _with_bar(row: Mapping[str, Any]) -> dict[str, Any]:
    name = row["metric"]
    has_bar = name in BOUNDED or name.startswith(("recall", "bleu", "meteor"))
    estimate = row["model"]
    ends = (estimate["low"], estimate["high"]) if estimate["low"] is not None else (0, 1)
    return {**row, "bar": [max(0, ends[0]), min(1, ends[1])] if has_bar else None}


def _galleries(
    evaluation: Evaluation, splits: Mapping[str, Pictures]
) -> Iterable[tuple[Key, list[dict[str, Any]]]]:
    """Yield the first right and the first wrong thing of each kind, of each task that has them."""
    for key, asked in evaluation.asked.items():
        if key.task == "retrieval":
            continue
        first: dict[tuple[str, bool], Asked] = {}
        for each in asked:
            if each.is_right is not None:
                first.setdefault((each.kind, each.is_right), each)
        if first:
            images = splits[key.split].images
            yield key, [_figure(images, first[mark]) for mark in sorted(first)]


def _figure(images: Pixels, asked: Asked) -> dict[str, Any]:
    picture = frames.scale(images[asked.picture], SIDE)
    boxes = []
    if asked.place is not None:
        if asked.place.attention is not None:
            picture = frames.heatmap_overlay(picture, asked.place.attention)
        boxes = [("given", asked.place.box), ("true", asked.true_box)]
    return {
        "source": _data(picture),
        "boxes": boxes,
        "kind": asked.kind,
        "prompt": asked.prompt,
        "said": asked.said,
        "truth": asked.truth,
        "is_right": asked.is_right,
    }


def _captions(
    evaluation: Evaluation, splits: Mapping[str, Pictures]
) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Yield the first pictures of each split with their captions and references."""
    for key, asked in evaluation.asked.items():
        if key.task == "captions":
            images = splits[key.split].images
            yield (
                key.split,
                [
                    {
                        "source": _data(frames.scale(images[each.picture], SIDE)),
                        "said": each.said,
                        "references": each.truth.split("\n"),
                    }
                    for each in asked[:CAPTIONS]
                ],
            )


def _searches(
    evaluation: Evaluation, splits: Mapping[str, Pictures]
) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Yield the first sentences of each split with the pictures that were found for them."""
    for key, asked in evaluation.asked.items():
        if key.task == "retrieval":
            images = splits[key.split].images
            found = [each for each in asked if each.kind == "sentence to picture"][:SEARCHES]
            yield (
                key.split,
                [
                    {
                        "prompt": each.prompt,
                        "rank": each.observation.rank,
                        "pictures": [
                            (_data(frames.scale(images[i], SIDE)), i == each.picture)
                            for i in each.ranking
                        ],
                    }
                    for each in found
                ],
            )


def _data(picture: frames.Frame) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
