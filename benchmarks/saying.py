"""What models say of pictures that they never saw: retrieval, captions and next words.

    vlsim pretrain blip && python -m benchmarks.saying runs/blip/model

Keeps `benchmarks/results/saying.json`; models that were measured before stay in it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import tyro

from benchmarks.result_file import RESULTS, keep_result
from vlsim.annotations import Caption
from vlsim.data.pictures import Pictures, draw_pictures
from vlsim.deploy.model_bundle import load_model
from vlsim.interface.perceiver import Captioning, Foretelling, Matching, Pixels
from vlsim.metrics.base import Estimate
from vlsim.metrics.captions import Bleu, Described, cider_d, facts_f
from vlsim.metrics.perplexity import Foretold, perplexity
from vlsim.metrics.retrieval import RecallAt, median_rank, rank
from vlsim.models.perceivers import MODELS
from vlsim.parallel.threads import one_thread_here

SEED = 990_000
"""Of the pictures; training draws its own from other seeds."""


@dataclass(frozen=True)
class SayingConfig:
    """What is measured."""

    models: tyro.conf.Positional[tuple[str, ...]]
    """Bundles of models, as `vlsim pretrain` leaves them."""
    pictures: int = 1000
    """Distinct scenes of each split, all of them candidates of every sentence."""
    splits: tuple[str, ...] = ("test", "combo")
    """Splits of pictures; `combo` shows pairs of kind and colour that training never shows."""
    workers: int = 1
    """Processes that draw pictures."""


def distinct(pictures: Pictures, count: int) -> Pictures:
    """Return the first `count` pictures of which no two show the same things."""
    rows: dict[frozenset[tuple[str, ...]], int] = {}
    for row, annotation in enumerate(pictures.annotations):
        looks = ((t.kind, t.colour, t.size, t.material) for t in annotation.things)
        rows.setdefault(frozenset(looks), row)
    kept = list(rows.values())[:count]
    assert len(kept) == count, f"only {len(kept)} of the scenes differ"
    return Pictures(pictures.images[kept], [pictures.annotations[row] for row in kept])


def measure(model: Any, pictures: Pictures) -> dict[str, Estimate]:  # noqa: ANN401 (protocols)
    """Return every number that a model can be asked for."""
    numbers: dict[str, Estimate] = {}
    listings = [annotation.captions[0].text for annotation in pictures.annotations]
    if isinstance(model, Matching):
        scores, right = model.match(pictures.images, listings), np.eye(len(listings), dtype=bool)
        for direction, table in (("picture", scores.T), ("sentence", scores)):
            ranked = rank(table, right)
            numbers |= {
                f"{direction}: recall at 1": RecallAt(1)(ranked),
                f"{direction}: recall at 5": RecallAt(5)(ranked),
                f"{direction}: median rank": median_rank(ranked),
            }
    if isinstance(model, Captioning):
        said = model.caption(pictures.images)
        every = [tuple(c.text for c in a.captions) for a in pictures.annotations]
        described = [Described(*pair) for pair in zip(said, every, strict=True)]
        listed = [Described(text, (true,)) for text, true in zip(said, listings, strict=True)]
        perfect = [Described(true, of) for true, of in zip(listings, every, strict=True)]
        numbers |= {
            "captions: facts F, of the listing": facts_f(listed),
            "captions: facts F, of all five": facts_f(described),
            "captions: facts F, of all five, if perfect": facts_f(perfect),
            "captions: BLEU-4": Bleu(4)(described),
            "captions: CIDEr-D": cider_d(described),
        }
    if isinstance(model, Foretelling):
        numbers |= {
            "decided words: perplexity": decided_cost(model, pictures, pictures.images),
            "decided words: perplexity, other pictures": decided_cost(
                model, pictures, np.roll(pictures.images, 1, axis=0)
            ),
            "decided words: perplexity of the grammar": perplexity(
                [
                    Foretold(of_decided(caption, caption.nats))
                    for annotation in pictures.annotations
                    for caption in annotation.captions
                ]
            ),
        }
    return numbers


def decided_cost(model: Foretelling, pictures: Pictures, images: Pixels) -> Estimate:
    """Return the perplexity of the words of all captions that the picture decides.

    Args:
        model: What foretells them.
        pictures: Whose captions they are.
        images: What the model sees instead of these pictures, (N, S, S, 3).
    """
    foretold = []
    for number in range(min(len(a.captions) for a in pictures.annotations)):
        captions = [annotation.captions[number] for annotation in pictures.annotations]
        costs = model.next_words(images, [caption.text for caption in captions])
        foretold += [Foretold(of_decided(c, n)) for c, n in zip(captions, costs, strict=True)]
    return perplexity(foretold)


def of_decided(caption: Caption, nats: Iterable[float]) -> tuple[float, ...]:
    """Return what the words of a caption cost that the picture decides."""
    pairs = zip(nats, caption.decided, strict=False)
    return tuple(max(0.0, float(cost)) for cost, decided in pairs if decided)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print and keep the results."""
    config = tyro.cli(SayingConfig, args=argv, description=__doc__)
    path = RESULTS / "saying.json"
    kept = json.loads(path.read_text(encoding="utf-8"))["results"] if path.is_file() else []
    rows: dict[tuple[str, str], dict[str, Any]] = {(r["model"], r["split"]): r for r in kept}
    with one_thread_here(), torch.inference_mode():
        for bundle in config.models:
            model = load_model(bundle)
            side = model.backbone.config.image_size
            name = next(name for name in MODELS if MODELS[name] is type(model))
            for split in config.splits:
                drawn = draw_pictures(
                    config.pictures * 6 // 5, side, SEED, config.workers, split=split
                )
                pictures = distinct(Pictures.joined(list(drawn)), config.pictures)
                numbers = measure(model, pictures)
                for what, estimate in numbers.items():
                    print(f"{name}, {split}, {what}: {estimate}")
                rows[name, split] = {
                    "model": name,
                    "split": split,
                    "image_size": side,
                    "numbers": {what: estimate.to_json() for what, estimate in numbers.items()},
                }
    keep_result("saying", list(rows.values()))


if __name__ == "__main__":
    main()
