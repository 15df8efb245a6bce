"""A registry maps names to things; a wrong name is answered with the nearest one."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from vlsim.errors import InvalidValueError, UnknownNameError

T = TypeVar("T")


def _a(noun: str) -> str:
    return f"{'An' if noun[0] in 'aeiou' else 'A'} {noun}"


def split_names(words: str, noun: str) -> tuple[str, ...]:
    """Split names with commas between them; "" holds none.

    >>> split_names("wrist, viewer", "camera")
    ('wrist', 'viewer')

    Raises:
        InvalidValueError: If a name is missing beside a comma, or comes twice.
    """
    names = [name.strip() for name in words.split(",")] if words.strip() else []
    for name in names:
        if not name:
            raise InvalidValueError(
                f"{_a(noun)} is missing beside a comma in '{words}'; write names with one comma "
                "between two."
            )
        if names.count(name) > 1:
            raise InvalidValueError(f"The {noun} '{name}' comes twice in '{words}'; name it once.")
    return tuple(names)


class Registry(Generic[T]):
    """Names to things of one noun, in order of registration.

    >>> shapes: Registry[int] = Registry("shape")
    >>> shapes.add("square", 4)
    4
    >>> shapes["square"], list(shapes)
    (4, ['square'])
    """

    def __init__(self, noun: str, complete: Callable[[], None] | None = None) -> None:
        """Begin with nothing.

        Args:
            noun: What is registered here, for error messages.
            complete: Called before a name is looked up, to register what is not there yet.
        """
        self.noun = noun
        self._complete = complete
        self._items: dict[str, T] = {}

    @property
    def _known(self) -> dict[str, T]:
        if self._complete is not None:
            self._complete()
        return self._items

    def add(self, name: str, item: T) -> T:
        """Register `item` under `name` and return it; a taken name is an error."""
        if name in self._items:
            raise InvalidValueError(f"The {self.noun} '{name}' is registered already.")
        self._items[name] = item
        return item

    def register(self, name: str) -> Callable[[T], T]:
        """Register the decorated thing under `name`."""
        return lambda item: self.add(name, item)

    def __getitem__(self, name: str) -> T:
        """Return what is registered under `name`, or raise `UnknownNameError`.

        What is no string, and so no name, is an `InvalidValueError`.
        """
        if not isinstance(name, str):
            raise InvalidValueError(
                f"The name of a {self.noun} must be a string, got {name!r:.80}. "
                f"Known: {', '.join(sorted(self._known))}."
            )
        try:
            return self._known[name]
        except KeyError:
            raise UnknownNameError(self.noun, name, self._known) from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._known)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        """Whether `name` is registered."""
        return name in self._known

    def items(self) -> list[tuple[str, T]]:
        """Return names with their things, in order of registration."""
        return list(self._known.items())
