"""From the name of a policy, as people type it, to the policy."""

from importlib.resources import files
from pathlib import Path

from vlsim.agents import own_policy
from vlsim.deploy.engines import ENGINES, Computing
from vlsim.deploy.exported import FP32
from vlsim.deploy.manifest import MANIFEST, read_manifest
from vlsim.errors import InvalidValueError, UnknownNameError, VlsimError, in_one_line
from vlsim.interface.policy import ANY, Policy, PolicySpec
from vlsim.serving.address import is_remote

SCRIPTED = ("expert", "random")


def zoo() -> list[str]:
    """Return the names of the policies that come with vlsim."""
    return sorted(p.stem for p in Path(str(files("vlsim"))).glob("zoo/*.vlsim"))


def model_zoo() -> list[str]:
    """Return the names of the models that come with vlsim."""
    return sorted(p.stem for p in Path(str(files("vlsim"))).glob("zoo/*.model"))


def split_engine(name: str) -> tuple[str, str, str]:
    """Return a policy's name without its engine, the engine, and the precision.

    >>> split_engine("zoo:demo"), split_engine("runs/demo@onnxruntime:fp16")
    (('zoo:demo', 'torch', 'fp32'), ('runs/demo', 'onnxruntime', 'fp16'))

    Raises:
        UnknownNameError: If there is no such engine.
    """
    policy, at, words = name.rpartition("@")
    engine, _, precision = words.partition(":")
    # A folder may have such a name, too, and so may the address of a server.
    if (
        not at
        or not engine.replace("-", "_").isidentifier()
        or "://" in name
        or Path(name).exists()
    ):
        return name, "torch", FP32
    _ = ENGINES[engine]
    return policy, engine, precision or FP32


def find_bundle(name: str) -> Path | None:
    """Return the bundle behind a policy's name, None if there is none on the disk."""
    name, _, _ = split_engine(name)
    if name.startswith("zoo:"):
        short = name.removeprefix("zoo:")
        if short not in zoo():
            raise UnknownNameError("policy in the zoo", short, zoo())
        return Path(str(files("vlsim"))) / "zoo" / f"{short}.vlsim"
    candidates = (Path(name), Path(name) / "policy")
    return next((path for path in candidates if (path / MANIFEST).is_file()), None)


def find_model(name: str) -> Path:
    """Return the bundle of a model that `vlsim pretrain` made.

    Args:
        name: A run folder, a bundle folder, or zoo:NAME.

    Raises:
        UnknownNameError: If the zoo has no such model.
        InvalidValueError: If there is none.
    """
    if name.startswith("zoo:"):
        short = name.removeprefix("zoo:")
        if short not in model_zoo():
            raise UnknownNameError("model in the zoo", short, model_zoo())
        return Path(str(files("vlsim"))) / "zoo" / f"{short}.model"
    path = Path(name)
    for candidate in (path, path / "model"):
        if (candidate / MANIFEST).is_file():
            return candidate
    if path.is_dir():
        raise InvalidValueError(
            f"{name} holds no model yet; finish the run with: vlsim pretrain --resume {name}"
        )
    raise InvalidValueError(
        f"Cannot load the model '{name}': there is none. Train it with: vlsim pretrain MODEL "
        f"--out {path.parent} --name {path.name} (vlsim list models)."
    )


def policy_spec(name: str) -> PolicySpec:
    """Return what a policy needs, without loading weights; one's own is made once.

    Raises:
        UnknownNameError: If it looks like a name, and none is near.
        BundleError: If its files are damaged.
        InvalidValueError: If there is no such run or bundle, or it is one's own and fails.
        RemoteError: If its server cannot be reached.
    """
    if name in SCRIPTED:
        return PolicySpec()
    if is_remote(name):
        return _load(name, "", "cpu").spec
    if folder := find_bundle(name):
        return read_manifest(folder).spec
    if own_policy.is_own(name):
        return own_policy.load_own(name).spec
    raise _no_policy(name)


def _no_policy(name: str) -> VlsimError:
    path = Path(name)
    if path.is_dir():
        return InvalidValueError(
            f"{name} holds no policy yet; finish the run with: vlsim train --resume {name}"
        )
    if path.parent != Path() or path.suffix:
        return InvalidValueError(
            f"Cannot load the policy '{name}': there is none. Train it with: vlsim train PRESET "
            f"--out {path.parent} --name {path.name} (vlsim list presets)."
        )
    return UnknownNameError("policy", name, [*SCRIPTED, *(f"zoo:{known}" for known in zoo())])


def load_policy(name: str | Path, control: str = "", *, device: str = "cpu") -> Policy:
    """Return the policy of a name.

    Args:
        name: expert, random, zoo:NAME, a run folder, a bundle folder, package.module:Name, one's
            own, or ws://HOST:PORT, one that is served. @ENGINE or @ENGINE:PRECISION behind a bundle
            chooses what computes it.
        control: Control mode that it shall act by. Without one, a trained policy acts by the one
            that it was trained for; `random` needs one.
        device: Torch device that a trained policy runs on. Loading needs no simulator.

    Raises:
        UnknownNameError: If there is no such policy.
        BundleError: If its files are damaged.
        InvalidValueError: If it acts by another control mode, or there is no such device.
        RemoteError: If its server cannot be reached.
    """
    if not isinstance(name, str | Path):
        raise InvalidValueError(
            f"A policy is a name or a folder, such as 'zoo:demo' or 'runs/demo', got "
            f"{in_one_line(name)}."
        )
    name = str(name)
    policy = _load(name, control, device)
    if control and (needed := policy.spec.control) not in (ANY, control):
        raise InvalidValueError(f"The policy '{name}' needs control '{needed}', not '{control}'.")
    return policy


def _load(name: str, control: str, device: str) -> Policy:
    if name in SCRIPTED:
        from vlsim.agents.scripted.expert import Expert
        from vlsim.agents.scripted.uniform import Random

        if name == "expert":
            return Expert()
        if not control:
            raise InvalidValueError("The policy 'random' needs a control mode, such as 'ee_delta'.")
        return Random(control)
    if own_policy.is_own(name):
        return own_policy.load_own(name)
    if is_remote(name):
        from vlsim.serving.remote_policy import load_remote_policy

        return load_remote_policy(name)
    folder = find_bundle(name)
    if folder is None:
        raise _no_policy(name)
    from vlsim.deploy.engine_policy import load_engine_policy

    _, engine, precision = split_engine(name)
    return load_engine_policy(name, folder, engine, Computing(precision, device))
