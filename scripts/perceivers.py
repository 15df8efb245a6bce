"""From the name of a model that sees and speaks, as people type it, to the model."""

import importlib
import sys
from pathlib import Path

from vlsim.agents.own_policy import is_own
from vlsim.deploy.manifest import MANIFEST
from vlsim.errors import InvalidValueError, UnknownNameError

BUNDLE = "model"
"""Folder of the bundle in a run of `vlsim pretrain`."""


def load_perceiver(name: str, device: str = "cpu") -> object:
    """Return the model of a run, of a bundle, or what calling `package.module:Name` returns.

    Args:
        name: A folder, or the path of a class or function without arguments; its module may lie in
            the current folder.
        device: Torch device that a trained model runs on.

    Raises:
        UnknownNameError: If the module has nothing of that name.
        InvalidValueError: If there is no such model, or importing or calling it fails.
        BundleError: If its files are damaged, or are those of a policy.
    """
    if is_own(name):
        return _own(name)
    candidates = (Path(name), Path(name) / BUNDLE)
    folder = next((path for path in candidates if (path / MANIFEST).is_file()), None)
    if folder is None:
        raise InvalidValueError(
            f"Cannot load the model '{name}': it is no bundle and no finished run. Train one with: "
            "vlsim pretrain MODEL (vlsim list models)."
        )
    from vlsim.deploy.model_bundle import load_model
    from vlsim.models.device import check_device

    check_device(device)
    return load_model(folder, device=device)


def _own(name: str) -> object:
    module_name, _, attribute = name.partition(":")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
        make = getattr(module, attribute, None)
        model: object = make() if callable(make) else None
    except Exception as error:
        raise InvalidValueError(f"Cannot make the model '{name}': {error!r:.200}.") from error
    if make is None:
        known = [known for known in vars(module) if not known.startswith("_")]
        raise UnknownNameError(f"model in the module {module_name}", attribute, known)
    return model
