"""Steps panda-gym, a picture at every step; `env_speed.py` runs it in a venv of its own.

Each line on standard input is a number of steps; the answer is the CPU seconds that they took.
"""

import sys
import time
import warnings

warnings.simplefilter("ignore")

import gymnasium  # noqa: E402
import panda_gym  # noqa: E402

gymnasium.register_envs(panda_gym)


def main() -> None:
    """Answer until the input ends."""
    size = int(sys.argv[1])
    environment = gymnasium.make(
        "PandaPickAndPlace-v3",
        render_mode="rgb_array",
        renderer="Tiny",
        render_width=size,
        render_height=size,
    )
    environment.action_space.seed(0)
    environment.reset(seed=0)
    print("ready", flush=True)
    for line in sys.stdin:
        begun = time.process_time()
        for _ in range(int(line)):
            _, _, terminated, truncated, _ = environment.step(environment.action_space.sample())
            picture = environment.render()
            assert picture.shape[:2] == (size, size)
            if terminated or truncated:
                paused = time.process_time()
                environment.reset()
                begun += time.process_time() - paused
        print(time.process_time() - begun, flush=True)


if __name__ == "__main__":
    main()
