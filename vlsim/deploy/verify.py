"""Whether an engine does what torch does: golden vectors, and what is shown in the task."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vlsim.deploy.bundle import load_bundle
from vlsim.deploy.engine_policy import EnginePolicy, open_policy
from vlsim.deploy.engines import ENGINES, Computing
from vlsim.deploy.recording import BATCHES, RecordingEngine, largest_difference


@dataclass(frozen=True)
class Parity:
    """How far the actions of an engine are from torch's, as actions lie in [-1, 1]."""

    differences: dict[int, float]
    """The largest, by rows at once."""
    tolerance: float
    """What the bundle allows."""
    rows: int
    """Pictures that were acted on, the golden ones among them."""

    @property
    def holds(self) -> bool:
        """Whether no difference is larger than allowed."""
        return all(difference <= self.tolerance for difference in self.differences.values())


def compare(
    folder: Path, engine: str, computing: Computing, act: Callable[[EnginePolicy], None]
) -> Parity:
    """Compare an engine with torch, at batch 1, 2 and 16.

    Args:
        folder: The bundle.
        engine: Name of the engine.
        computing: How it computes.
        act: Lets a policy act, so that there is something to compare.

    Raises:
        BundleError: If the bundle is damaged, or its golden actions are missed.
        InvalidValueError: If the engine cannot compute so.
        MissingExtraError: If a package of the engine is missing.
        UnknownNameError: If there is no such engine.
    """
    bundle = load_bundle(folder)
    opened = ENGINES[engine](bundle, computing)
    open_policy(folder.name, opened, bundle)
    recorder = RecordingEngine(ENGINES["torch"](bundle, Computing()))
    act(open_policy(folder.name, recorder, bundle))
    differences = {batch: largest_difference(opened, recorder.rows, batch) for batch in BATCHES}
    return Parity(differences, opened.tolerance, len(recorder.rows))
