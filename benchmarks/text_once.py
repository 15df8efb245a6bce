"""How much faster it is to encode each sentence of a batch once than row by row.

    python -m benchmarks.text_once

A text tower of the size of MiniLM with random weights, 256 rows of 16 words, 24 of them different.
Keeps `benchmarks/results/text_once.json`.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import tyro
from torch import Tensor

from benchmarks.result_file import keep_result
from vlsim.language.vocabulary import VOCABULARY_SIZE, WORDS
from vlsim.models.backbone import Backbone
from vlsim.models.config import BackboneConfig
from vlsim.parallel.threads import one_thread_here
from vlsim.seeding import stream


@dataclass(frozen=True)
class TextConfig:
    """What is measured."""

    rows: int = 256
    """Sentences of the batch."""
    words: int = 16
    """Words of each."""
    different: int = 24
    """How many of the sentences differ."""
    repeats: int = 5
    """How often each way is timed; the median counts."""


def backbone_of_minilm_size(folder: Path) -> Backbone:
    """Return a backbone whose text tower has the layers of all-MiniLM-L6-v2."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=30_522,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return Backbone(BackboneConfig(VOCABULARY_SIZE, text=f"hf:{folder}")).eval()


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of some work, after it was done once."""
    work()
    taken = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


@torch.no_grad()
def measure(config: TextConfig) -> dict[str, float]:
    """Return CPU seconds of a batch in three ways, and how much faster the first is."""
    rng = stream(0, "sentences")
    sentences = rng.integers(2, len(WORDS), (config.different, config.words))
    ids = torch.from_numpy(sentences[rng.integers(config.different, size=config.rows)])
    with TemporaryDirectory() as folder:
        backbone = backbone_of_minilm_size(Path(folder))

    def one_by_one() -> list[Tensor]:
        return [backbone.read(row[None]).context for row in ids]

    once, whole, rows = (
        seconds(work, config.repeats)
        for work in (lambda: backbone.read(ids), lambda: backbone.text(ids), one_by_one)
    )
    return {
        "once_s": once,
        "whole_batch_s": whole,
        "row_by_row_s": rows,
        "faster_than_row_by_row": rows / once,
        "faster_than_whole_batch": whole / once,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the result. Returns 1 below four times as fast as row by row."""
    config = tyro.cli(TextConfig, args=argv, description=__doc__)
    torch.manual_seed(0)
    with one_thread_here():
        found = measure(config)
    print("\n".join(f"{name:24}{value:8.3f}" for name, value in found.items()))
    keep_result("text_once", {"config": vars(config), "measured": found})
    return int(found["faster_than_row_by_row"] < 4)


if __name__ == "__main__":
    raise SystemExit(main())
