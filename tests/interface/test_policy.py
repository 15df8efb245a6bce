"""What a policy can say of itself, and that it survives being written down."""

import json
import pickle

import pytest

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.policy import ANY, PolicySpec
from vlsim.reader import read_as

SPECS = [
    PolicySpec(),
    PolicySpec("primitive", "iiwa", {"front": 64, "wrist": ANY}, None, 4),
    PolicySpec("planar", rate_hz=2.5),
]


@pytest.mark.parametrize("spec", SPECS)
def test_what_a_policy_says_survives_json_and_other_processes(spec: PolicySpec) -> None:
    assert read_as(PolicySpec, json.loads(json.dumps(spec.to_json())), "spec") == spec
    assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"control": "ee-delta"}, UnknownNameError, "Did you mean 'ee_delta'"),
        ({"robot": ""}, InvalidValueError, "robot must be a name or 'any', got ''"),
        ({"cameras": ["front"]}, InvalidValueError, "cameras must be names with the sizes"),
        ({"cameras": {"my camera": 64}}, InvalidValueError, "got 'my camera'"),
        ({"cameras": {"front": 16}}, InvalidValueError, "from 32 to 512, got 16"),
        ({"rate_hz": 0}, InvalidValueError, "rate_hz must be above 0, 'any', or None .*, got 0"),
        ({"rate_hz": float("inf")}, InvalidValueError, "got inf"),
        ({"rate_hz": True}, InvalidValueError, "got True"),
        ({"chunk": 0}, InvalidValueError, "chunk must be 1 action or more, got 0"),
        ({"chunk": 1.0}, InvalidValueError, "got 1.0"),
    ],
)
def test_what_no_policy_can_need_is_refused(
    fields: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        PolicySpec(**fields)  # type: ignore[arg-type]
