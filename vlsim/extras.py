"""Optional packages, imported where they are needed; a missing one is named with its extra."""

import importlib
from typing import Any

from vlsim.errors import MissingExtraError


def import_extra(module: str, doing: str, extra: str) -> Any:  # noqa: ANN401, a module has no type
    """Return an optional package.

    Args:
        module: Its name, as it is imported.
        doing: What it is needed for, to begin a sentence with.
        extra: Extra of vlsim that installs it.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError(doing, module.partition(".")[0], extra) from error
