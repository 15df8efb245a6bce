"""How fast pictures with all their texts are drawn, and how well questions are answered blind.

Pictures are counted per CPU second, which is what one free core gives; what drawing, texts and
compression take of it is measured alone. Blind means without pictures: the most frequent answer to
the same question in other pictures, or what a linear classifier of the words and pairs of words
learned there. No kind of question may be answered so more often than 0.55, and two folders of the
same seed must hold the same bytes, whatever the number of workers.

    python -m benchmarks.pictures --keep
"""

import argparse
import filecmp
import os
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.result_file import keep_result
from vlsim.annotations import Annotation, Question
from vlsim.data.picture_folder import PictureFolder, PictureRequest
from vlsim.data.pictures import draw_pictures

LIMIT = 0.55
SEED, SIDE = 0, 128
WANTED, CORES, MINUTES = 50_000, 2, 10.0
EPOCHS = 60


def main() -> None:
    """Measure, print, and keep the numbers if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--asked", type=int, default=4000, help="pictures for the blind answers")
    parser.add_argument("--keep", action="store_true", help="write the results file")
    options = parser.parse_args()
    results = {
        "speed": [measure(options.pictures, suffix) for suffix in ("png", "jpeg")],
        "same_bytes": same_bytes(options.pictures),
        "blind": blind(options.asked),
    }
    for row in (*results["speed"], *results["blind"]):
        print(row)
    print("same bytes:", results["same_bytes"])
    if options.keep:
        keep_result("pictures", results)
    assert results["same_bytes"]
    assert all(row["words"] <= LIMIT for row in results["blind"]), "some kind is answered blind"


def measure(count: int, suffix: Any) -> dict[str, Any]:  # noqa: ANN401 (a suffix of pictures)
    """Return CPU milliseconds of a picture, everything and files included, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        began, wall = cpu_seconds(), time.monotonic()
        list(PictureFolder(Path(folder), PictureRequest(count, SIDE, SEED, suffix, "")).fill(0))
        took, wall = cpu_seconds() - began, time.monotonic() - wall
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    rate = count / took
    return {
        "format": suffix,
        "pictures": count,
        "image_size": SIDE,
        "cpu_ms": 1000 * took / count,
        "per_cpu_second": rate,
        "wall_per_second": count / wall,
        "minutes_for_wanted": WANTED / rate / CORES / 60,
        "wanted": WANTED,
        "kilobytes": size / count / 1000,
        "load": os.getloadavg()[0],
    }


def cpu_seconds() -> float:
    """Return what this process and its children have computed."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def same_bytes(count: int) -> bool:
    """Whether two folders, one by one process and one by two, hold the same bytes."""
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place) / str(workers) for workers in (0, 2)]
        for folder, workers in zip(folders, (0, 2), strict=True):
            request = PictureRequest(count, SIDE, SEED, "png", "")
            list(PictureFolder(folder, request).fill(workers))
        names = [str(p.relative_to(folders[0])) for p in folders[0].rglob("*") if p.is_file()]
        same, _, _ = filecmp.cmpfiles(*map(str, folders), names, shallow=False)
        return sorted(same) == sorted(names)


def blind(count: int) -> list[dict[str, Any]]:
    """Return for each kind of question how often it is answered without pictures."""
    said: list[Annotation] = []
    for part in draw_pictures(count, 64, SEED + 1, workers=1):
        said += part.annotations
    half = len(said) // 2
    known = [question for one in said[:half] for question in one.questions]
    asked = [question for one in said[half:] for question in one.questions]
    rows = []
    for kind in sorted({question.kind for question in asked}):
        learned = [question for question in known if question.kind == kind]
        tested = [question for question in asked if question.kind == kind]
        rows.append(
            {
                "kind": kind,
                "n": len(tested),
                "most_frequent": _most_frequent(learned, tested),
                "words": _by_words(learned, tested),
            }
        )
    return rows


def _most_frequent(learned: Sequence[Question], tested: Sequence[Question]) -> float:
    """Return the share of right answers of who says the answer that the question had most often."""
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    every: Counter[str] = Counter()
    for question in learned:
        answers[question.text][question.answer] += 1
        every[question.answer] += 1
    usual = every.most_common(1)[0][0]
    said = [answers[q.text].most_common(1)[0][0] if q.text in answers else usual for q in tested]
    return float(np.mean([s == q.answer for s, q in zip(said, tested, strict=True)]))


def _by_words(learned: Sequence[Question], tested: Sequence[Question]) -> float:
    """Return the share of right answers of a linear classifier of words and pairs of words."""
    parts = [_parts(question.text) for question in learned]
    columns = {part: n for n, part in enumerate(sorted({p for one in parts for p in one}))}
    answers = sorted({question.answer for question in (*learned, *tested)})

    def rows(questions: Sequence[Question]) -> torch.Tensor:
        matrix = torch.zeros(len(questions), len(columns))
        for row, question in zip(matrix, questions, strict=True):
            row[[columns[part] for part in _parts(question.text) if part in columns]] = 1.0
        return matrix

    torch.manual_seed(0)
    x, y = rows(learned), torch.tensor([answers.index(q.answer) for q in learned])
    layer = torch.nn.Linear(len(columns), len(answers))
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.03, weight_decay=0.3)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(layer(x), y).backward()
        optimizer.step()
    truth = torch.tensor([answers.index(q.answer) for q in tested])
    return float((layer(rows(tested)).argmax(1) == truth).float().mean())


def _parts(text: str) -> set[str]:
    words = text.split()
    return {*words, *map(" ".join, pairwise(words))}


if __name__ == "__main__":
    main()
