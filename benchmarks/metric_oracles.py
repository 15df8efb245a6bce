"""Whether our metrics give the numbers of the packages that people know them from.

    pip install pycocoevalcap sacrebleu torchmetrics krippendorff
    python -m benchmarks.metric_oracles

Keeps `benchmarks/results/metric_oracles.json`. These packages are large, so the tests compare with
numbers that they gave once; this script compares with the packages themselves. METEOR 1.5 and the
tokenizer of Stanford need Java.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.result_file import keep_result
from vlsim.metrics.captions import Bleu, Described, cider_d_scores, rouge_l_score
from vlsim.metrics.captions.base import tokens
from vlsim.metrics.captions.java import meteor_1_5
from vlsim.metrics.ratings import Rated, krippendorff_alpha
from vlsim.metrics.retrieval import RecallAt, mean_reciprocal_rank, rank
from vlsim.seeding import stream

PICTURES, REFERENCES = 500, 5
QUERIES, CANDIDATES = 1000, 50
UNITS, RATERS = 200, 4
NOUNS = ("cube", "ball", "can", "bowl", "mat", "robot's hand", "star", "drawer")
COLORS = ("red", "green", "blue", "yellow", "small red", "large")
PLACES = ("left of", "behind", "in", "next to", "on")
ENDS = (".", "", "!", ", and nothing else.", "; it isn't moving.")
PUBLISHED = [
    Described(
        "a man is speaking",
        (
            "a man speaks.",
            "someone speaks.",
            "a man is speaking while a bird is chirping in the background",
        ),
    ),
    Described("rain falls", ("rain is falling hard on a surface",)),
]
"""Captions of the README of aac-metrics."""
TOLERANCE = 1e-6


def captions(pictures: int) -> list[Described]:
    """Return captions of scenes that were never drawn, with references that are like them."""
    rng = stream(0, "captions")

    def sentence() -> str:
        one, other = rng.choice(NOUNS, 2), rng.choice(COLORS, 2)
        where, end = rng.choice(PLACES), rng.choice(ENDS)
        return f"The {other[0]} {one[0]} is {where} a {other[1]} {one[1]}{end}"

    return [
        Described(sentence(), tuple(sentence() for _ in range(REFERENCES))) for _ in range(pictures)
    ]


def row(what: str, package: str, n: int, ours: Any, theirs: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return how far our numbers are from those of a package."""
    difference = float(np.abs(np.asarray(ours) - np.asarray(theirs)).max())
    return {
        "metric": what,
        "package": f"{package} {version(package)}",
        "n": n,
        "value": float(np.mean(theirs)),
        "largest_difference": difference,
    }


def coco_rows(described: Sequence[Described], name: str) -> Iterator[dict[str, Any]]:
    """Yield caption metrics beside pycocoevalcap, on words as Stanford's tokenizer cuts them."""
    from pycocoevalcap.bleu.bleu import Bleu as CocoBleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    tokenizer, n = PTBTokenizer(), len(described)
    references = tokenizer.tokenize(
        {i: [{"caption": text} for text in d.references] for i, d in enumerate(described)}
    )
    said = tokenizer.tokenize({i: [{"caption": d.caption}] for i, d in enumerate(described)})
    cut = {i: [" ".join(tokens(d.caption))] for i, d in enumerate(described)}
    package = "pycocoevalcap"
    yield row(f"words of a caption, {name}", package, n, [float(cut != said)], [0.0])
    bleu, _ = CocoBleu(4).compute_score(references, said, verbose=0)
    ours = [Bleu(order)(described).value for order in range(1, 5)]
    yield from (row(f"bleu_{i + 1}, {name}", package, n, ours[i], bleu[i]) for i in range(4))
    _, cider = Cider().compute_score(references, said)
    yield row(f"cider_d, {name}", package, n, cider_d_scores(described), cider)
    _, rouge = Rouge().compute_score(references, said)
    yield row(f"rouge_l, {name}", package, n, [rouge_l_score(d) for d in described], rouge)


def sacrebleu_row(described: Sequence[Described]) -> dict[str, Any]:
    """Return BLEU beside sacrebleu, on the same words."""
    import sacrebleu

    references = [[" ".join(tokens(d.references[i])) for d in described] for i in range(REFERENCES)]
    theirs = sacrebleu.corpus_bleu(
        [" ".join(tokens(d.caption)) for d in described],
        references,
        tokenize="none",
        smooth_method="none",
    )
    return row("bleu_4", "sacrebleu", len(described), Bleu(4)(described).value, theirs.score / 100)


def retrieval_rows() -> Iterator[dict[str, Any]]:
    """Yield ranks beside torchmetrics; several candidates are right, and no scores are equal."""
    import torch
    from torchmetrics.retrieval import RetrievalHitRate, RetrievalMRR

    rng = stream(0, "retrieval")
    scores = rng.random((QUERIES, CANDIDATES))
    right = rng.random((QUERIES, CANDIDATES)) < 0.05
    right[:, 0] |= ~right.any(1)
    ranked = rank(scores, right)
    query = torch.arange(QUERIES).repeat_interleave(CANDIDATES)
    given = torch.tensor(scores, dtype=torch.float64).flatten(), torch.tensor(right).flatten()
    ours = mean_reciprocal_rank(ranked).value
    theirs = float(RetrievalMRR()(*given, indexes=query))
    yield row("mean_reciprocal_rank", "torchmetrics", QUERIES, ours, theirs)
    for k in (1, 5, 10):
        theirs = float(RetrievalHitRate(top_k=k)(*given, indexes=query))
        yield row(f"recall_at_{k}", "torchmetrics", QUERIES, RecallAt(k)(ranked).value, theirs)


def rating_rows() -> Iterator[dict[str, Any]]:
    """Yield Krippendorff's alpha beside the package of that name; raters missed a third."""
    import krippendorff

    rng = stream(0, "ratings")
    table = np.clip(rng.integers(5, size=UNITS) + rng.integers(-1, 2, size=(RATERS, UNITS)), 0, 4)
    ratings = np.where(rng.random((RATERS, UNITS)) < 1 / 3, np.nan, table)
    rated = [Rated(tuple(unit[np.isfinite(unit)].tolist())) for unit in ratings.T]
    for level in ("nominal", "ordinal", "interval"):
        theirs = krippendorff.alpha(reliability_data=ratings, level_of_measurement=level)
        ours = krippendorff_alpha(rated, level).value  # type: ignore[arg-type]
        yield row(f"krippendorff_alpha, {level}", "krippendorff", UNITS, ours, theirs)


def rows() -> Iterable[dict[str, Any]]:
    """Yield every comparison."""
    described = captions(PICTURES)
    yield from coco_rows(PUBLISHED, "published captions")
    yield from coco_rows(described, "made captions")
    yield sacrebleu_row(described)
    yield from retrieval_rows()
    yield from rating_rows()


def main() -> int:
    """Compare, print and keep the result. Returns 1 if any number differs by more than 1e-6."""
    found = list(rows())
    for each in found:
        print(
            f"{each['metric']:40} {each['package']:22} n={each['n']:4} {each['value']:.5f} "
            f"differs by {each['largest_difference']:.1e}"
        )
    meteor = meteor_1_5(PUBLISHED).value
    print(f"METEOR 1.5 of the published captions, by its own program: {meteor:.5f}")
    keep_result("metric_oracles", {"comparisons": found, "meteor_1_5": meteor})
    return int(any(each["largest_difference"] > TOLERANCE for each in found))


if __name__ == "__main__":
    raise SystemExit(main())
