"""From JSON values to dataclasses; what does not fit is one line that says where and what may be.

cattrs goes along the annotations. It would take 1 for True and "7" for 7, so that each kind of
value has a hook here that converts nothing; what depends on more than one value is the business of
a class's `__post_init__`.
"""

import math
import numbers
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from cattrs import Converter
from cattrs.cols import mapping_structure_factory
from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn, override

from vlsim.errors import InvalidValueError, UnknownNameError, VlsimError

T = TypeVar("T")
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

_CONVERTER = Converter(forbid_extra_keys=True)
_TUPLES: Read = _CONVERTER.get_structure_hook(tuple[int, ...])
"""How cattrs reads tuples: it takes strings and mappings too, and ignores what is too much."""


def read_as(hint: type[T], data: object, what: str) -> T:
    """Return the `hint` that JSON values describe.

    >>> read_as(tuple[int, ...], [1, 2], "A shape")
    (1, 2)

    Args:
        hint: A dataclass, or another annotation; a field that ends in _ is called without in JSON.
        data: What `json.loads` returned, or the same made by hand.
        what: What it is in words, or where it stands, as an error begins.

    Raises:
        InvalidValueError: If a value or a field does not fit; says where, and what may be there.
        VlsimError: What a class or a registry refuses stays of its kind; says where, too.
    """
    try:
        return _CONVERTER.structure(data, hint)
    except (BaseValidationError, VlsimError) as error:
        path, fault = _first_fault(error)
        if not isinstance(fault, VlsimError | ValueError):
            raise fault from None
        place = f": '{''.join(path).removeprefix('.')}'" if path else ""
        if isinstance(fault, MisfitError):
            raise InvalidValueError(f"{what}{place} {fault}") from None
        kind = type(fault) if isinstance(fault, VlsimError) else InvalidValueError
        raise kind(f"{what}{place}: {fault}") from None


def reads(hint: Hint, words: str) -> Callable[[Read], Read]:
    """Have values of this very annotation, not of subclasses, read by the decorated function.

    `words` say what may be there, as in "must be a goal".
    """
    WORDS[hint] = words
    return _reads_if(lambda asked: asked == hint)


def read_inner(hint: Hint, data: object) -> Any:  # noqa: ANN401 (the annotation says)
    """Return what `read_as` does, within a function that `reads` decorates."""
    return _CONVERTER.structure(data, hint)


class MisfitError(InvalidValueError):
    """Raised when a value cannot be what its place asks for; `read_as` writes the place before."""


def misfit(hint: Hint, data: object) -> MisfitError:
    """Return the error that says what an annotation allows, and what is there."""
    return MisfitError(f"must be {_words(hint)}, got {data!r:.80}.")


def _words(hint: Hint) -> str:
    """Return what an annotation allows, in words."""
    origin, arguments = _origin(hint), get_args(hint)
    if hint in WORDS:
        return WORDS[hint]
    if is_dataclass(hint):
        return f"a mapping with {', '.join(_names(hint))}"
    if origin in (Union, types.UnionType):
        return " or ".join(map(_words, arguments))
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin is tuple and Ellipsis not in arguments:
        each = f", each {_words(arguments[0])}" if len(set(arguments)) == 1 else ""
        return f"a list of {len(arguments)}{each}"
    return "a mapping" if hint is dict or origin in (dict, Mapping) else "a list"


def _origin(hint: Hint) -> Hint:
    return get_origin(hint)


def _names(kind: Hint) -> list[str]:
    return [f.name.rstrip("_") for f in fields(kind) if f.init]


def _first_fault(error: Exception) -> tuple[list[str], Exception]:
    """Return the path to the first fault, and the fault: a wrong name explains a missing one."""
    if isinstance(error, ClassValidationError):
        inside, whole = error.group_exceptions()
        for fault in whole:
            if isinstance(fault, ForbiddenExtraKeysError):
                name = min(map(str, fault.extra_fields))
                unknown = UnknownNameError("field", name, _names(fault.cl))
                return [], InvalidValueError(str(unknown))
        if not inside:
            return [], whole[0]
        fault, field = inside[0]
        place = "." + field.name.rstrip("_")
        if isinstance(fault, KeyError):
            return [place], MisfitError(f"is missing; it must be {_words(field.type)}.")
    elif isinstance(error, IterableValidationError):
        fault, item = error.group_exceptions()[0][0]
        place = f"[{item.index}]" if isinstance(item.index, int) else f".{item.index}"
    else:
        return [], error
    path, fault = _first_fault(fault)
    return [place, *path], fault


def _reads_if(fits: Callable[[Hint], bool]) -> Callable[[Read], Read]:
    def register(read: Read) -> Read:
        _CONVERTER.register_structure_hook_func(fits, read)
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
    _CONVERTER.register_structure_hook(_kind, _exactly(_kind))
_CONVERTER.register_structure_hook(int, _whole_number)
_CONVERTER.register_structure_hook(float, _number)
_CONVERTER.register_structure_hook(Path, lambda data, _: Path(_exactly(str)(data, str)))


@_reads_if(lambda hint: _origin(hint) is Literal)
def _literal(data: object, hint: Hint) -> object:
    for allowed in get_args(hint):
        if type(data) is type(allowed) and data == allowed:
            return data
    raise misfit(hint, data)


@_CONVERTER.register_structure_hook_factory(is_dataclass)
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


@_CONVERTER.register_structure_hook_factory(lambda hint: (_origin(hint) or hint) in (dict, Mapping))
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
            return _CONVERTER.structure(data, member)
        except MisfitError:
            continue
    raise misfit(hint, data)
