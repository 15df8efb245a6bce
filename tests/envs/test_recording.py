"""Films by Gymnasium's recorder show the motion, not only where it ends."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from tests.envs.episodes import aimed
from vlsim.envs import ENV_IDS
from vlsim.envs.recording import RecordMotion

Films = dict[str, tuple[list[np.ndarray], int]]


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> Films:
    """Stand in for MoviePy, which is no dependency of vlsim; return what it is told to write."""
    written: Films = {}

    class ImageSequenceClip:
        def __init__(self, frames: list[np.ndarray], fps: int) -> None:
            self.frames, self.fps = list(frames), fps

        def write_videofile(self, path: str, logger: Any) -> None:
            written[Path(path).name] = self.frames, self.fps

    parts = ["moviepy", "video", "io", "ImageSequenceClip"]
    for n in range(1, len(parts) + 1):
        monkeypatch.setitem(sys.modules, ".".join(parts[:n]), ModuleType(".".join(parts[:n])))
    module = sys.modules["moviepy.video.io.ImageSequenceClip"]
    monkeypatch.setattr(module, "ImageSequenceClip", ImageSequenceClip, raising=False)
    return written


def recorded(wrapper: type[gym.Wrapper[Any, Any, Any, Any]], folder: Path, control: str) -> Any:
    """Play two steps with a recorder around; return what they gave."""
    env = gym.make(ENV_IDS["reach"], control=control, image_size=32, render_mode="rgb_array")
    recording = wrapper(env, str(folder))  # type: ignore[call-arg]
    recording.reset(seed=0)
    results = []
    for _ in range(2):
        action = aimed(env.unwrapped) if control == "primitive" else np.ones(6, np.float32)  # type: ignore[arg-type]
        _, reward, *_, info = recording.step(action)
        results.append((info["state_hash"], reward))
    recording.close()
    return results


@pytest.mark.parametrize(("control", "fewest"), [("primitive", 15), ("ee_delta", 7)])
def test_a_film_shows_the_motion_at_its_own_speed(
    films: Films, tmp_path: Path, control: str, fewest: int
) -> None:
    expected = recorded(gym.wrappers.RecordVideo, tmp_path / "plain", control)
    plain, _ = films.pop("rl-video-episode-0.mp4")
    assert len(plain) == 3
    assert recorded(RecordMotion, tmp_path / "motion", control) == expected
    frames, fps = films["rl-video-episode-0.mp4"]
    assert fps == 30
    assert len(frames) >= fewest
    if control == "ee_delta":
        assert len(frames) == 1 + 2 * 3
    for still in (frames[0], frames[-1]):
        assert any((still == other).all() for other in plain)
    assert len({frame.tobytes() for frame in frames}) >= 0.8 * fewest


def test_nothing_is_rendered_while_no_film_is_recorded(films: Films, tmp_path: Path) -> None:
    env = gym.make(ENV_IDS["push"], image_size=32, render_mode="rgb_array")
    recording = RecordMotion(env, str(tmp_path / "films"), episode_trigger=lambda _: False, fps=5)
    recording.reset(seed=0)
    recording.step(np.zeros(6, np.float32))
    assert recording.recorded_frames == []
    assert recording.frames_per_sec == 5
    recording.close()
    assert films == {}
