"""From the name of a model that sees and speaks, as people type it, to the model."""

from pathlib import Path

from vlsim.agents.load import find_model
from vlsim.agents.own_policy import is_own
from vlsim.deploy.manifest import MANIFEST
from vlsim.errors import InvalidValueError
from vlsim.scripts.own_code import call_own

BUNDLE = "model"
"""Folder of the bundle in a run of `vlsim pretrain`."""


def load_perceiver(name: str, device: str = "cpu") -> object:
    """Return the model of a run, of a bundle, or what calling `package.module:Name` returns.

    Args:
        name: A folder, zoo:NAME, or the path of a class or function without arguments; its module
            may lie in the current folder.
        device: Torch device that a trained model runs on.

    Raises:
        UnknownNameError: If the module has nothing of that name.
        InvalidValueError: If there is no such model, or importing or calling it fails.
        BundleError: If its files are damaged, or are those of a policy.
    """
    if is_own(name):
        own: object = call_own("model", name, InvalidValueError)
        return own
    candidates = (Path(name), Path(name) / BUNDLE)
    folder = next((path for path in candidates if (path / MANIFEST).is_file()), None)
    if name.startswith("zoo:"):
        folder = find_model(name)
    if folder is None:
        raise InvalidValueError(
            f"Cannot load the model '{name}': it is no bundle and no finished run. Train one with: "
            "vlsim pretrain MODEL (vlsim list models)."
        )
    from vlsim.deploy.model_bundle import load_model
    from vlsim.models.device import check_device

    check_device(device)
    return load_model(folder, device=device)
