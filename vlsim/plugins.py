"""Plug-ins: other people's tasks, goals, sets, robots and parts of networks, by entry points.

An installed package names in its `pyproject.toml` a module that registers things on import:

    [project.entry-points."vlsim.plugins"]
    pour = "vlsim_pour.register"

    [project.entry-points."vlsim.parts"]
    pour = "vlsim_pour.parts"

Every process that imports vlsim imports the modules of the first group once, worker processes too.
Those of the second register parts of networks and objectives, and so need torch: they are imported
when a registry of these is first read.
"""

import importlib.metadata
import logging

GROUP = "vlsim.plugins"
PARTS_GROUP = "vlsim.parts"
logger = logging.getLogger(__name__)

LOADED: dict[str, str] = {}
"""The plug-ins that were loaded, with their packages and versions; parts are not among them."""
BROKEN: dict[str, str] = {}
"""The plug-ins that could not be loaded, with the reasons."""
_read: set[str] = set()


def load_plugins() -> None:
    """Import the module of every plug-in.

    A plug-in that cannot be imported is one line in the log, which names it: the rest of vlsim
    works without it.
    """
    LOADED.update(_load(GROUP))


def load_parts() -> None:
    """Import the module of every plug-in that registers parts of networks or objectives, once."""
    _load(PARTS_GROUP)


def _load(group: str) -> dict[str, str]:
    """Import the modules of a group, once. Returns the plug-ins that could be imported."""
    loaded: dict[str, str] = {}
    if group in _read:
        return loaded
    # Before, not after: a part that builds on another reads a registry while it is imported.
    _read.add(group)
    for entry in sorted(importlib.metadata.entry_points(group=group), key=lambda e: e.name):
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
            loaded[entry.name] = f"{package} {entry.dist.version if entry.dist else ''}".strip()
    return loaded
