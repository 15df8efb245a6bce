import numpy as np
import pytest

from benchmarks.serving import broken
from tests.serving.policies import SIDE, Echo
from vlsim.interface.policy import PolicySpec
from vlsim.interface.preprocess import fit_picture
from vlsim.serving import libero
from vlsim.serving.description import describe
from vlsim.serving.request import RequestReader, Session
from vlsim.serving.wire import WireError, pack, unpack

OPENPI = bytes.fromhex(
    "83b16f62736572766174696f6e2f696d61676584c40b5f5f6e6461727261795f5fc3c40464617461c41b00010203"
    "0405060708090a0b0c0d0e0f101112131415161718191ac4056474797065a37c7531c405736861706593030303b1"
    "6f62736572766174696f6e2f737461746584c40b5f5f6e6461727261795f5fc3c40464617461c4209a99993e0000"
    "00009a99993ec3f5484000000000000000000ad7233d0ad723bdc4056474797065a33c6634c40573686170659108"
    "a670726f6d7074a2676f"
)
"""A request of openpi-client 0.1.2 with a picture of 3 x 3 pixels."""


def reader() -> RequestReader:
    return RequestReader(describe(Echo(), ""), takes_all=False)


def test_a_request_of_openpis_own_client_is_read() -> None:
    session = Session(0)
    found = reader().read(session, OPENPI)
    picture = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    np.testing.assert_array_equal(found.observation["image"], fit_picture(picture, SIDE))
    expected = [0.3, 0, 0.3, 0, 0, 0.08] + [0.0] * 6
    np.testing.assert_allclose(found.observation["proprio"], expected, atol=2e-3)
    assert (found.prompt, found.seed, found.is_libero) == ("go", None, True)
    # Our own client writes the same bytes.
    assert pack(unpack(OPENPI)) == OPENPI


def test_liberos_clients_are_answered_in_their_numbers_and_what_was_done_is_remembered() -> None:
    session = Session(0)
    found = reader().read(session, OPENPI)
    done = np.array([[1, 0, -0.5, 0.4, 0.2, 1]], np.float32)
    sent = found.in_reply(done, "ee_delta")
    np.testing.assert_allclose(sent, [[1, 0, -0.5, 0, 0.1, 0.2, -1]], atol=1e-3)
    again = reader().read(session, OPENPI)
    np.testing.assert_array_equal(again.observation["proprio"][6:], done[0])
    np.testing.assert_array_equal(found.in_reply(done, "primitive"), done)


@pytest.mark.parametrize("yaw", [-0.7, 0.0, 0.4])
@pytest.mark.parametrize("tilt", [0.0, 0.6])
def test_liberos_states_and_actions_are_ours_and_back(yaw: float, tilt: float) -> None:
    pose = np.array([0.4, -0.1, 0.2, yaw, tilt, 0.03], np.float32)
    np.testing.assert_allclose(libero.pose_of(libero.state_of(pose)), pose, atol=1e-5)
    actions = np.array([[0.5, -1, 0.25, 0.3, -0.6, -1], [0, 0, 0, 1, 1, 1]], np.float32)
    sent = libero.from_ee_delta(actions, yaw)
    np.testing.assert_allclose(libero.to_ee_delta(sent, yaw), actions, atol=1e-6)


def test_a_hand_that_points_down_is_half_a_turn_about_x_in_liberos_state() -> None:
    state = libero.state_of(np.array([0.3, 0, 0.3, 0, 0, 0.08], np.float32))
    np.testing.assert_allclose(state, [0.3, 0, 0.3, np.pi, 0, 0, 0.04, -0.04], atol=1e-6)


def test_a_policy_that_may_read_anything_gets_all_arrays() -> None:
    policy = Echo(spec=PolicySpec("ee_delta", "panda", {"front": SIDE}, 10))
    every = RequestReader(describe(policy, ""), takes_all=True)
    message = {
        "image": np.zeros((SIDE, SIDE, 3), np.uint8),
        "proprio": np.zeros(12, np.float32),
        "stage": np.array([0, 1]),
        "prompt": "go",
    }
    assert set(every.read(Session(0), pack(message)).observation) == {"image", "proprio", "stage"}
    assert set(reader().read(Session(0), pack(message)).observation) == {"image", "proprio"}


def test_no_broken_frame_does_anything_but_be_refused() -> None:
    read, refused = reader(), 0
    for frame in broken(1600):
        try:
            read.read(Session(0), frame)
        except WireError:
            refused += 1
    assert refused >= 1590
