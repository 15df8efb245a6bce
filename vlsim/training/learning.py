"""A stage of a run, from its newest checkpoint to its end, with metrics and progress."""

import time
from collections.abc import Callable
from pathlib import Path

from vlsim.progress import Progress
from vlsim.runs import append_metrics
from vlsim.training.checkpoint import Position, latest_checkpoint, load_checkpoint, save_checkpoint
from vlsim.training.stage import SupervisedStage

CHECKPOINT_STEPS = 500
"""Steps between two checkpoints."""
REPORT_STEPS = 100
"""Steps between two lines of metrics."""


def learn(run: Path, stage: SupervisedStage, measure: Callable[[], dict[str, float]]) -> None:
    """Carry a stage to its end.

    Args:
        run: The run folder.
        stage: What is learned, and from what.
        measure: Returns what is found out about the network now and then: "found/target".
    """
    name = stage.name
    checkpoint = latest_checkpoint(run, (name,))
    if checkpoint:
        load_checkpoint(checkpoint[0], stage.learner, stage.optimizer)
        stage.step = checkpoint[1].step
    began, total = time.monotonic(), stage.config.steps

    def on_step(step: int, losses: dict[str, float]) -> None:
        notes = {}
        if step % REPORT_STEPS == 0 or step == total:
            found = measure()
            notes = {_in_words(key): f"{value:.2f}" for key, value in found.items()}
            append_metrics(
                run,
                {
                    "stage": name,
                    "step": step,
                    "seconds": time.monotonic() - began,
                    **{f"loss/{name}": value for name, value in losses.items()},
                    **found,
                },
            )
        progress.advance(1, notes)
        if step % CHECKPOINT_STEPS == 0 or step == total:
            save_checkpoint(run, Position(name, step), stage.learner, stage.optimizer)

    with Progress(name.capitalize(), total, "steps", initial=stage.step) as progress:
        stage.run(on_step)


def _in_words(key: str) -> str:
    """Return what a metric is called beside a progress bar.

    >>> _in_words("found/target")
    'target found'
    """
    return " ".join(reversed(key.split("/")))
