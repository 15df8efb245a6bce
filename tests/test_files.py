import os
import re
from pathlib import Path

import pytest

from vlsim.errors import InvalidValueError
from vlsim.files import append_json_lines, atomic_write, make_folder, read_json, write_json


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def write_half(path: Path, error: BaseException, inside: str = "") -> None:
    with atomic_write(path) as temporary:
        if inside:
            temporary.mkdir()
        (temporary / inside).write_text("half")
        raise error


def test_a_file_appears_only_when_the_block_ends(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
        assert not (tmp_path / "a.txt").exists()
        assert temporary.suffix == ".txt"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt()])
def test_what_was_there_is_intact_after_a_failure(tmp_path: Path, error: BaseException) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(type(error)):
        write_half(tmp_path / "a.txt", error)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_replaces_a_folder(tmp_path: Path) -> None:
    for content in ("old", "new"):
        with atomic_write(tmp_path / "policy.vlsim") as temporary:
            (temporary / "inner").mkdir(parents=True)
            (temporary / "inner" / content).write_text(content)
    assert names(tmp_path) == ["policy.vlsim"]
    assert names(tmp_path / "policy.vlsim" / "inner") == ["new"]


def test_an_old_folder_is_intact_after_a_failure(tmp_path: Path) -> None:
    (tmp_path / "100").mkdir()
    (tmp_path / "100" / "weights").write_text("old")
    with pytest.raises(OSError, match="full"):
        write_half(tmp_path / "100", OSError("full"), inside="weights")
    assert (tmp_path / "100" / "weights").read_text() == "old"
    assert names(tmp_path) == ["100"]


def test_what_a_killed_process_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f".a.{os.getpid()}.tmp").mkdir()
    with atomic_write(tmp_path / "a") as temporary:
        temporary.write_text("new")
    assert names(tmp_path) == ["a"]


def test_json_survives_its_file_and_names_what_is_not_finite(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_json(file, {"x": [1, 2.5, None, "é"]})
    assert read_json(file) == {"x": [1, 2.5, None, "é"]}
    with pytest.raises(InvalidValueError, match=r"a\.json: losses\.1\.kl is not finite"):
        write_json(file, {"losses": [{}, {"kl": float("inf")}]})
    with pytest.raises(InvalidValueError, match="not JSON serializable"):
        write_json(file, {"x": object()})
    assert read_json(file) == {"x": [1, 2.5, None, "é"]}


def test_a_json_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(InvalidValueError, match=r"a\.json is not JSON"):
        read_json(tmp_path / "a.json")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(InvalidValueError, match=r"deep\.json is not JSON"):
        read_json(tmp_path / "deep.json")
    with pytest.raises(InvalidValueError, match=r"Cannot read .*: Is a directory"):
        read_json(tmp_path)


def test_a_folder_is_made_with_its_parents_and_one_that_is_there_stays(tmp_path: Path) -> None:
    made = make_folder(tmp_path / "a" / "b")
    (made / "mine.txt").write_text("mine")
    assert make_folder(str(made)) == made
    assert names(made) == ["mine.txt"]


@pytest.mark.parametrize("name", ["a", "nowhere"])
@pytest.mark.parametrize("inside", [".", "b/c"])
def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path, inside: str, name: str) -> None:
    (tmp_path / "a").write_text("mine")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    folder = tmp_path / name / inside
    message = re.escape(f"the folder {folder}: {tmp_path / name} is a file; choose another")
    with pytest.raises(InvalidValueError, match=message):
        make_folder(folder)
    with pytest.raises(InvalidValueError, match=message):
        write_json(folder / "x.json", {})
    with pytest.raises(InvalidValueError, match=message):
        append_json_lines(folder / "x.jsonl", [{}])
    assert (tmp_path / "a").read_text() == "mine"


def test_a_folder_without_permission_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Asked for, not made: nothing is forbidden to root.
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    with pytest.raises(InvalidValueError, match=f"{tmp_path}: permission denied; choose another"):
        make_folder(tmp_path)


def test_what_the_system_says_of_a_folder_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="x: file name too long; choose another"):
        make_folder(tmp_path / ("x" * 300))
