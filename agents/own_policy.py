"""Policies of one's own: `package.module:Name`, a class or function that returns a `Policy`."""

import hashlib
import importlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.policy import Policy, PolicySpec

NEEDED = ("reset", "act")
"""Methods of every policy, which also has a `name` and a `spec`."""


def is_own(spec: str) -> bool:
    """Whether a policy is called as one's own is.

    >>> is_own("my_robot.policies:Pusher"), is_own("zoo:demo"), is_own("runs/demo")
    (True, False, False)
    """
    module, colon, name = spec.partition(":")
    names = (*module.split("."), name)
    return bool(colon) and module != "zoo" and all(map(str.isidentifier, names))


def load_own(spec: str) -> Policy:
    """Return the policy that calling `package.module:Name` without arguments returns.

    The module may lie in the current folder.

    Raises:
        UnknownNameError: If the module has nothing of that name.
        InvalidValueError: If there is no such module, it cannot be imported, or what is called
            raises or returns no policy.
    """
    module = _module(spec)
    name = spec.partition(":")[2]
    if not hasattr(module, name):
        known = [known for known in vars(module) if not known.startswith("_")]
        raise UnknownNameError(f"policy in the module {module.__name__}", name, known)
    make = getattr(module, name)
    if not callable(make):
        raise InvalidValueError(
            f"Cannot load the policy '{spec}': {name} must be a class or a function that returns a "
            f"policy, got {make!r:.80}."
        )
    policy: Any = _run(spec, make, f"calling {name}()")
    missing = [method for method in NEEDED if not callable(getattr(policy, method, None))]
    # An instance: of a class that was returned by mistake the methods are there, but not bound.
    if missing or isinstance(policy, type):
        what = f"has no method '{missing[0]}'" if missing else "is a class, not an object"
        raise InvalidValueError(
            f"Cannot load the policy '{spec}': {name}() returned {policy!r:.80}, which {what}; "
            f"a policy has {' and '.join(NEEDED)} (vlsim.interface.policy)."
        )
    for attribute, kind in (("name", str), ("spec", PolicySpec)):
        if not isinstance(got := getattr(policy, attribute, None), kind):
            raise InvalidValueError(
                f"Cannot load the policy '{spec}': its '{attribute}' must be a {kind.__name__}, "
                f"got {got!r:.80} (vlsim.interface.policy, docs/plugins.md)."
            )
    return policy  # type: ignore[no-any-return]


def fingerprint(spec: str) -> str:
    """Return a hash of the file that a policy of one's own comes from."""
    file = _module(spec).__file__
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else ""


def _module(spec: str) -> ModuleType:
    name = spec.partition(":")[0]
    # As `python -m` has it: what lies in the current folder can be imported.
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        module: ModuleType = _run(spec, lambda: importlib.import_module(name), f"importing {name}")
    except ModuleNotFoundError as error:
        raise InvalidValueError(
            f"Cannot load the policy '{spec}': there is no module '{error.name}' in {here} or "
            "among the installed packages."
        ) from None
    return module


def _run(spec: str, call: Callable[[], Any], doing: str) -> Any:  # noqa: ANN401
    """Call somebody else's code, and say in one line where it failed."""
    name = spec.partition(":")[0]
    try:
        return call()
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise
        reason: Exception = error
    except Exception as error:
        reason = error
    frame = traceback.extract_tb(reason.__traceback__)[-1]
    raise InvalidValueError(
        f"Cannot load the policy '{spec}': {doing} raised {type(reason).__name__}: {reason} "
        f"({frame.filename} line {frame.lineno})."
    ) from reason
