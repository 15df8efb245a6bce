"""Files of sentences in `vlsim benchmark` and `vlsim record`."""

import json
from pathlib import Path

import pytest

from tests.scripts.fake_world import install
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.records import read_episodes
from vlsim.scripts.benchmark import main as benchmark
from vlsim.scripts.instruction_files import find_sets, fingerprints
from vlsim.scripts.record import main as record


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my.jsonl"
    lines = ("Could you touch the red ball?", "open the red drawer", "tap the can")
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in lines), encoding="utf-8")
    return path


def test_a_file_is_called_by_its_name_and_says_how_much_of_it_is_used(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, files = find_sets(f"seen, {file},colloquial", "reach")
    assert names == ("seen", "my.jsonl", "colloquial")
    assert files == (("my.jsonl", str(file)),)
    assert capsys.readouterr().err == (
        f"{file}: 2 sentences for reach; 1 of other tasks are skipped.\n"
    )


def test_a_mistake_in_a_file_is_found_before_anything_is_run(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = install(monkeypatch)
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"text": "touch the ball", "task": "raech"}\n')
    command = ["--policy", "reader", "--task", "reach", "--out", str(tmp_path / "out")]
    for main, option in ((benchmark, "--sets"), (record, "--set")):
        with pytest.raises(InvalidValueError, match=r"my\.jsonl line 4: 'task': .* mean 'reach'"):
            main([*command, option, str(file)])
    assert not calls
    assert not (tmp_path / "out").exists()


def test_two_files_of_one_name_are_refused(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "my.jsonl"
    other.parent.mkdir()
    other.write_bytes(file.read_bytes())
    with pytest.raises(InvalidValueError, match="have the same name; rename one"):
        find_sets(f"{file},{other}", "reach")
    with pytest.raises(UnknownNameError, match="Did you mean 'colloquial'"):
        find_sets("coloquial", "reach")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "No instruction set is named, got ''; `vlsim list sets` shows them all"),
        (" ", "No instruction set is named"),
        ("seen,", "An instruction set is missing beside a comma in 'seen,'"),
        ("seen,seen", "The instruction set 'seen' comes twice in 'seen,seen'"),
        ("combo+light,light+combo", r"'combo\+light' comes twice in 'combo\+light,light\+combo'"),
    ],
)
def test_no_set_and_the_same_set_twice_are_refused(words: str, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        find_sets(words, "reach")


def test_a_benchmark_goes_on_with_the_same_file_only(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = install(monkeypatch)
    out = tmp_path / "out"
    options = ["--policy", "reader", "--task", "reach", "--out", str(out), "--workers", "0"]
    benchmark([*options, "--sets", "seen", "--episodes", "3"])
    benchmark([*options, "--sets", f"seen,{file}", "--episodes", "3"])
    results = json.loads((out / "results.json").read_text())
    assert results["sets"][:2] == ["seen", "my.jsonl"]
    assert "my.jsonl" in (out / "report.html").read_text()
    assert {e.set for e in read_episodes(out / "episodes.jsonl")} >= {"seen", "my.jsonl"}
    # The environment gets the path.
    asked = {dict(call[3:])["instruction_set"] for call in calls if call[0] == "make_env"}
    assert asked >= {"seen", str(file)}
    before = fingerprints((("my.jsonl", str(file)),))
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"text": "touch the blue ball"}\n')
    assert fingerprints((("my.jsonl", str(file)),)) != before
    with pytest.raises(InvalidValueError, match=r"fingerprint of the set 'my\.jsonl' is"):
        benchmark([*options, "--sets", f"seen,{file}", "--episodes", "3"])


def test_a_film_is_of_one_set_and_named_after_its_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    options = ["--policy", "reader", "--task", "reach", "--out", str(tmp_path / "out")]
    record([*options, "--set", str(file), "--episodes", "1"])
    assert len(list((tmp_path / "out").glob("reader-my-jsonl-*-0000.mp4"))) == 1
    with pytest.raises(InvalidValueError, match="one instruction set, got 'seen,combo'"):
        record([*options, "--set", "seen,combo"])
