"""From JSON values to dataclasses; what does not fit is one line that says where and what may be.

What depends on more than one value is the business of a class's `__post_init__`.
"""

from typing import TypeVar

from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)

from vlsim.converter import CONVERTER, MisfitError, in_words, names_of
from vlsim.errors import InvalidValueError, UnknownNameError, VlsimError

T = TypeVar("T")


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
        return CONVERTER.structure(data, hint)
    except (BaseValidationError, VlsimError) as error:
        path, fault = _first_fault(error)
        if not isinstance(fault, VlsimError | ValueError):
            raise fault from None
        place = f": '{''.join(path).removeprefix('.')}'" if path else ""
        if isinstance(fault, MisfitError):
            raise InvalidValueError(f"{what}{place} {fault}") from None
        kind = type(fault) if isinstance(fault, VlsimError) else InvalidValueError
        raise kind(f"{what}{place}: {fault}") from None


def _first_fault(error: Exception) -> tuple[list[str], Exception]:
    """Return the path to the first fault, and the fault: a wrong name explains a missing one."""
    if isinstance(error, ClassValidationError):
        inside, whole = error.group_exceptions()
        for fault in whole:
            if isinstance(fault, ForbiddenExtraKeysError):
                name = min(map(str, fault.extra_fields))
                unknown = UnknownNameError("field", name, names_of(fault.cl))
                return [], InvalidValueError(str(unknown))
        if not inside:
            return [], whole[0]
        fault, field = inside[0]
        place = "." + field.name.rstrip("_")
        if isinstance(fault, KeyError):
            return [place], MisfitError(f"is missing; it must be {in_words(field.type)}.")
    elif isinstance(error, IterableValidationError):
        fault, item = error.group_exceptions()[0][0]
        place = f"[{item.index}]" if isinstance(item.index, int) else f".{item.index}"
    else:
        return [], error
    path, fault = _first_fault(fault)
    return [place, *path], fault
