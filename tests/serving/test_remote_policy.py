import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.serving.policies import SIDE, SPEC, Echo, served
from vlsim.agents.load import load_policy, policy_spec
from vlsim.errors import InvalidValueError, UnknownNameError, VlsimError
from vlsim.interface.policy import Fallible, PolicySpec
from vlsim.serving.address import read_address
from vlsim.serving.connection import RemoteError
from vlsim.serving.remote_policy import RemotePolicy, load_remote_policy, remote_fingerprint
from vlsim.serving.wire import pack, unpack


def rows(*reds: int) -> dict[str, NDArray[Any]]:
    image = np.zeros((len(reds), SIDE, SIDE, 3), np.uint8)
    image[..., 0] = np.array(reds)[:, None, None]
    return {"image": image, "proprio": np.full((len(reds), 12), 0.5, np.float32)}


def test_a_served_policy_acts_as_it_does_here() -> None:
    told, observed = ["a", "abc", "abcd"], rows(0, 255, 51)
    here = Echo()
    here.reset([1, 2, 3], told)
    with served(Echo()) as (address, _):
        there = load_policy(address)
        assert (there.name, there.spec) == (address, SPEC)
        assert policy_spec(address) == SPEC
        there.reset([1, 2, 3], told)
        for _ in range(2):
            np.testing.assert_array_equal(there.act(observed), here.act(observed))


def test_rows_of_the_same_episode_are_asked_for_once() -> None:
    with served(Echo()) as (address, server):
        policy = load_policy(address)
        policy.reset([1, 2, 1, 1], ["a", "ab", "a", "a"])
        found = policy.act(rows(9, 8, 9, 9))
        assert server.counters.requests == 2
    assert (found[[2, 3]] == found[0]).all()
    assert (found[1] != found[0]).any()


def test_a_reset_connects_anew() -> None:
    with served(Echo()) as (address, server):
        policy = load_policy(address)
        for seed in range(3):
            policy.reset([seed], ["go"])
            policy.act(rows(1))
        assert server.counters.connections <= 2


Talk = Callable[[ServerConnection, int], None]
"""What a server does with a connection, counted from 0, after its first words."""


@contextmanager
def bad_server(talk: Talk, hello: bytes | str = pack({})) -> Iterator[str]:
    """Run a server that does what it likes; those of openpi begin with an empty map."""
    numbers = iter(range(1000))

    def handle(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            connection.send(hello)
            talk(connection, next(numbers))
            for _ in connection:
                pass

    with serve(handle, "127.0.0.1", 0, max_size=None, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
    thread.join(10)


def replying(message: object) -> Talk:
    def talk(connection: ServerConnection, number: int) -> None:
        for _ in connection:
            connection.send(message if isinstance(message, bytes | str) else pack(message))

    return talk


def silent(connection: ServerConnection, number: int) -> None:
    connection.recv()


def closing(connection: ServerConnection, number: int) -> None:
    connection.recv()
    connection.close(1011)


def cutting(connection: ServerConnection, number: int) -> None:
    connection.recv()
    connection.socket.close()


def boasting(connection: ServerConnection, number: int) -> None:
    connection.recv()
    # The head of a frame of a gigabyte: nobody waits for the rest.
    connection.socket.sendall(b"\x82\x7f" + (1 << 30).to_bytes(8, "big") + b"abc")


def chunk(value: float = 0.5, steps: int = 5, width: int = 7) -> dict[str, object]:
    return {"actions": np.full((steps, width), value, np.float32)}


def libero(n: int) -> dict[str, NDArray[Any]]:
    pictures = np.zeros((n, 224, 224, 3), np.uint8)
    proprio = np.zeros((n, 12), np.float32)
    return {"image": pictures, "image_wrist": pictures, "proprio": proprio}


FAULTS = {
    "silent": (silent, "gave no reply within 1 s."),
    "text": (replying("Traceback\n  File\nValueError: no state\n"), "error: ValueError: no state"),
    "no msgpack": (replying(b"\xc1"), "sent no message that can be read"),
    "no actions": (replying({"action": 1}), "a map that has 'actions', numbers"),
    "a list": (replying([1]), "a map that has 'actions', numbers"),
    "nan": (replying(chunk(np.nan)), "an action that is not finite"),
    "too wide": (replying(chunk(width=8)), "actions (5, 7), got (5, 8)"),
    "too short": (replying(chunk(steps=4)), "actions (5, 7), got (4, 7)"),
    "no chunk": (replying({"actions": np.zeros(7)}), "actions (5, 7), got (7,)"),
    "words": (replying({"actions": "up"}), "a map that has 'actions', numbers"),
    "huge": (replying(b"\xc6\x01\x00\x00\x01" + bytes((16 << 20) + 1)), "more than 16 MiB"),
    "a gigabyte": (boasting, "more than 16 MiB"),
    "closing": (closing, "closed the connection (code 1011)"),
    "cutting": (cutting, "closed the connection"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_fails_is_an_error_of_its_row_and_no_other(fault: str) -> None:
    talk, words = FAULTS[fault]
    fine = replying(chunk())

    def one_bad(connection: ServerConnection, number: int) -> None:
        # The first connection only asks what the server is.
        (talk if number == 1 else fine)(connection, number)

    with bad_server(one_bad) as address:
        seconds = 1 if fault == "silent" else 30
        policy = load_remote_policy(f"{address}?layout=libero&timeout={seconds}")
        assert isinstance(policy, Fallible)
        policy.reset([1], ["go"])
        policy.act(libero(1))
        assert words in policy.errors[0]
        assert "\n" not in policy.errors[0]
        policy.act(libero(1))
        assert words in policy.errors[0], "it stays so until the next reset"
        policy.reset([1, 2], ["go", "go"])
        assert policy.act(libero(2)).shape == (2, 5, 6)
        assert policy.errors == {}


def test_a_reply_that_comes_too_late_is_never_used() -> None:
    def late(connection: ServerConnection, number: int) -> None:
        for i, _ in enumerate(connection):
            if i == 1:
                time.sleep(1.5)
            connection.send(pack(chunk(i / 10)))

    with bad_server(late) as address:
        policy = load_remote_policy(f"{address}?layout=libero&timeout=1")
        assert isinstance(policy, RemotePolicy)
        policy.reset([1], ["go"])
        assert policy.act(libero(1))[0, 0, 0] == 0.0
        policy.act(libero(1))
        assert "no reply within" in policy.errors[0]
        time.sleep(1.0)
        policy.act(libero(1))
        assert "no reply within" in policy.errors[0]
        policy.reset([1], ["go"])
        assert policy.act(libero(1))[0, 0, 0] == 0.0
        assert policy.errors == {}


def test_rows_are_asked_side_by_side() -> None:
    all_are_there = threading.Barrier(8)

    def talk(connection: ServerConnection, number: int) -> None:
        if number:
            connection.recv()
            all_are_there.wait(5)
            connection.send(pack(chunk()))

    with bad_server(talk) as address:
        policy = load_remote_policy(f"{address}?layout=libero")
        assert isinstance(policy, Fallible)
        policy.reset(range(8), ["go"] * 8)
        policy.act(libero(8))
        assert policy.errors == {}


def test_libero_and_droid_keys_are_sent_and_their_actions_read() -> None:
    got: list[dict[str, Any]] = []
    actions = {
        "libero": [1.0, 0, -0.5, 0, 0.1, 0.2, -1.0],
        "droid": [0.25, -1.0, 0, 0, 0, 0, 0, 1],
    }

    def talk(connection: ServerConnection, number: int) -> None:
        for frame in connection:
            got.append(unpack(frame))
            which = "libero" if "observation/state" in got[-1] else "droid"
            connection.send(pack({"actions": np.tile(actions[which], (10, 1))}))

    with bad_server(talk) as address:
        policy = load_remote_policy(f"{address}?layout=libero&chunk=2")
        assert policy.spec.control == "ee_delta"
        policy.reset([3], ["go"])
        found = policy.act(libero(1))
        np.testing.assert_allclose(found, [[[1, 0, -0.5, 0.4, 0.2, 1]] * 2], atol=1e-6)
        droid: Any = load_remote_policy(f"{address}?layout=droid")
        assert (droid.spec.control, droid.spec.chunk) == ("joint_delta", 8)
        droid.reset([3], ["go"])
        droid.inform([Joints()])
        found = droid.act(libero(1))
        np.testing.assert_allclose(found[0, 0], [0.25, -1, 0, 0, 0, 0, 0, -1], atol=1e-6)
    first, second = got
    assert sorted(first) == [
        "observation/image",
        "observation/state",
        "observation/wrist_image",
        "prompt",
    ]
    assert first["observation/state"].shape == (8,)
    assert sorted(second)[:4] == [
        "observation/exterior_image_1_left",
        "observation/gripper_position",
        "observation/joint_position",
        "observation/wrist_image_left",
    ]
    assert second["observation/joint_position"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert second["observation/gripper_position"].tolist() == [1.0], "closed"


class Joints:
    def joints(self) -> tuple[float, ...]:
        return (1, 2, 3, 4, 5, 6, 7)


@pytest.mark.parametrize(
    ("hello", "query", "message"),
    [
        (pack({}), "", r"does not say what it reads; add a key layout: .*layout=libero or droid"),
        (pack({}), "?layout=libera", "Did you mean 'libero'"),
        (pack({"vlsim_protocol": 2}), "", "speaks version 2 of vlsim's protocol"),
        (pack({"vlsim_protocol": 1}), "", "is missing"),
        (pack([1]), "", "must begin with a map"),
        ("hello", "", "answered with an error: hello"),
        (b"\xc1", "", "sent no message that can be read"),
    ],
)
def test_a_server_that_begins_wrongly_is_refused(
    hello: bytes | str, query: str, message: str
) -> None:
    with bad_server(silent, hello) as address, pytest.raises(VlsimError, match=message) as caught:
        load_remote_policy(address + query)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("change", ["unit", "high", "name"])
def test_a_server_whose_numbers_mean_something_else_is_refused(change: str) -> None:
    with served(Echo()) as (address, server):
        hello = server.description.to_map()
    hello["action_space"]["channels"][1][change] = "mm" if change != "high" else 50.0
    with (
        bad_server(silent, pack(hello)) as address,
        pytest.raises(InvalidValueError, match=r"states for its actions 'channels' .*'dy'|'mm'"),
    ):
        load_remote_policy(address)


@pytest.mark.parametrize("host", ["localhost", "no-such-host.invalid"])
def test_a_name_that_leads_nowhere_is_one_line(host: str) -> None:
    with pytest.raises(RemoteError, match=rf"ws://{host}:9 cannot be reached: [A-Za-z ]+\. Start"):
        load_policy(f"ws://{host}:9")


def test_no_server_and_no_token_are_one_line() -> None:
    with pytest.raises(
        RemoteError, match=r"cannot be reached: Connection refused\. Start one with: vlsim serve"
    ):
        load_policy("ws://127.0.0.1:9")
    with (
        served(Echo(), token="sesame") as (address, _),
        pytest.raises(RemoteError, match="status 401; set VLSIM_TOKEN to its token"),
    ):
        load_policy(address)


def test_the_token_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLSIM_TOKEN", "sesame")
    with served(Echo(), token="sesame") as (address, _):
        assert load_policy(address).spec == SPEC


def test_another_policy_at_the_same_address_has_another_fingerprint() -> None:
    with served(Echo()) as (address, _):
        first, again = remote_fingerprint(address), remote_fingerprint(address)
    with served(Echo(spec=PolicySpec("ee_delta", "panda", {"front": SIDE}, 10))) as (address, _):
        other = remote_fingerprint(address)
    assert first == again != other


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("ws://", InvalidValueError, "is called ws://HOST:PORT"),
        ("ws://a:b", InvalidValueError, "is called ws://HOST:PORT"),
        ("ws://me:pw@a:1", InvalidValueError, "is called ws://HOST:PORT"),
        ("ws://a:1?layuot=libero", UnknownNameError, "Did you mean 'layout'"),
        ("ws://a:1?chunk=1.5", InvalidValueError, "chunk must be a number"),
        ("ws://a:1?timeout=0", InvalidValueError, "timeout must be a number"),
        ("ws://a:1?contract=no", InvalidValueError, "contract must be check or skip"),
    ],
)
def test_an_address_that_is_none_is_refused(
    name: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read_address(name)
