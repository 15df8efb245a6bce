"""The `vlsim` command: help, the nearest name, one line for a mistake, and the exit codes."""

import io
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest

from vlsim import __version__
from vlsim.errors import InvalidValueError
from vlsim.scripts.__main__ import COMMANDS, main

Install = Callable[[Callable[[Sequence[str] | None], None]], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Give a function that puts another `main` in the place of `vlsim doctor`."""

    def put(main: Callable[[Sequence[str] | None], None]) -> None:
        module = types.ModuleType("vlsim.scripts.doctor")
        module.__dict__["main"] = main
        monkeypatch.setitem(sys.modules, "vlsim.scripts.doctor", module)

    return put


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_command_and_gives_examples(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "\n  vlsim train demo " in text


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_is_that_of_the_package(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([flag]) == 0
    assert capsys.readouterr().out == f"vlsim {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main([command, "--help"])
    assert ending.value.code == 0
    assert f"vlsim {command}" in capsys.readouterr().out


@contextmanager
def ascii_terminal() -> Iterator[io.BytesIO]:
    """Put a terminal that knows ASCII alone in the place of stdout; yield what it gets."""
    output = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(output, encoding="ascii", write_through=True)):
        yield output


@pytest.mark.parametrize("command", COMMANDS)
def test_an_ascii_terminal_gets_the_help_of_every_command(command: str) -> None:
    with ascii_terminal() as output:
        with pytest.raises(SystemExit) as ending:
            main([command, "--help"])
        assert ending.value.code == 0
        assert f"vlsim {command}" in output.getvalue().decode("ascii")


def test_an_ascii_terminal_gets_the_nearest_sign(install: Install) -> None:
    install(lambda argv: print("• 90° … é"))  # noqa: T201
    with ascii_terminal() as output:
        assert main(["doctor"]) == 0
        assert output.getvalue() == b"* 90 deg ... ?\n"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("--out=~/x", "--out=HOME/x"),
        ("~/x y", "HOME/x y"),
        ("~", "HOME"),
        ("--sets=seen,~/my.jsonl", "--sets=seen,HOME/my.jsonl"),
        ("--sets=~/a.jsonl,~/b.jsonl", "--sets=HOME/a.jsonl,HOME/b.jsonl"),
        ("--out=~nobody-is-called-so/x", "--out=~nobody-is-called-so/x"),
        ("--out=a~/x", "--out=a~/x"),
        ("runs/~/x", "runs/~/x"),
        ("~5", "~5"),
    ],
)
def test_the_home_folder_stands_for_a_tilde_wherever_a_path_begins(
    argument: str, expected: str, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    arguments: list[Sequence[str] | None] = []
    install(arguments.append)
    assert main(["doctor", argument]) == 0
    assert arguments == [[expected.replace("HOME", "/home/me")]]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_does_not_exist_ends_with_code_2(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # The preset comes first, so that `train` reads on.
    preset = ["smoke"] if command == "train" else []
    assert main([command, *preset, "--xyzzy"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    prog = " ".join(["vlsim", command, *preset])
    assert output.err == f"vlsim: No option '--xyzzy'. See: {prog} --help\n"
    assert output.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("record --policy expert --task reach --episodes 0", "episodes must be at least 1"),
        ("record --policy expert --task reach --first -1", "first at least 0, got 4 and -1"),
        ("record --policy expert --task reach --seed -1", "2**63 - 1, got -1"),
        ("benchmark --policy expert --task reach --seed -1", "2**63 - 1, got -1"),
        ("collect --task reach --out out --seed -1", "2**63 - 1, got -1"),
        ("train smoke --seed -1", "2**63 - 1, got -1"),
        ("train smoke --ppo.clip-range 2", "clip_range must lie in (0, 1), got 2.0"),
        ("train smoke --ppo.n-envs x", "--ppo.n-envs: invalid literal for int() with base 10: 'x'"),
        (
            "train",
            "Name a preset first (demo, reach, tabletop, smoke), or a run: vlsim train --resume",
        ),
        ("record --policy expert", "Missing: --task. See: vlsim record --help"),
        ("record --policy expert --task", "--task needs a value. See: vlsim record --help"),
        ("record --policy expert --task reach x", "No option 'x'. See: vlsim record --help"),
        ("collect --task reach --format xml", "--format must be one of vlsim, lerobot, got 'xml'"),
        ("train smoke --seed=x", "--seed: invalid literal for int() with base 10: 'x'. See: "),
        ("lint", "Missing: FILE. See: vlsim lint --help"),
        (
            "record --policy expert --task reach --gifs",
            "'--gifs'; did you mean '--gif'. See: vlsim",
        ),
    ],
)
def test_an_option_that_cannot_be_is_one_line_code_2_and_no_file(
    arguments: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("vlsim: ")
    assert message in output.err
    assert output.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_unknown_command_is_answered_with_the_nearest_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["trian"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("vlsim: No command named 'trian'. Did you mean 'train'? Known: ")
    assert output.err.count("\n") == 1


def test_a_command_gets_what_follows_its_name(install: Install) -> None:
    seen: list[Sequence[str] | None] = []
    install(seen.append)
    assert main(["doctor", "--json", "x"]) == 0
    assert seen == [["--json", "x"]]


def test_a_users_mistake_is_one_line_and_code_2(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(argv: Sequence[str] | None) -> None:
        raise InvalidValueError("clip_range must lie in (0, 1),\n  got 2.0.")

    install(refuse)
    assert main(["doctor"]) == 2
    assert capsys.readouterr().err == "vlsim: clip_range must lie in (0, 1), got 2.0.\n"


def test_ctrl_c_is_one_line_and_code_130(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(argv: Sequence[str] | None) -> None:
        raise KeyboardInterrupt

    install(stop)
    assert main(["doctor"]) == 130
    assert capsys.readouterr().err == "vlsim: interrupted.\n"


def test_a_bug_keeps_its_traceback(install: Install) -> None:
    def fail(argv: Sequence[str] | None) -> None:
        raise ZeroDivisionError

    install(fail)
    with pytest.raises(ZeroDivisionError):
        main(["doctor"])


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = "import sys; from vlsim.scripts.__main__ import main; sys.exit(main(['--help']))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command", [[Path(sys.executable).with_name("vlsim")], [sys.executable, "-m", "vlsim"]]
)
def test_the_console_command_ends_with_the_exit_code_of_main(command: list[str | Path]) -> None:
    done = subprocess.run([*command, "lst"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Did you mean 'list'?" in done.stderr


def test_list_prints_only_json_on_stdout_and_imports_nothing_heavy() -> None:
    code = (
        "import json, sys; from vlsim.scripts.__main__ import main; main(['list', '--json'])\n"
        "heavy = ('scipy', 'torch', 'transformers', 'stable_baselines3')\n"
        "print(json.dumps([name for name in heavy if name in sys.modules]), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lists = json.loads(done.stdout)
    assert list(lists) == [
        "tasks",
        "robots",
        "randomizations",
        "sets",
        "goals",
        "metrics",
        "presets",
        "policies",
    ]
    assert json.loads(done.stderr) == []
