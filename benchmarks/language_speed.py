"""What words cost: sampling a goal with its sentence, and parsing the sentence, for every set.

The best of five rounds of CPU time, because other processes share the cores. Every round has scenes
of its own: what is remembered of a scene must not help.

    python -m benchmarks.language_speed [SET …]
"""

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from vlsim.envs.tasks import TASKS
from vlsim.errors import InstructionError
from vlsim.free_text.understand import meanings
from vlsim.instruction_sets import SETS
from vlsim.language.utterance import Utterance
from vlsim.scenarios.composer import sample_instruction
from vlsim.scenarios.scenes import draw_scene
from vlsim.seeding import derive, stream
from vlsim.world import SceneState

MOST_MS = 1.0
SCENES = 40
ROUNDS = 5


def milliseconds(call: Callable[[Any], object], rounds: Sequence[Sequence[Any]]) -> float:
    """Return the CPU time of one call, in the fastest of the rounds."""
    times = []
    for items in rounds:
        begun = time.process_time()
        for item in items:
            call(item)
        times.append((time.process_time() - begun) / max(1, len(items)))
    return min(times) * 1e3


def measure(task: str, name: str) -> tuple[float, float]:
    """Return the milliseconds of sampling a goal in a scene of this task, and of parsing."""
    config, chosen = TASKS[task].scenario, SETS[name]
    rng = stream(0, "language speed")
    seeds = [derive(0, "language speed", i) for i in range(ROUNDS * SCENES)]
    scenes = [draw_scene(config, chosen, seed) for seed in seeds]

    def sample(scene: SceneState) -> Utterance | None:
        return sample_instruction(
            scene,
            config.goals,
            chosen,
            rng,
            forms=config.forms,
            steps=config.steps,
            n_words=config.n_words,
        )

    def understand(text: str) -> None:
        with suppress(InstructionError):  # the controls say what cannot be understood
            meanings(text)

    rounds = [scenes[i::ROUNDS] for i in range(ROUNDS)]
    sampling = milliseconds(sample, rounds)
    found = [
        [chosen.rewrite(drawn.text, rng) for drawn in filter(None, map(sample, part))]
        for part in rounds
    ]
    return sampling, milliseconds(understand, found)


def main(sets: Sequence[str]) -> None:
    """Print the table of these sets, or of all."""
    worst = {"sampling": 0.0, "parsing": 0.0}
    print(f"{'task':<12}{'set':<16}{'sampling ms':>12}{'parsing ms':>12}")
    for task in TASKS:
        for name in sets or SETS:
            if set(SETS[name].forms or ()) - set(TASKS[task].scenario.forms):
                continue
            sampling, parsing = measure(task, name)
            print(f"{task:<12}{name:<16}{sampling:>12.3f}{parsing:>12.3f}")
            if name not in ("shuffled", "no-instruction", "gibberish"):
                worst["parsing"] = max(worst["parsing"], parsing)
            worst["sampling"] = max(worst["sampling"], sampling)
    for what, value in worst.items():
        verdict = "ok" if value <= MOST_MS else "MISSED"
        print(f"{what}: at most {value:.2f} ms: {verdict} (needed <= {MOST_MS:g})")


if __name__ == "__main__":
    main(sys.argv[1:])
