"""Plug-ins: other people's tasks, goals, sets and robots, found by entry points.

An installed package names in its `pyproject.toml` a module that registers things on import:

    [project.entry-points."vlsim.plugins"]
    pour = "vlsim_pour.register"

Every process that imports vlsim imports these modules once, worker processes too.
"""

import importlib.metadata
import logging

GROUP = "vlsim.plugins"
logger = logging.getLogger(__name__)

LOADED: dict[str, str] = {}
"""The plug-ins that were loaded, with their packages and versions."""
BROKEN: dict[str, str] = {}
"""The plug-ins that could not be loaded, with the reasons."""


def load_plugins() -> None:
    """Import the module of every plug-in.

    A plug-in that cannot be imported is one line in the log, which names it: the rest of vlsim
    works without it.
    """
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda e: e.name):
        package = entry.dist.name if entry.dist else "unknown"
        try:
            entry.load()
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")
            BROKEN[entry.name] = reason
            logger.error(
                "The vlsim plug-in '%s' of the package '%s' cannot be loaded: %s. "
                "Mend or uninstall it.",
                entry.name,
                package,
                reason,
            )
        else:
            LOADED[entry.name] = f"{package} {entry.dist.version if entry.dist else ''}".strip()
