"""Demonstrations are loaded whole and checked, or refused with the name of the file."""

import io
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from vlsim.data.collection import PROVENANCE, Collection, pack
from vlsim.data.demonstrations import ARRAYS, Demonstrations, load_demonstrations
from vlsim.data.manifest import MANIFEST, SHARD_EPISODES, Attempt, Request
from vlsim.errors import InvalidValueError
from vlsim.files import read_json, write_json
from vlsim.interface.labels import FACT_NAMES, ROLES
from vlsim.interface.observation import TEXT_LENGTH, channels
from vlsim.seeding import stream
from vlsim.skills import SKILLS


def asked(episodes: int = SHARD_EPISODES + 3, instruction_set: str = "seen") -> Request:
    does = channels("primitive")
    return Request(
        "reach", "primitive", instruction_set, episodes, 0, 8, "abc", does.pose, does.action
    )


REQUEST = asked()
STEPS = 2
NAMES = ("cube", "", "", "", "")
"""Of the objects of every scene."""
FAILED = 1
"""Number of the episode that fails."""


def steps(numbers: list[int], *, side: int = 8) -> Demonstrations:
    rng = stream(0, "steps", *numbers)
    n = STEPS * len(numbers)
    return Demonstrations(
        image=rng.integers(0, 256, (n, side, side, 3), np.uint8),
        instruction=rng.integers(0, 9, (n, TEXT_LENGTH)),
        proprio=rng.random((n, 19), np.float32),
        stage=rng.integers(0, 3, (n, 2)),
        skill_mask=rng.integers(0, 2, (n, len(SKILLS)), np.int8),
        privileged=rng.random((n, len(FACT_NAMES)), np.float32),
        action=rng.random((n, 13), np.float32),
        reward=rng.random(n, np.float32),
        objects=rng.permuted(np.tile(np.arange(-1, len(ROLES) - 1), (n, 1)), axis=1),
        boxes=rng.integers(-1, side, (n, len(ROLES), 4)),
        points=rng.random((n, len(ROLES), 2), np.float32),
        episode=np.repeat(np.array(numbers, np.int64), STEPS),
        success=np.tile([False, True], len(numbers)),
    )


def fill(folder: Path, shards: tuple[int, ...] = (0, 1), request: Request = REQUEST) -> Collection:
    collection = Collection(folder, request)
    for shard in shards:
        numbers = list(request.in_shard(shard))
        kept = [number for number in numbers if number != FAILED]
        collection.add(pack(shard, steps(kept), [attempt(i, i != FAILED) for i in numbers]))
    return collection


def attempt(number: int, success: bool) -> Attempt:
    words = f"touch {number}"
    return Attempt(number, 10 * number, words, "{}", STEPS, success, 1.5, ((0, words),), NAMES)


def test_what_was_collected_is_loaded_in_order(tmp_path: Path) -> None:
    collection = fill(tmp_path, (1, 0))
    held = collection.manifest
    assert (held.tried, held.kept, held.rows) == (28, 27, 54)
    found = load_demonstrations(tmp_path)
    assert len(found) == 54
    assert found.n_episodes == 27
    assert found.episode.tolist() == [i for i in range(28) if i != FAILED for _ in range(STEPS)]
    first = steps([i for i in range(SHARD_EPISODES) if i != FAILED])
    for name in ARRAYS:
        got, expected = getattr(found, name)[: len(first)], getattr(first, name)
        assert got.dtype == expected.dtype
        assert np.array_equal(got, expected)


@pytest.mark.parametrize("episodes", [1, 24, 25, 27])
def test_the_first_episodes_can_be_loaded_alone(tmp_path: Path, episodes: int) -> None:
    fill(tmp_path)
    found = load_demonstrations(tmp_path, episodes)
    assert found.n_episodes == episodes
    assert np.array_equal(found.action, load_demonstrations(tmp_path).action[: STEPS * episodes])


def test_more_episodes_than_there_are_is_an_error(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(InvalidValueError, match="holds 27 episodes that succeeded, not 28"):
        load_demonstrations(tmp_path, 28)


def test_the_same_steps_give_the_same_bytes() -> None:
    assert pack(0, steps([1, 2]), []).data == pack(0, steps([1, 2]), []).data


def test_finished_shards_are_not_made_again(tmp_path: Path) -> None:
    assert fill(tmp_path, (0,)).missing == [1]
    again = Collection(tmp_path, REQUEST)
    assert (again.missing, again.manifest.tried) == ([1], SHARD_EPISODES)
    (tmp_path / "shard-00000.safetensors").write_bytes(b"torn")
    assert Collection(tmp_path, REQUEST).missing == [0, 1]


def test_a_folder_of_another_request_is_left_alone(tmp_path: Path) -> None:
    fill(tmp_path)
    before = (tmp_path / MANIFEST).read_bytes()
    other = asked(instruction_set="combo")
    with pytest.raises(InvalidValueError, match="with set = 'seen', not 'combo'; choose another"):
        Collection(tmp_path, other)
    assert (tmp_path / MANIFEST).read_bytes() == before


def test_an_unfinished_folder_is_not_loaded(tmp_path: Path) -> None:
    fill(tmp_path, (0,))
    with pytest.raises(InvalidValueError, match="not complete: 1 of 2 shards"):
        load_demonstrations(tmp_path)


def test_a_folder_without_a_success_is_not_loaded(tmp_path: Path) -> None:
    Collection(tmp_path, asked(1)).add(pack(0, steps([]), [attempt(0, success=False)]))
    with pytest.raises(InvalidValueError, match="no episode that succeeded"):
        load_demonstrations(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"no file .*manifest\.json"):
        load_demonstrations(tmp_path)
    fill(tmp_path)
    (tmp_path / "shard-00001.safetensors").unlink()
    with pytest.raises(InvalidValueError, match=r"no file .*shard-00001\.safetensors"):
        load_demonstrations(tmp_path)


def test_one_wrong_byte_is_noticed(tmp_path: Path) -> None:
    fill(tmp_path)
    path = tmp_path / "shard-00001.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InvalidValueError, match=r"shard-00001\.safetensors is damaged"):
        load_demonstrations(tmp_path)


def forge(folder: Path, **arrays: Any) -> None:
    """Put a shard in place whose hash fits, as a careless program would."""
    kept = {name: a for name, a in {**steps([0]).arrays(), **arrays}.items() if a is not None}
    put(folder, safetensors.numpy.save(kept))


def put(folder: Path, data: bytes) -> None:
    shard = pack(0, steps([0]), [attempt(0, success=True)])
    Collection(folder, asked(1)).add(replace(shard, data=data))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"action": np.zeros((2, 5), np.float32)}, r"'action' is float32 \(2, 5\).*13\)"),
        ({"action": np.zeros((2, 4))}, "'action' is float64"),
        ({"image": np.zeros((2, 9, 9, 3), np.uint8)}, "'image' is uint8"),
        ({"episode": np.zeros(3, np.int64)}, r"expected int64 \(2,\)"),
        ({"privileged": np.zeros(2, np.float32)}, "'privileged' is float32"),
        ({"privileged": np.zeros((2, 3), np.float32)}, "'privileged' is float32"),
        ({"success": None}, "expected action, boxes, episode"),
        (
            {"instruction": np.zeros((2, 20), np.int64)},
            r"\(2, 20\); expected int64 \(2, 128\)",
        ),
        ({"boxes": np.zeros((2, 4), np.int64)}, "'boxes' is int64"),
    ],
)
def test_arrays_of_another_form_are_refused(
    tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    forge(tmp_path, **arrays)
    with pytest.raises(InvalidValueError, match=message) as caught:
        load_demonstrations(tmp_path)
    assert "shard-00000.safetensors" in str(caught.value)
    assert "\n" not in str(caught.value)


def lie(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        data = read_json(path)
        change(data)
        write_json(path, data)

    return apply


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda path: path.write_text("{"), "is not JSON"),
        (lambda path: path.write_text("[]"), "no manifest of 'vlsim demonstrations'"),
        (lie(lambda d: d.update(schema_version=1)), "schema version 1; this vlsim reads 2"),
        (lie(lambda d: d.pop("shards")), "'shards' is missing; it must be a list"),
        (lie(lambda d: d["request"].pop("task")), "'request.task' is missing; it must be a string"),
        (
            lie(lambda d: d["request"].update(control="joints")),
            "'request': 'control' must be one of ee_delta",
        ),
        (
            lie(lambda d: d["request"].update(episodes="many")),
            "'request.episodes' must be a whole number",
        ),
        (
            lie(lambda d: d["shards"][0].update(name="../x.safetensors")),
            "'name' must be that of a shard",
        ),
        (lie(lambda d: d["shards"][0].pop("sha256")), r"'shards\[0\].sha256' is missing"),
        (
            lie(lambda d: d["shards"][0].update(bytes=10**18)),
            "'bytes' must be from 0 to .*, got 1000000000000000000",
        ),
        (
            lie(lambda d: d["request"].update(action=[])),
            "'action' must name what an action is made of",
        ),
    ],
)
def test_a_manifest_that_lies_is_refused(
    tmp_path: Path, harm: Callable[[Path], None], message: str
) -> None:
    fill(tmp_path)
    harm(tmp_path / MANIFEST)
    with pytest.raises(InvalidValueError, match=message) as caught:
        load_demonstrations(tmp_path)
    assert MANIFEST in str(caught.value)


def test_the_manifest_says_what_every_episode_was(tmp_path: Path) -> None:
    fill(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert (manifest["tried"], manifest["kept"], manifest["rows"]) == (28, 27, 54)
    assert manifest["shards"][0]["episodes"][FAILED] == {
        "episode": 1,
        "seed": 10,
        "instruction": "touch 1",
        "goal": "{}",
        "steps": 2,
        "success": False,
        "reward": 1.5,
        "subtasks": [[0, "touch 1"]],
        "objects": list(NAMES),
    }
    assert manifest["fps"] is None
    assert "vlsim" in read_json(tmp_path / PROVENANCE)["packages"]


class Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.file,))


@pytest.mark.parametrize("form", ["pickle", "npz"])
def test_a_pickle_is_never_opened(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung, file = tmp_path / "sprung", io.BytesIO()
    if form == "pickle":
        pickle.dump(Trap(sprung), file)
    else:
        np.savez(file, image=np.array([Trap(sprung)]))
    put(tmp_path / "shown", file.getvalue())
    for function in ("load", "loads", "Unpickler"):
        monkeypatch.delattr(pickle, function)
    monkeypatch.delattr(np, "load")
    with pytest.raises(InvalidValueError, match="no safetensors file"):
        load_demonstrations(tmp_path / "shown")
    assert not sprung.exists()


def test_a_shard_larger_than_it_is_said_to_be_is_not_read(tmp_path: Path) -> None:
    fill(tmp_path)
    with (tmp_path / "shard-00001.safetensors").open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(InvalidValueError, match=r"shard-00001\.safetensors is damaged: its size"):
        load_demonstrations(tmp_path)
