"""What goes over the wire: msgpack with NumPy arrays, as openpi writes it, byte for byte.

An array is a map with the keys `__ndarray__`, `data`, `dtype` and `shape`, which are bytes. What is
read comes from a stranger: its size, its nesting and the types of its arrays are capped, and
nothing is made larger than the bytes that came.
"""

import re
from math import prod
from typing import Any

import numpy as np

from vlsim.errors import VlsimError
from vlsim.extras import import_extra

MOST_BYTES = 16 << 20
"""Of a message: five pictures of 1024 x 1024 pixels fit in."""
MOST_ENTRIES = 4096
"""Of a list or a map."""
MOST_CONTAINERS = 256
"""Lists and maps of a message, all together."""
DEEPEST = 8
"""Lists and maps within each other."""
MOST_DIMENSIONS = 8

NUMBERS = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248])")
"""Types of arrays that are read: nothing that holds objects, fields or text."""
_ARRAY = {b"__ndarray__", b"data", b"dtype", b"shape"}
_SCALAR = {b"__npgeneric__", b"data", b"dtype"}


class WireError(VlsimError, ValueError):
    """Raised when a message is not what the protocol says."""


def pack(message: object) -> bytes:
    """Return a message as bytes.

    >>> pack({}).hex(), pack(np.array([[1, 2]], np.uint8)).hex()[:26]
    ('80', '84c40b5f5f6e6461727261795f')

    Raises:
        WireError: If it holds something that the protocol has no form for.
        MissingExtraError: If msgpack is not installed.
    """
    msgpack = _msgpack()
    try:
        packed: bytes = msgpack.packb(message, default=_as_map)
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"A message cannot be written: {_one_line(error)}.") from None
    return packed


def unpack(data: bytes) -> Any:  # noqa: ANN401
    """Return the message of some bytes; its arrays cannot be written to.

    >>> unpack(pack({"a": np.float32(1.5), "b": (1, None)}))
    {'a': np.float32(1.5), 'b': [1, None]}

    Raises:
        WireError: If the bytes are no message, or one that is too large or too deep.
        MissingExtraError: If msgpack is not installed.
    """
    if len(data) > MOST_BYTES:
        raise WireError(f"A message has {MOST_BYTES} bytes at most, got {len(data)}.")
    msgpack, reader = _msgpack(), _Reader()
    try:
        message = msgpack.unpackb(
            data,
            object_hook=reader.object,
            list_hook=reader.list,
            ext_hook=_no_extension,
            max_array_len=MOST_ENTRIES,
            max_map_len=MOST_ENTRIES,
            max_ext_len=0,
        )
    except WireError:
        raise
    except (msgpack.exceptions.UnpackException, ValueError, TypeError) as error:
        raise WireError(f"The bytes are no message: {_one_line(error)}.") from None
    _check(message, DEEPEST)
    return message


class _Reader:
    """Counts lists and maps while they are read, so that a small message cannot become a large one.

    Sixteen million empty lists fit into `MOST_BYTES`, and would take a gigabyte.
    """

    def __init__(self) -> None:
        self._n = 0

    def list(self, entries: list[Any]) -> list[Any]:
        self._count()
        return entries

    def object(self, entries: dict[Any, Any]) -> Any:  # noqa: ANN401
        self._count()
        if b"__ndarray__" in entries:
            return _array(entries)
        if b"__npgeneric__" in entries:
            return _scalar(entries)
        return entries

    def _count(self) -> None:
        self._n += 1
        if self._n > MOST_CONTAINERS:
            raise WireError(f"A message has {MOST_CONTAINERS} lists and maps at most, got more.")


def _as_map(value: object) -> object:
    """Return the map that an array or a number of NumPy is written as."""
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "VOc":
        raise TypeError(f"arrays of {value.dtype} have no form")
    if isinstance(value, np.ndarray):
        return {
            b"__ndarray__": True,
            b"data": value.tobytes(),
            b"dtype": value.dtype.str,
            b"shape": value.shape,
        }
    if isinstance(value, np.generic):
        return {b"__npgeneric__": True, b"data": value.item(), b"dtype": value.dtype.str}
    raise TypeError(f"a {type(value).__name__} has no form")


def _array(entries: dict[Any, Any]) -> np.ndarray[Any, Any]:
    if set(entries) != _ARRAY or not isinstance(entries[b"data"], bytes):
        raise WireError("An array has __ndarray__, data (bytes), dtype and shape, got others.")
    kind, shape, data = _dtype(entries[b"dtype"]), entries[b"shape"], entries[b"data"]
    is_shape = isinstance(shape, list) and len(shape) <= MOST_DIMENSIONS
    if not is_shape or not all(type(n) is int and 0 <= n <= MOST_BYTES for n in shape):
        raise WireError(
            f"The shape of an array is a list of {MOST_DIMENSIONS} sizes at most, got "
            f"{_one_line(shape)}."
        )
    if (needed := prod(shape) * kind.itemsize) != len(data):
        raise WireError(
            f"An array {tuple(shape)} of {kind.str} has {needed} bytes, got {len(data)}."
        )
    return np.ndarray(shape, kind, data)


def _scalar(entries: dict[Any, Any]) -> np.generic:
    if set(entries) != _SCALAR or not isinstance(entries[b"data"], bool | int | float):
        raise WireError("A number has __npgeneric__, data (a number) and dtype, got others.")
    kind = _dtype(entries[b"dtype"])
    try:
        number: np.generic = kind.type(entries[b"data"])
    except (OverflowError, ValueError, TypeError):
        value = _one_line(entries[b"data"])
        raise WireError(f"{value} is no number of the type {kind.str}.") from None
    return number


def _dtype(name: object) -> np.dtype[Any]:
    if not isinstance(name, str) or not NUMBERS.fullmatch(name):
        raise WireError(
            f"Arrays are of whole numbers, floats or truth values, such as '|u1' or '<f4', got "
            f"{_one_line(name)}."
        )
    return np.dtype(name)


def _check(value: object, depth: int) -> None:
    """Refuse what is too deep, and what only msgpack knows, such as a point in time."""
    if isinstance(value, dict | list):
        if depth == 0:
            raise WireError(f"Lists and maps are nested {DEEPEST} deep at most, got deeper ones.")
        for entry in value.values() if isinstance(value, dict) else value:
            _check(entry, depth - 1)
    elif value is not None and not isinstance(
        value, bool | int | float | str | bytes | np.ndarray | np.generic
    ):
        raise WireError(f"A message holds no {type(value).__name__}.")


def _no_extension(code: int, data: bytes) -> None:
    raise WireError(f"A message has no extension types, got type {code}.")


def _one_line(value: object) -> str:
    words = str(value) if isinstance(value, Exception) else repr(value)
    return " ".join(words[:200].split())[:100].rstrip(".") or type(value).__name__


def _msgpack() -> Any:  # noqa: ANN401
    return import_extra("msgpack", "Talking to a policy server", "serve")
