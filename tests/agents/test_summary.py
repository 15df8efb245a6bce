"""A finished run says how good it is."""

from pathlib import Path

from vlsim.agents.config import TrainConfig
from vlsim.agents.summary import run_summary
from vlsim.runs import append_metrics


def write(run: Path, *updates: tuple[int, float]) -> str:
    """Write updates of so many episodes and such success; return the summary."""
    append_metrics(run, {"stage": "grounding", "step": 1, "found/target": 0.1})
    append_metrics(run, {"stage": "grounding", "step": 2, "found/target": 0.98, "found/place": 1.0})
    for update, (n, share) in enumerate(updates, start=1):
        line = {"stage": "ppo", "update": update, "frames": update * 512, "episodes": n}
        append_metrics(run, line | ({"success_rate": share} if n else {}))
    return run_summary(TrainConfig(), run)


def test_success_is_that_of_the_last_updates_with_enough_episodes(tmp_path: Path) -> None:
    text = write(tmp_path, (500, 0.0), (100, 0.8), (0, 0.0), (150, 0.9))
    assert "success  0.86 [0.81, 0.90] n=250 in updates 2 to 4, while exploring" in text
    assert "found    target 0.98, place 1.00 of unseen still scenes" in text
    assert "frames   2,048 of PPO" in text
    assert f"policy   {tmp_path}/policy" in text
    assert f"measure  vlsim benchmark --policy {tmp_path} --task pick_place" in text


def test_no_episode_is_no_success_rate(tmp_path: Path) -> None:
    assert "success  unknown: no episode has ended" in write(tmp_path, (0, 0.0), (0, 0.0))


def test_without_ppo_there_is_nothing_to_say_of_success(tmp_path: Path) -> None:
    assert "success" not in write(tmp_path)
