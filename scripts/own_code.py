"""What people wrote themselves: `package.module:Name`, called without arguments."""

import importlib
import sys
from pathlib import Path
from typing import Any

from vlsim.errors import UnknownNameError, VlsimError


def call_own(noun: str, name: str, failure: type[VlsimError]) -> Any:  # noqa: ANN401
    """Return what calling `package.module:Name` returns; the module may lie in the current folder.

    Args:
        noun: What it should be, for error messages.
        name: The path.
        failure: What is raised if importing or calling it fails.

    Raises:
        UnknownNameError: If the module has nothing of that name.
        VlsimError: `failure`, if importing or calling it fails.
    """
    module_name, _, attribute = name.partition(":")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
        make = getattr(module, attribute, None)
        made = make() if callable(make) else None
    except Exception as error:
        raise failure(f"Cannot make the {noun} '{name}': {error!r:.200}.") from error
    if make is None:
        known = [known for known in vars(module) if not known.startswith("_")]
        raise UnknownNameError(f"{noun} in the module {module_name}", attribute, known)
    return made
