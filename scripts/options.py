"""The options of a command, read by tyro; a mistake in them is one line, like any other."""

import difflib
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import MISSING, fields, is_dataclass
from itertools import zip_longest
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import tyro

from vlsim.errors import InvalidValueError, VlsimError

Options = TypeVar("Options")

MISTAKE = 2
"""Exit code of tyro for a command line that it cannot read."""
HOME = re.compile(r"(?:^|(?<=[=,]))~(?:[\w.-]*(?=/)|$)")
"""The first part of a path in somebody's home folder, in an argument."""
POSITIONAL = get_args(tyro.conf.Positional[str])[1:]
"""What tyro marks an argument without a name with."""


class Option(NamedTuple):
    """An option of a command, as people type it."""

    flag: str
    hint: Any
    """Its type annotation."""
    is_needed: bool


def with_home(argument: str) -> str:
    """Return an argument with the home folder for each "~" that begins a path.

    A shell does this for `--out ~/x`, but not for `--out=~/x` or `--sets seen,~/my.jsonl`, which
    made a folder named "~".

    >>> with_home("--out=~/x") == f"--out={os.path.expanduser('~')}/x"
    True
    """
    return HOME.sub(lambda match: os.path.expanduser(match[0]), argument)


def read_options(
    kind: type[Options],
    argv: Sequence[str] | None,
    prog: str,
    description: str | None = None,
    default: Options | None = None,
) -> Options:
    """Return the options of a command, a dataclass `kind`, that were given on its command line.

    Raises:
        VlsimError: The error of our own check of the options, if that refused them; else what is
            wrong with which option, and how to get help on the command `prog`.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    options = list(_options(kind, default is not None))
    # tyro draws a box around a mistake, and has no public way to tell which one it is: the box is
    # thrown away.
    drawn = io.StringIO()
    try:
        with redirect_stderr(drawn):
            found, unknown = tyro.cli(
                kind,
                args=arguments,
                prog=prog,
                description=description,
                default=default,
                return_unknown_args=True,
            )
    except SystemExit as ending:
        if ending.code != MISTAKE:
            raise
        errors = list(_causes(ending))
        if ours := [error for error in errors if isinstance(error, VlsimError)]:
            raise ours[-1] from None
        mistake = _mistake(options, arguments, errors)
        raise InvalidValueError(f"{mistake}. See: {prog} --help") from None
    if unknown:
        raise InvalidValueError(f"{_unknown(unknown[0], options)}. See: {prog} --help")
    sys.stderr.write(drawn.getvalue())
    return cast("Options", found)


def _causes(ending: SystemExit) -> Iterator[BaseException]:
    """Yield the errors, the last one first, that tyro was about to draw when it ended."""
    error = ending.__context__
    while error is not None:
        yield error
        error = error.__context__


def _options(kind: type[Any], has_default: bool = False, prefix: str = "") -> Iterator[Option]:
    """Yield what a dataclass asks for, by the names that tyro gives to its fields."""
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        hint, marks = hints[field.name], ()
        if get_origin(hint) is Annotated:
            hint, *marks = get_args(hint)  # type: ignore[assignment]
        has_value = has_default or (field.default, field.default_factory) != (MISSING, MISSING)
        name = prefix + field.name.replace("_", "-")
        if is_dataclass(hint):
            yield from _options(hint, has_value, f"{name}.")  # type: ignore[arg-type]
        elif tuple(marks) == POSITIONAL:
            yield Option(name.upper(), hint, not has_value)
        else:
            yield Option(f"--{name}", hint, not has_value)


def _unknown(given: str, options: list[Option]) -> str:
    near = difflib.get_close_matches(given, [option.flag for option in options], n=1)
    return f"No option '{given}'" + (f"; did you mean '{near[0]}'" if near else "")


def _mistake(options: list[Option], arguments: list[str], errors: list[BaseException]) -> str:
    """Return what is wrong with arguments that tyro cannot read."""
    values = dict(_values(arguments))
    known = {option.flag for option in options}
    for flag, value in values.items():
        if flag.replace("--no-", "--", 1) not in known:
            return _unknown(flag, options)
        for error in errors:
            is_of_it = isinstance(error, ValueError) and repr(value) in str(error)
            if value is not None and is_of_it:
                return f"{flag}: {error}"
    for option in options:
        value = values.get(option.flag)
        if option.flag in values and value is None and option.hint is not bool:
            return f"{option.flag} needs a value"
        if get_origin(option.hint) is Literal and value is not None:
            allowed = get_args(option.hint)
            if value not in allowed:
                return f"{option.flag} must be one of {', '.join(allowed)}, got '{value}'"
    missing = [o.flag for o in options if o.is_needed and o.flag not in values]
    return f"Missing: {', '.join(missing)}" if missing else "The options cannot be read"


def _values(arguments: list[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each option that is given, and what follows it."""
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue="--"):
        if argument.startswith("--"):
            flag, has_value, value = argument.partition("=")
            follows = None if following.startswith("--") else following
            yield flag.replace("_", "-"), value if has_value else follows
