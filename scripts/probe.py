"""Pieces of code that `vlsim doctor` runs in processes of their own.

A graphics driver that crashes takes only its probe with it, and the line that PyBullet prints on
stdout when it is imported stays out of `--json`.
"""

import json
import subprocess
import sys
from typing import Any

PROBE_SECONDS = 60.0
"""A probe that takes longer counts as broken."""

IMPORT_PROBE = """
import json
import vlsim
print(json.dumps({"file": vlsim.__file__}))
"""
TORCH_PROBE = """
import json
import torch
gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
print(json.dumps({"threads": torch.get_num_threads(), "cuda": torch.version.cuda, "gpu": gpu,
                  "mps": torch.backends.mps.is_available()}))
"""
PYBULLET_PROBE = """
import json, time
import pybullet as p
client = p.connect(p.DIRECT)
table = p.createMultiBody(0, -1, p.createVisualShape(p.GEOM_BOX, halfExtents=[.4, .4, .02]))
view = p.computeViewMatrix([1, 0, .6], [0, 0, 0], [0, 0, 1])
lens = p.computeProjectionMatrixFOV(45, 1, .1, 3)
def frame():
    begin = time.perf_counter()
    picture = p.getCameraImage(64, 64, view, lens, shadow=0, lightDirection=[1, 1, 2],
                               renderer=p.ER_TINY_RENDERER)[2]
    return time.perf_counter() - begin, picture
frame()
times, pictures = zip(*(frame() for _ in range(9)))
numpy = bool(p.isNumpyEnabled())
colors = len({tuple(c) for c in pictures[0].reshape(-1, 4).tolist()}) if numpy else None
print(json.dumps({"numpy": numpy, "ms": sorted(times)[4] * 1e3, "colors": colors}))
"""
EGL_PROBE = """
import importlib.util, json
import pybullet as p
client = p.connect(p.DIRECT)
found = importlib.util.find_spec("eglRenderer")
plugin = p.loadPlugin(found.origin, "_eglRendererPlugin") if found else -1
if plugin >= 0:
    p.getCameraImage(64, 64, renderer=p.ER_BULLET_HARDWARE_OPENGL)
print(json.dumps({"built": found is not None, "plugin": plugin}))
"""
EPISODE_PROBE = """
import json, time
import gymnasium, vlsim
env = gymnasium.make("vlsim/Reach-v1")
env.action_space.seed(0)
begin = time.perf_counter()
env.reset(seed=0)
reset = time.perf_counter() - begin
actions = [env.action_space.sample() for _ in range(20)]
begin = time.perf_counter()
for action in actions:
    env.step(action)
step = (time.perf_counter() - begin) / len(actions)
print(json.dumps({"reset_ms": reset * 1e3, "step_ms": step * 1e3}))
"""


def probe(code: str, seconds: float = PROBE_SECONDS) -> dict[str, Any]:
    """Run `code` in a process of its own and return the JSON object that it prints.

    Returns:
        That object, or `{"error": why}` if the process crashed, failed or took too long.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {seconds:g} s"}
    if done.returncode < 0:
        return {"error": f"crashed with signal {-done.returncode}"}
    if done.returncode > 0:
        # Of a process that failed, only what Python wrote last is left.
        last_line = done.stderr.strip().rpartition("\n")[2]
        return {"error": last_line or "failed without a word"}
    objects = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not objects:
        return {"error": "gave no answer"}
    result: dict[str, Any] = json.loads(objects[-1])
    return result
