"""From the words of a command line to policies and environments, made where they are needed."""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from vlsim import envs
from vlsim.agents import load, own_policy
from vlsim.deploy.manifest import read_manifest
from vlsim.envs.wrappers import ResetOptions
from vlsim.errors import InvalidValueError
from vlsim.evaluation.plan import Entrant
from vlsim.interface.conditions import Conditions, misfits
from vlsim.interface.environment import Environment
from vlsim.interface.observation import IMAGE
from vlsim.interface.policy import ANY, Policy
from vlsim.plugins import LOADED
from vlsim.scripts.instruction_files import Files
from vlsim.serving.address import is_remote
from vlsim.serving.remote_policy import remote_fingerprint

AUTO = "auto"
CONTROL = "ee_delta"
IMAGE_SIZE = 64
ROBOT = "panda"
CAMERA = "front"
"""What a policy without training, such as the expert, gets."""
SIMULATION = (
    *("annotations", "data", "envs", "free_text", "goals", "instruction_sets", "interface"),
    *("language", "referring", "robots", "scenarios", "scene", "skills", "world"),
    *("agents/scripted",),
)
"""Folders of the modules that episodes come from, those of the scripted policies too."""
SIMULATION_MODULES = ("seeding",)
"""Single modules that they come from."""


@dataclass(frozen=True)
class PolicyMaker:
    """Loads a policy; unlike the policy itself, it can be sent to another process."""

    spec: str
    control: str
    device: str = "cpu"
    """Torch device that a trained policy runs on."""

    def __call__(self) -> Policy:
        """Load it."""
        return load.load_policy(self.spec, self.control, device=self.device)


@dataclass(frozen=True)
class EnvMaker:
    """Makes environments; can be sent to another process."""

    task: str
    conditions: Conditions
    randomization: str = ""
    cameras: tuple[str, ...] = ()
    """Further cameras, for people."""
    files: Files = ()
    """Instruction sets that are files, by the names that they are called."""
    reset_options: Mapping[str, Any] = field(default_factory=dict)
    """What every reset asks for: an instruction, a scene."""

    def __call__(self, instruction_set: str) -> Environment:
        """Make the environment of an instruction set."""
        offered = self.conditions
        env = envs.make_env(
            self.task,
            offered.control,
            robot=offered.robot,
            instruction_set=dict(self.files).get(instruction_set, instruction_set),
            image_size=offered.image_size,
            cameras=tuple(dict.fromkeys((*offered.cameras, *self.cameras))),
            randomization=self.randomization,
            render_mode="rgb_array",
        )
        return ResetOptions(env, self.reset_options) if self.reset_options else env

    @property
    def description(self) -> str:
        """What the episodes depend on besides task, control, robot and randomisation."""
        return f"image_size={self.conditions.image_size}, code={simulation_code()}"


def entrant(spec: str, control: str, device: str = "cpu") -> Entrant:
    """Return a participant of a benchmark, with the hash of its weights or of its own code."""
    maker = PolicyMaker(spec, control, device)
    return Entrant(spec, maker, fingerprint(spec), spec in load.SCRIPTED)


def fingerprint(spec: str) -> str:
    """Return a hash of a policy's weights, its own code or what its server says; "" if none."""
    if is_remote(spec):
        return remote_fingerprint(spec)
    if bundle := load.find_bundle(spec):
        return read_manifest(bundle).sha256
    return own_policy.fingerprint(spec) if own_policy.is_own(spec) else ""


def conditions(
    names: Sequence[str], control: str, image_size: int, robot: str = AUTO
) -> Conditions:
    """Return what policies are run with: what was asked for, or what they need.

    Args:
        names: The policies.
        control: A control mode, or `AUTO`.
        image_size: Pixels, or 0 for what the policies need.
        robot: A robot, or `AUTO`.

    Raises:
        UnknownNameError: If there is no policy of a name.
        InvalidValueError: If policies need different ones, or others than asked for; or if one is
            one's own and fails.
    """
    asked = {"control": control != AUTO, "image_size": image_size != 0, "robot": robot != AUTO}
    specs = {name: load.policy_spec(name) for name in names}
    needed = list(specs.values())
    cameras = [camera for spec in needed for camera in spec.cameras.items()]
    if control == AUTO:
        control = next((spec.control for spec in needed if spec.control != ANY), CONTROL)
    if robot == AUTO:
        robot = next((spec.robot for spec in needed if spec.robot != ANY), ROBOT)
    side = image_size or next((size for _, size in cameras if size != ANY), IMAGE_SIZE)
    offered = Conditions(
        control, robot, dict.fromkeys([CAMERA, *(name for name, _ in cameras)], int(side))
    )
    for name, spec in specs.items():
        for option, words, remedy in misfits(spec, offered):
            if option in asked:
                remedy = "Policies of one benchmark need the same; measure them in two."
            if asked.get(option):
                remedy = f"Leave --{option.replace('_', '-')} out to use that."
            raise InvalidValueError(f"The policy '{name}' {words}. {remedy}")
    return offered


def warn_of_other_tasks(specs: Sequence[str], task: str) -> None:
    """Say on stderr which of the policies were trained for another task than they shall do now.

    That is allowed: it measures how far they generalise, but has to be meant.
    """
    for spec in specs:
        path = load.find_bundle(spec)
        trained = read_manifest(path).about.get("task", task) if path else task
        if trained != task:
            print(
                f"vlsim: Warning: {spec} was trained for the task '{trained}', not '{task}': this "
                "shows how far it generalises, not how well it was trained.",
                file=sys.stderr,
            )


def golden_frame(make_env: EnvMaker) -> str:
    """Return a hash of the first picture of a fixed episode, the fingerprint of the renderer."""
    env = make_env("seen")
    try:
        observation, _ = env.reset(seed=0)
    finally:
        env.close()
    return hashlib.sha256(observation[IMAGE].tobytes()).hexdigest()[:16]


def simulation_code() -> str:
    """Return a hash of the modules that episodes come from, and the plug-ins beside them.

    A revision would not do: it changes with every README, and not with edits before a commit.
    """
    package = Path(str(files("vlsim")))
    sources = [path for name in SIMULATION for path in (package / name).rglob("*.py")]
    sources += [package / f"{name}.py" for name in SIMULATION_MODULES]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    plugins = "".join(f", {name}={version}" for name, version in LOADED.items())
    return digest.hexdigest()[:12] + plugins
