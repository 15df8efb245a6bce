"""From the name of a policy, as people type it, to the policy."""

from importlib.resources import files
from pathlib import Path

from vlsim.deploy.manifest import MANIFEST
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.evaluation.policy import Policy

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


def load_policy(spec: str, task: str, control: str) -> Policy:
    """Return the policy that `spec` names: expert, random, zoo:NAME, a run folder, a bundle folder.

    Raises:
        UnknownNameError: If there is no such policy.
        BundleError: If its files are damaged.
        InvalidValueError: If it was trained for another control mode. Another task is no reason:
            `vlsim.scripts.arena` warns of it.
    """
    if spec in SCRIPTED:
        from vlsim.agents.scripted import Expert, Random

        return Expert() if spec == "expert" else Random(control)
    folder = find_bundle(spec)
    if folder is None:
        if Path(spec).is_dir():
            raise InvalidValueError(
                f"{spec} holds no policy yet; finish the run with: vlsim train --resume {spec}"
            )
        raise UnknownNameError("policy", spec, [*SCRIPTED, *(f"zoo:{name}" for name in zoo())])
    from vlsim.agents.learned import load_learned

    policy = load_learned(spec, folder)
    if policy.control != control:
        raise InvalidValueError(
            f"{spec} was trained for control '{policy.control}', not '{control}'."
        )
    return policy
