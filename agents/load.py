"""From the name of a policy, as people type it, to the policy."""

from importlib.resources import files
from pathlib import Path

from vlsim.agents import own_policy
from vlsim.deploy.manifest import MANIFEST
from vlsim.errors import InvalidValueError, UnknownNameError, VlsimError
from vlsim.interface.policy import Policy

SCRIPTED = ("expert", "random")


def zoo() -> list[str]:
    """Return the names of the policies that come with vlsim."""
    return sorted(p.stem for p in Path(str(files("vlsim"))).glob("zoo/*.vlsim"))


def find_bundle(spec: str) -> Path | None:
    """Return the bundle behind a policy's name, None if there is none on the disk."""
    if spec.startswith("zoo:"):
        name = spec.removeprefix("zoo:")
        if name not in zoo():
            raise UnknownNameError("policy in the zoo", name, zoo())
        return Path(str(files("vlsim"))) / "zoo" / f"{name}.vlsim"
    candidates = (Path(spec), Path(spec) / "policy")
    return next((path for path in candidates if (path / MANIFEST).is_file()), None)


def check_policy(spec: str) -> None:
    """Refuse what names no policy, without loading weights; one's own is called once.

    Raises:
        UnknownNameError: If it looks like a name, and none is near.
        InvalidValueError: If there is no such run or bundle, or it is one's own and fails.
    """
    if spec in SCRIPTED or find_bundle(spec):
        return
    if own_policy.is_own(spec):
        own_policy.load_own(spec)
        return
    raise _no_policy(spec)


def _no_policy(spec: str) -> VlsimError:
    path = Path(spec)
    if path.is_dir():
        return InvalidValueError(
            f"{spec} holds no policy yet; finish the run with: vlsim train --resume {spec}"
        )
    if path.parent != Path() or path.suffix:
        return InvalidValueError(
            f"Cannot load the policy '{spec}': there is none. Train it with: vlsim train PRESET "
            f"--out {path.parent} --name {path.name} (vlsim list presets)."
        )
    return UnknownNameError("policy", spec, [*SCRIPTED, *(f"zoo:{name}" for name in zoo())])


def load_policy(spec: str, control: str = "", *, device: str = "cpu") -> Policy:
    """Return the policy that `spec` names.

    That is expert, random, zoo:NAME, a run folder, a bundle folder, or package.module:Name, one's
    own.

    Args:
        spec: The name.
        control: Control mode that it shall act by. Without one, a trained policy acts by the one
            that it was trained for; `random` needs one.
        device: Torch device that a trained policy runs on. Loading needs no simulator.

    Raises:
        UnknownNameError: If there is no such policy.
        BundleError: If its files are damaged.
        InvalidValueError: If it was trained for another control mode, or there is no such device.
    """
    if spec in SCRIPTED:
        from vlsim.agents.scripted import Expert, Random

        if spec == "expert":
            return Expert()
        if not control:
            raise InvalidValueError("The policy 'random' needs a control mode, such as 'ee_delta'.")
        return Random(control)
    if own_policy.is_own(spec):
        return own_policy.load_own(spec)
    folder = find_bundle(spec)
    if folder is None:
        raise _no_policy(spec)
    from vlsim.deploy.torch_policy import load_torch_policy

    policy = load_torch_policy(spec, folder, device)
    if control and policy.control != control:
        raise InvalidValueError(
            f"{spec} was trained for control '{policy.control}', not '{control}'."
        )
    return policy
