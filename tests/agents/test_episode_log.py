"""Short and long episodes count alike, in the update that they began in."""

import json
from typing import Any

from vlsim.agents.episode_log import EpisodeLog, Finished, LogState, summary
from vlsim.reader import read_as


def end(success: bool, return_: float = 0.0) -> dict[str, Any]:
    info = {"success_once": success, "attempted": 0, "referent": 0 if success else 1}
    return {**info, "episode": {"r": return_, "l": 1}}


GOES_ON: dict[str, Any] = {}


def play(log: EpisodeLog, update: int, *rows: tuple[bool | None, ...]) -> None:
    """Take in steps: True and False end an episode, with success or without, None goes on."""
    for row in rows:
        dones = [outcome is not None for outcome in row]
        log.step(update, dones, [GOES_ON if o is None else end(o) for o in row])


def test_short_successes_wait_for_the_long_failure_that_began_beside_them() -> None:
    log = EpisodeLog(2)
    play(log, 0, (True, None), (True, None))
    assert log.release() == []
    play(log, 1, (True, None), (None, False))
    released = log.release()
    assert [e.began for e in released] == [0, 0, 0]
    assert summary(released)["success_rate"] == 2 / 3
    assert log.release() == []


def test_an_episode_of_one_step_counts_in_its_own_update() -> None:
    log = EpisodeLog(2)
    play(log, 0, (True, False), (True, True))
    assert summary(log.release()) == {
        "episodes": 4,
        "success_rate": 0.75,
        "referent_accuracy": 0.75,
        "return": 0.0,
    }
    play(log, 1, (False, False))
    assert summary(log.release())["success_rate"] == 0.0


def test_an_episode_begins_with_its_first_step_not_with_the_end_of_the_one_before() -> None:
    log = EpisodeLog(1)
    play(log, 0, (True,))
    log.release()
    play(log, 1, (None,), (False,))
    assert [e.began for e in log.release()] == [1]


def test_equal_episodes_are_all_counted_once() -> None:
    log = EpisodeLog(3)
    play(log, 0, (True, True, None))
    play(log, 1, (True, True, True))
    assert len(log.release()) == 5
    assert log.release() == []


def test_a_log_goes_on_where_another_one_was() -> None:
    log, other = EpisodeLog(2), EpisodeLog(2)
    play(log, 0, (True, None), (None, None))
    written = json.loads(json.dumps(vars(log.state)))
    other.restore(read_as(LogState, written, "A log"))
    for each in (log, other):
        play(each, 1, (False, False))
    assert (
        log.release()
        == other.release()
        == [
            Finished(0, True, True, 0.0),
            Finished(0, False, False, 0.0),
            Finished(0, False, False, 0.0),
        ]
    )


def test_without_episodes_there_are_no_rates() -> None:
    assert summary([]) == {"episodes": 0}
