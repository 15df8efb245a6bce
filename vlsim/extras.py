"""Optional packages, imported where they are needed; a missing one is named with its extra."""

import importlib
from typing import Any

from vlsim.errors import MissingExtraError


def import_extra(module: str, doing: str, extra: str, meanwhile: str = "") -> Any:  # noqa: ANN401, a module has no type
    """Return an optional package.

    Args:
        module: Its name, as it is imported.
        doing: What it is needed for, to begin a sentence with.
        extra: Extra of vlsim that installs it.
        meanwhile: What works without it.

    Raises:
        MissingExtraError: If it is not installed, or a library of it is missing.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(doing, module.partition(".")[0], extra, meanwhile) from error
