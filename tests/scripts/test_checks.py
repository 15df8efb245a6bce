import pytest

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.scripts import checks


@pytest.mark.parametrize(
    ("task", "control", "robot", "message"),
    [
        ("reach", "ee-delta", "panda", "Did you mean 'ee_delta'"),
        ("reach", "ee_delta", "pnada", "Did you mean 'panda'"),
        ("pick_place", "primitive", "pusher", "'pusher' has no gripper"),
        ("push", "ee_delta", "pusher", "'pusher' cannot be moved by control 'ee_delta'"),
        ("pick_place", "planar", "panda", "'pick_place' cannot be done by control 'planar'"),
    ],
)
def test_what_cannot_be_done_is_refused(task: str, control: str, robot: str, message: str) -> None:
    with pytest.raises((UnknownNameError, InvalidValueError), match=message):
        checks.check_ability(task, control, robot)


def test_what_can_be_done_is_not_refused() -> None:
    checks.check_ability("push", "planar", "pusher")
    assert checks.check_randomization("light, looks") == "light, looks"
    assert checks.check_randomization("") == ""
    assert checks.split_cameras("") == ()


def test_cameras_and_randomisations_are_answered_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'wrist'"):
        checks.split_cameras("front,wirst")
    with pytest.raises(UnknownNameError, match="Did you mean 'light'"):
        checks.check_randomization("lihgt")


def test_names_are_checked_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'reach'"):
        checks.check_task("reech")
    with pytest.raises(UnknownNameError, match="Did you mean 'combo'"):
        checks.split_sets("seen,comb")
    assert checks.split_sets("seen, combo") == ("seen", "combo")
    with pytest.raises(InvalidValueError, match="instruction set is missing beside a comma"):
        checks.split_sets("seen, combo,")
    blind = dict.fromkeys(["no-instruction", "shuffled", "gibberish"], "blind control")
    controls = blind | {"counterfactual": "wrong-words control"}
    assert checks.control_sets(["seen"]) == controls
    pair = {"shuffled+light": "blind control"}
    assert checks.control_sets(["seen", "shuffled+light"]) == controls | pair


def test_there_is_at_least_one_worker_and_not_too_many() -> None:
    assert 1 <= checks.usable_cores() <= checks.MOST_WORKERS
