"""cattrs, made strict: JSON values become what annotations say, and none becomes another kind.

cattrs would take 1 for True and "7" for 7, so that each kind of value has a hook here, and what a
class or an annotation of its own is read by can be registered. `read_as` is the way in.
"""

import math
import numbers
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from cattrs import Converter
from cattrs.cols import mapping_structure_factory
from cattrs.gen import make_dict_structure_fn, override

from vlsim.errors import InvalidValueError

Hint: TypeAlias = Any
"""A type annotation."""
Read: TypeAlias = Callable[[Any, Hint], Any]
"""Turns a JSON value into what an annotation asks for."""

WORDS: dict[Hint, str] = {
    int: "a whole number",
    float: "a finite number",
    str: "a string",
    bool: "true or false",
    Path: "a string",
    type(None): "null",
}
"""How the kinds of values are called in errors."""

CONVERTER = Converter(forbid_extra_keys=True)
_TUPLES: Read = CONVERTER.get_structure_hook(tuple[int, ...])
"""How cattrs reads tuples: it takes strings and mappings too, and ignores what is too much."""


def reads(hint: Hint, words: str) -> Callable[[Read], Read]:
    """Have values of this very annotation, not of subclasses, read by the decorated function.

    `words` say what may be there, as in "must be a goal".
    """
    WORDS[hint] = words
    return _reads_if(lambda asked: asked == hint)


def read_inner(hint: Hint, data: object) -> Any:  # noqa: ANN401 (the annotation says)
    """Return what `read_as` does, within a function that `reads` decorates."""
    return CONVERTER.structure(data, hint)


class MisfitError(InvalidValueError):
    """Raised when a value cannot be what its place asks for; `read_as` writes the place before."""


def misfit(hint: Hint, data: object) -> MisfitError:
    """Return the error that says what an annotation allows, and what is there."""
    return MisfitError(f"must be {in_words(hint)}, got {data!r:.80}.")


def in_words(hint: Hint) -> str:
    """Return what an annotation allows, in words."""
    origin, arguments = _origin(hint), get_args(hint)
    if hint in WORDS:
        return WORDS[hint]
    if is_dataclass(hint):
        return f"a mapping with {', '.join(names_of(hint))}"
    if origin in (Union, types.UnionType):
        return " or ".join(map(in_words, arguments))
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin is tuple and Ellipsis not in arguments:
        each = f", each {in_words(arguments[0])}" if len(set(arguments)) == 1 else ""
        return f"a list of {len(arguments)}{each}"
    return "a mapping" if hint is dict or origin in (dict, Mapping) else "a list"


def names_of(kind: Hint) -> list[str]:
    """Return the fields of a dataclass as JSON calls them: one that ends in _ without it."""
    return [f.name.rstrip("_") for f in fields(kind) if f.init]


def _origin(hint: Hint) -> Hint:
    return get_origin(hint)


def _reads_if(fits: Callable[[Hint], bool]) -> Callable[[Read], Read]:
    def register(read: Read) -> Read:
        CONVERTER.register_structure_hook_func(fits, read)
        return read

    return register


def _exactly(kind: type) -> Read:
    def read(data: object, _: Hint) -> object:
        if not isinstance(data, kind):
            raise misfit(kind, data)
        return data

    return read


def _whole_number(data: object, _: Hint) -> int:
    # True is an integer to Python; NumPy's are to `numbers`.
    if type(data) is not bool and isinstance(data, numbers.Integral):
        return int(data)
    raise misfit(int, data)


def _number(data: object, _: Hint) -> float:
    if type(data) is not bool and isinstance(data, numbers.Real) and math.isfinite(data):
        return float(data)
    raise misfit(float, data)


for _kind in (str, bool, type(None)):
    CONVERTER.register_structure_hook(_kind, _exactly(_kind))
CONVERTER.register_structure_hook(int, _whole_number)
CONVERTER.register_structure_hook(float, _number)
CONVERTER.register_structure_hook(Path, lambda data, _: Path(_exactly(str)(data, str)))


@_reads_if(lambda hint: _origin(hint) is Literal)
def _literal(data: object, hint: Hint) -> object:
    for allowed in get_args(hint):
        if type(data) is type(allowed) and data == allowed:
            return data
    raise misfit(hint, data)


@CONVERTER.register_structure_hook_factory(is_dataclass)
def _dataclass(kind: Hint, converter: Converter) -> Read:
    names: Any = {f.name: override(rename=f.name.rstrip("_")) for f in fields(kind)}
    read = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **names)

    def read_mapping(data: object, _: Hint) -> object:
        if not isinstance(data, Mapping):
            raise misfit(kind, data)
        return read(data, kind)

    return read_mapping


@_reads_if(lambda hint: _origin(hint) in (tuple, list))
def _sequence(data: object, hint: Hint) -> object:
    kind, arguments = _origin(hint), get_args(hint)
    fixed = kind is tuple and Ellipsis not in arguments
    if not isinstance(data, list | tuple) or (fixed and len(data) != len(arguments)):
        raise misfit(hint, data)
    each: Hint = tuple[arguments[0], ...]  # type: ignore[valid-type]
    return kind(_TUPLES(data, hint if fixed else each))


@CONVERTER.register_structure_hook_factory(lambda hint: (_origin(hint) or hint) in (dict, Mapping))
def _mapping(hint: Hint, converter: Converter) -> Read:
    plain: Hint = dict[get_args(hint) or (str, Any)]  # type: ignore[misc]
    read = mapping_structure_factory(plain, converter)

    def read_mapping(data: object, _: Hint) -> object:
        if not isinstance(data, Mapping):
            raise misfit(hint, data)
        return read(data, plain)

    return read_mapping


@_reads_if(lambda hint: _origin(hint) in (Union, types.UnionType))
def _union(data: object, hint: Hint) -> object:
    members = [member for member in get_args(hint) if member is not type(None)]
    if data is None and len(members) < len(get_args(hint)):
        return None
    for member in members:
        try:
            return CONVERTER.structure(data, member)
        except MisfitError:
            continue
    raise misfit(hint, data)
