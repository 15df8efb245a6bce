"""What words cost: sampling a goal with its sentence, and parsing the sentence, for every set.

The best of ten rounds of CPU time, because other processes share the cores.

    python benchmarks/language_speed.py
"""

import time
from collections.abc import Callable

from vlsim.data.scenarios import draw_scene
from vlsim.envs.tasks import TASKS
from vlsim.errors import InstructionError
from vlsim.language.grammar import meanings
from vlsim.language.sampler import sample_goal
from vlsim.language.sets import SETS
from vlsim.seeding import derive, stream

MOST_MS = 1.0
SCENES = 40
ROUNDS = 10


def milliseconds(call: Callable[[], object]) -> float:
    """Return the CPU time of the fastest of some calls."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    return min(times) * 1e3


def measure(task: str, name: str) -> tuple[float, float]:
    """Return the milliseconds of sampling a goal in a scene of this task, and of parsing."""
    config, chosen = TASKS[task].scenario, SETS[name]
    rng = stream(0, "language speed")
    scenes = [draw_scene(config, chosen, derive(0, "language speed", i)) for i in range(SCENES)]
    found = [sample_goal(scene, config.goals, chosen, rng) for scene in scenes]
    texts = [sample[1] for sample in found if sample is not None]

    def sample_all() -> None:
        for scene in scenes:
            sample_goal(scene, config.goals, chosen, rng)

    def parse_all() -> None:
        for text in texts:
            try:
                meanings(text)
            except InstructionError:  # the controls say what cannot be understood
                continue

    return milliseconds(sample_all) / SCENES, milliseconds(parse_all) / max(1, len(texts))


def main() -> None:
    """Print the table."""
    worst = {"sampling": 0.0, "parsing": 0.0}
    print(f"{'task':<12}{'set':<16}{'sampling ms':>12}{'parsing ms':>12}")
    for task in TASKS:
        for name in SETS:
            sampling, parsing = measure(task, name)
            print(f"{task:<12}{name:<16}{sampling:>12.3f}{parsing:>12.3f}")
            if name not in ("shuffled", "no-instruction", "gibberish"):
                worst["parsing"] = max(worst["parsing"], parsing)
            worst["sampling"] = max(worst["sampling"], sampling)
    for what, value in worst.items():
        verdict = "ok" if value <= MOST_MS else "MISSED"
        print(f"{what}: at most {value:.2f} ms: {verdict} (needed <= {MOST_MS:g})")


if __name__ == "__main__":
    main()
