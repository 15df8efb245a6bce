"""The options of a command, read by tyro; a mistake in them is one line, like any other."""

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from typing import TypeVar

import tyro

from vlsim.errors import InvalidValueError, VlsimError

Options = TypeVar("Options")

MISTAKE = 2
"""Exit code of tyro for a command line that it cannot read."""
SIDES, RULES = "│ ", "─-╰╯"
"""What tyro draws its box with, in a terminal and elsewhere."""
HOME = re.compile(r"(?:^|(?<=[=,]))~(?:[\w.-]*(?=/)|$)")
"""The first part of a path in somebody's home folder, in an argument."""
STYLE = re.compile(r"\x1b\[[0-9;]*m")
"""Colours and weights of letters in a terminal."""


def with_home(argument: str) -> str:
    """Return an argument with the home folder for each "~" that begins a path.

    A shell does this for `--out ~/x`, but not for `--out=~/x` or `--sets seen,~/my.jsonl`, which
    made a folder named "~".

    >>> with_home("--out=~/x") == f"--out={os.path.expanduser('~')}/x"
    True
    """
    return HOME.sub(lambda match: os.path.expanduser(match[0]), argument)


def read_options(
    kind: type[Options], argv: Sequence[str] | None, prog: str, description: str | None = None
) -> Options:
    """Return the options of a command, a dataclass `kind`, that were given on its command line.

    Raises:
        VlsimError: If one is wrong; see `mistakes_in_one_line`.
    """
    with mistakes_in_one_line(prog):
        return tyro.cli(kind, args=argv, prog=prog, description=description)


@contextmanager
def mistakes_in_one_line(prog: str) -> Iterator[None]:
    """Turn the box that tyro draws around a mistake, before it exits, into an error of one line.

    Raises:
        VlsimError: The error of our own check of the options, if that refused them; else tyro's
            words, and how to get help on the command `prog`.
    """
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            yield
    except SystemExit as ending:
        if ending.code != MISTAKE:
            raise
        if (ours := _cause(ending)) is not None:
            raise ours from None
        raise InvalidValueError(f"{_one_line(said.getvalue())}. See: {prog} --help") from None
    sys.stderr.write(said.getvalue())


def _cause(ending: SystemExit) -> VlsimError | None:
    """Return the error of a check of ours that tyro was about to draw when it ended."""
    error: BaseException | None = ending
    while error is not None and not isinstance(error, VlsimError):
        error = error.__context__
    return error


def _one_line(box: str) -> str:
    """Return what a box says, without the help texts of the options that it names."""
    sections: list[list[str]] = [[]]
    # The first line is the title of the box.
    for line in STYLE.sub("", box).splitlines()[1:]:
        words = line.strip(SIDES)
        if words.strip(RULES):
            sections[-1].append(words)
        else:
            sections.append([])
    message, *others = [section for section in sections if section] or [[]]
    if message and message[0].startswith("Missing"):
        message = message[:1] + (_named(message) or message[1:])
    helpful = [section for section in others if not section[0].startswith("Unrecognized")]
    meant = [name for section in helpful for name in _named(section)]
    said = " ".join(message).rstrip(".:") or "The options cannot be read"
    return f"{said}. Try: {', '.join(meant)}" if meant else said


def _named(lines: list[str]) -> list[str]:
    """Return the lines that begin with an option."""
    return [line for line in lines if line.startswith("-")]
