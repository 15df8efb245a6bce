"""Faults planted between policies and the simulator: which does the check of the contract name?

    python -m benchmarks.contract_faults --keep

Each fault is planted in each policy on which it has an effect; policies without a fault must not be
accused. `--keep` writes `benchmarks/results/contract_faults.json`.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import tyro

from benchmarks.contract_policies import FAULTS, ColorsApart, Servo, plant
from benchmarks.result_file import keep_result
from vlsim.agents.load import load_policy
from vlsim.envs import make_env
from vlsim.envs.control import CONTROLS
from vlsim.interface.environment import EnvFactory, Environment
from vlsim.interface.policy import Policy
from vlsim.robots.catalogue import PANDA
from vlsim.serving.contract import check_contract

KINDS = {
    "wrong scale (10)": "wrong scale",
    "wrong scale (1/10)": "wrong scale",
    "degrees for radians": "radians for degrees",
}
"""Faults of which there are several forms."""
SAID = {
    "permuted axes": " is d, is joint, is v, is u",
    "wrong sign": "runs against its own",
    "wrong scale": "the scale is wrong",
    "radians for degrees": "degrees for radians",
    "BGR for RGB": "BGR, not RGB",
    "upside-down picture": "upside down",
    "CHW for HWC": "CHW, not HWC",
    "one-step delay": "one step late",
    "un-normalised state": "not normalised",
}
"""Words with which each kind is named."""
ACTIONS = ("permuted axes", "wrong sign", "wrong scale (10)", "wrong scale (1/10)")
PICTURES = ("BGR for RGB", "upside-down picture", "CHW for HWC")


@dataclass(frozen=True)
class Subject:
    """A correct policy, where it acts, and the faults that would change what it does there."""

    name: str
    make: Callable[[], Policy]
    task: str
    control: str
    faults: tuple[str, ...] = ()
    colors_apart: bool = False
    """Whether the named thing is the only one of its color."""

    def envs(self, instruction_set: str) -> Environment:
        """Make an environment."""
        env = make_env(self.task, self.control, instruction_set=instruction_set)
        return ColorsApart(env) if self.colors_apart else env


SUBJECTS = (
    Subject(
        "servo, by color",
        Servo,
        "reach",
        "ee_delta",
        (*ACTIONS, *PICTURES, "one-step delay", "un-normalised state"),
        colors_apart=True,
    ),
    Subject(
        "servo, slow, noisy, chunks of 3",
        lambda: Servo(gain=0.3, noise=0.1, chunk=3),
        "reach",
        "ee_delta",
        colors_apart=True,
    ),
    Subject("servo, colors repeat", Servo, "reach", "ee_delta"),
    Subject(
        "zoo:demo",
        lambda: load_policy("zoo:demo"),
        "pick_place",
        "primitive",
        (*ACTIONS, *PICTURES),
    ),
    Subject(
        "expert",
        lambda: load_policy("expert"),
        "pick_place",
        "ee_delta",
        (*ACTIONS, "one-step delay"),
    ),
    Subject(
        "expert, joints",
        lambda: load_policy("expert"),
        "reach",
        "joint_delta",
        (*ACTIONS, "radians for degrees", "degrees for radians", "one-step delay"),
    ),
    Subject("random", lambda: load_policy("random", "ee_delta"), "reach", "ee_delta"),
)


@dataclass(frozen=True)
class Row:
    """What was found of one policy with one fault, or with none ("")."""

    policy: str
    task: str
    control: str
    fault: str
    kind: str
    agreement: float
    said: tuple[str, ...]
    is_caught: bool
    is_named: bool
    seconds: float


@dataclass(frozen=True)
class FaultsConfig:
    """What is tried."""

    policies: tuple[str, ...] = tuple(subject.name for subject in SUBJECTS)
    """Names of policies."""
    keep: bool = False
    """Write the result."""


def try_fault(subject: Subject, fault: str) -> Row:
    """Return what the check says of a policy with a fault."""
    expert, factory = load_policy("expert"), subject.envs
    make: EnvFactory = factory
    policy = plant(subject.make(), **FAULTS[fault]) if fault else subject.make()
    spec = CONTROLS[subject.control]((), PANDA).spec
    begun = perf_counter()
    verdict = check_contract(policy, expert, make, "seen", spec)
    kind = KINDS.get(fault, fault)
    words = [word for word in SAID.get(kind, "").split(", ") if word]
    return Row(
        subject.name,
        subject.task,
        subject.control,
        fault,
        kind,
        round(verdict.agreement, 3),
        verdict.faults,
        bool(verdict.faults),
        any(word in said for word in words for said in verdict.faults),
        round(perf_counter() - begun, 1),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Try all and print. Returns 1 if a fault was missed or a correct policy accused."""
    config = tyro.cli(FaultsConfig, args=argv, description=__doc__)
    rows = []
    for subject in SUBJECTS:
        if subject.name in config.policies:
            for fault in ("", *subject.faults):
                row = try_fault(subject, fault)
                rows.append(row)
                said = "; ".join(row.said) or "no fault"
                print(f"{row.policy:32}{fault or '-':22}{row.agreement:6.2f}  {said}", flush=True)
    planted, correct = ([r for r in rows if bool(r.fault) is wanted] for wanted in (True, False))
    kinds = dict.fromkeys(row.kind for row in planted)
    caught = [kind for kind in kinds if all(r.is_caught for r in planted if r.kind == kind)]
    accused = [row for row in correct if row.is_caught]
    print(f"caught: {len(caught)} of {len(kinds)} kinds, {sum(r.is_caught for r in planted)} of")
    print(f"{len(planted)} planted, {sum(r.is_named for r in planted)} by their names;")
    print(f"accused without a fault: {len(accused)} of {len(correct)}")
    if config.keep:
        summary = {"kinds": len(kinds), "kinds_caught": len(caught), "accused": len(accused)}
        keep_result("contract_faults", {**summary, "rows": [asdict(row) for row in rows]})
    return int(len(caught) < len(kinds) or bool(accused))


if __name__ == "__main__":
    raise SystemExit(main())
