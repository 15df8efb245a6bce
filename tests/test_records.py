import json
from pathlib import Path

import pytest

from tests.records import PLAIN, episode
from vlsim.errors import InvalidValueError
from vlsim.records import Episode, Step, append_episodes, read_episodes, write_episodes


def test_an_episode_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "episodes.jsonl"
    found = [episode(seed=2**62 + 1, return_=0.1 + 0.2), episode(attempted=None, instruction="né")]
    write_episodes(file, found)
    assert read_episodes(file) == found


def test_the_line_says_return_and_nothing_with_an_underscore() -> None:
    line = PLAIN.to_json()
    assert line["return"] == 1.0
    assert not any(name.endswith("_") for name in line)
    assert list(line)[:5] == ["policy", "task", "control", "set", "seed"]


def test_appending_keeps_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "episodes.jsonl"
    append_episodes(file, [episode(seed=1)])
    append_episodes(file, [episode(seed=2), episode(seed=3)])
    assert [e.seed for e in read_episodes(file)] == [1, 2, 3]


def test_a_line_torn_by_a_kill_is_refused_unless_asked_for_and_gone_after_appending(
    tmp_path: Path,
) -> None:
    file = tmp_path / "episodes.jsonl"
    append_episodes(file, [episode(seed=1), episode(seed=2)])
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(InvalidValueError, match=r"episodes\.jsonl line 2 is not JSON"):
        read_episodes(file)
    assert [e.seed for e in read_episodes(file, drop_torn=True)] == [1]
    append_episodes(file, [episode(seed=3)])
    assert [e.seed for e in read_episodes(file)] == [1, 3]


def test_a_last_line_without_a_newline_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "episodes.jsonl"
    file.write_text(json.dumps(episode(seed=1).to_json()))
    append_episodes(file, [episode(seed=2)])
    assert [e.seed for e in read_episodes(file)] == [1, 2]


def test_a_broken_line_in_the_middle_is_refused_even_if_a_torn_one_is_allowed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "episodes.jsonl"
    good = json.dumps(PLAIN.to_json())
    file.write_text(f"{good}\n{good[:20]}\n{good}\n")
    with pytest.raises(InvalidValueError, match="line 2"):
        read_episodes(file, drop_torn=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": "7"}, "line 3: 'seed' must be a whole number, got '7'"),
        ({"seed": True}, "line 3: 'seed' must be a whole number, got True"),
        ({"success_once": 1}, "line 3: 'success_once' must be true or false, got 1"),
        ({"attempted": 0.0}, "line 3: 'attempted' must be a whole number or null"),
        ({"colour": "red"}, "line 3: No field named 'colour'.*Known: attempted, control"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    file = tmp_path / "episodes.jsonl"
    good = json.dumps(PLAIN.to_json())
    file.write_text(f"{good}\n\n{json.dumps(PLAIN.to_json() | change)}\n")
    with pytest.raises(InvalidValueError, match=message):
        read_episodes(file)


def test_a_missing_field_and_a_line_that_is_no_object_are_named(tmp_path: Path) -> None:
    record = PLAIN.to_json()
    del record["goal"]
    with pytest.raises(InvalidValueError, match="Episode: 'goal' is missing; it must be a mapping"):
        Episode.from_json(record)
    file = tmp_path / "x.jsonl"
    file.write_text("[1, 2]\n")
    with pytest.raises(InvalidValueError, match=r"x.jsonl line 1 must be a JSON object"):
        read_episodes(file)


def test_a_return_that_is_not_finite_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "episodes.jsonl"
    with pytest.raises(InvalidValueError, match="return is not finite"):
        append_episodes(file, [episode(return_=float("nan"))])
    assert not file.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"There is no file .*none\.jsonl"):
        read_episodes(tmp_path / "none.jsonl")


def test_a_step_is_one_json_object() -> None:
    step = Step(1, (0.5, -1.0), 0.25, {"move": 0.25}, False, "ab")
    assert json.loads(json.dumps(step.to_json())) == {
        "number": 1,
        "action": [0.5, -1.0],
        "reward": 0.25,
        "reward_terms": {"move": 0.25},
        "is_success": False,
        "state_hash": "ab",
    }
