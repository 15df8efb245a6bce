import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.evaluation.fakes import Oracle
from tests.serving.policies import SPEC, Counter, Echo, request, served
from vlsim.errors import InvalidValueError
from vlsim.serving.server import PolicyServer, ServerConfig
from vlsim.serving.wire import MOST_BYTES, pack, unpack


def join(address: str, token: str = "", **more: Any) -> ClientConnection:
    headers = {"Authorization": f"Api-Key {token}"} if token else None
    return connect(
        address, additional_headers=headers, compression=None, legacy=True, proxy=None, **more
    )


def ask(client: ClientConnection, message: object) -> Any:
    client.send(message if isinstance(message, bytes | str) else pack(message))
    frame = client.recv(10)
    assert isinstance(frame, bytes), frame
    return unpack(frame)


def fetch(address: str, path: str, token: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Api-Key {token}"} if token else {}
    url = urllib.request.Request(address.replace("ws", "http", 1) + path, headers=headers)
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_server_speaks_first_and_answers_each_request_with_a_chunk() -> None:
    with served(Echo()) as (address, _), join(address) as client:
        hello = unpack(client.recv(10))
        assert (hello["vlsim_protocol"], hello["policy"], hello["policy_hash"]) == (
            1,
            "echo",
            "abc",
        )
        assert [c["name"] for c in hello["action_space"]["channels"]][:3] == ["dx", "dy", "dz"]
        assert hello["spec"] == SPEC.to_json()
        first = ask(client, request("four", red=51, x=0.25))
        assert first["actions"].shape == (2, 6)
        np.testing.assert_allclose(first["actions"][0], [0.4, 0.2, 0.25, 0, 0, 0], atol=1e-6)
        assert set(first["server_timing"]) == {"infer_ms"} == set(first["policy_timing"])
        assert set(ask(client, request())["server_timing"]) == {"infer_ms", "prev_total_ms"}


def test_requests_that_wait_are_one_batch_and_each_keeps_its_own_words() -> None:
    policy = Echo(seconds=0.2)
    with served(policy) as (address, _):
        clients = [join(address) for _ in range(6)]
        for client in clients:
            client.recv(10)
        for i, client in enumerate(clients):
            client.send(pack(request("x" * i)))
        replies = [unpack(client.recv(10)) for client in clients]
        assert [round(10 * r["actions"][0, 0]) for r in replies] == list(range(6))
        for client in clients:
            client.close()
    assert sum(policy.batches) == 6
    assert len(policy.batches) <= 2, "the first alone, the others together"


def test_a_client_that_does_not_read_keeps_no_other_from_its_replies() -> None:
    policy = Echo(seconds=0.05)
    with served(policy) as (address, _), join(address) as slow, join(address) as quick:
        quick.recv(10)

        def flood() -> None:
            with suppress(ConnectionClosed, OSError):
                while True:
                    slow.send(pack(request("slow")))

        threading.Thread(target=flood, daemon=True).start()
        ask(quick, request())
        for _ in range(5):
            ask(quick, request())
        slow.socket.close()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("hello", "must be a binary frame (msgpack), got a text frame"),
        (b"\xc1", "no message"),
        (pack([1]), "must be a map, got a list"),
        (pack({"prompt": "go"}), "A request needs 'image', and has prompt"),
        (pack(request() | {"prompt": 3}), "needs 'prompt'"),
        (pack({k: v for k, v in request().items() if k != "prompt"}), "needs 'prompt'"),
        (pack(request() | {"image": np.zeros((3, 32, 32), np.uint8)}), "uint8 (32, 32, 3), got"),
        (pack(request() | {"image": np.zeros((32, 32, 3), np.float32)}), "got float32"),
        (pack(request() | {"proprio": np.zeros(11, np.float32)}), "numbers (12,), got float32"),
        (pack(request(x=np.nan)), "'proprio' must be finite"),
        (pack(request() | {"vlsim/seed": -1}), "'vlsim/seed' must be"),
        (pack(request("fail")), "ZeroDivisionError: the arm fell off"),
        (pack(request("nan")), "an action that is not finite"),
    ],
)
def test_a_wrong_request_is_answered_with_one_line_and_ends_the_connection(
    message: bytes | str, words: str
) -> None:
    with served(Echo()) as (address, server), join(address) as other, join(address) as client:
        for one in (other, client):
            one.recv(10)
        client.send(message)
        said = client.recv(10)
        assert isinstance(said, str)
        assert words in said
        assert "\n" not in said
        with pytest.raises(ConnectionClosedError) as closed:
            client.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
        ask(other, request())
        assert server.counters.errors == 1


def test_a_row_that_fails_takes_no_other_with_it() -> None:
    with served(Echo(seconds=0.1)) as (address, _):
        clients = [join(address) for _ in range(4)]
        for client in clients:
            client.recv(10)
        for client, words in zip(clients, ("first", "a", "fail", "bc"), strict=True):
            client.send(pack(request(words)))
        replies = [client.recv(10) for client in clients]
        assert [isinstance(reply, str) for reply in replies] == [False, False, True, False]


def test_a_frame_that_is_too_long_ends_its_connection_only() -> None:
    with served(Echo()) as (address, _), join(address) as other, join(address) as client:
        for one in (other, client):
            one.recv(10)
        with suppress(ConnectionClosed):
            client.send(bytes(MOST_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            client.recv(10)
        ask(other, request())


def test_only_who_has_the_token_comes_in_and_no_page_of_a_browser() -> None:
    with served(Echo(), token="open-sesame") as (address, server):
        for token in ("", "open-sesam", "open-sesame2"):
            with pytest.raises(InvalidStatus) as refused:
                join(address, token)
            assert refused.value.response.status_code == 401
            assert fetch(address, "/metrics", token)[0] == 401
        with join(address, "open-sesame") as client:
            client.recv(10)
        with pytest.raises(InvalidStatus) as refused:
            join(address, "open-sesame", origin="http://evil.example")
        assert refused.value.response.status_code == 403
        assert fetch(address, "/healthz") == (200, "OK\n")
        assert server.counters.refused == 6


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.1.5"])
def test_serving_others_needs_a_token(host: str) -> None:
    with pytest.raises(InvalidValueError, match="needs a token: set VLSIM_TOKEN"):
        ServerConfig(host)
    assert ServerConfig(host, token="a").token == "a"
    for token in ("two words", "new\nline", "ü"):
        with pytest.raises(InvalidValueError, match="A token consists of"):
            ServerConfig(host, token=token)


def test_there_are_only_so_many_connections() -> None:
    with served(Echo(), most_connections=1) as (address, _), join(address) as client:
        client.recv(10)
        with pytest.raises(InvalidStatus) as refused:
            join(address)
        assert refused.value.response.status_code == 503


def test_who_asks_too_often_waits() -> None:
    with served(Echo(), most_hz=20.0) as (address, _), join(address) as client:
        client.recv(10)
        begun = time.perf_counter()
        for _ in range(4):
            ask(client, request())
        assert time.perf_counter() - begun >= 3 / 20


def test_metrics_are_counted_for_prometheus() -> None:
    with served(Echo()) as (address, _), join(address) as client:
        client.recv(10)
        for _ in range(3):
            ask(client, request())
        status, text = fetch(address, "/metrics")
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert status == 200
    assert values["vlsim_requests_total"] == "3"
    assert values["vlsim_connections"] == "1"
    assert values["vlsim_errors_total"] == "0"
    assert values['vlsim_reply_seconds_bucket{le="+Inf"}'] in ("2", "3")
    assert "# TYPE vlsim_reply_seconds histogram" in text


def test_a_policy_that_remembers_has_one_copy_for_each_connection() -> None:
    with served(Counter()) as (address, _), join(address) as one, join(address) as two:
        for client in (one, two):
            client.recv(10)
        told = {"prompt": "go", "vlsim/seed": 7}
        found = [ask(c, told)["actions"].tolist() for c in (one, one, two, one)]
        assert found == [[[1, 7]], [[2, 7]], [[1, 7]], [[3, 7]]]
        assert ask(one, told | {"vlsim/seed": 8})["actions"].tolist() == [[1, 8]]
        assert ask(one, told | {"prompt": "stop"})["actions"][0, 0] == 1


def test_what_is_under_way_is_answered_before_the_server_stops() -> None:
    with served(Echo(seconds=0.3)) as (address, _):
        client = join(address)
        client.recv(10)
        client.send(pack(request()))
        time.sleep(0.1)
    assert unpack(client.recv(10))["actions"].shape == (2, 6)
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_a_policy_that_knows_the_truth_is_not_served() -> None:
    with pytest.raises(InvalidValueError, match="which no client sends"):
        PolicyServer(Oracle(), Oracle, ServerConfig())


def test_pictures_of_libero_of_any_size_are_read() -> None:
    row = {"observation/state": np.array([0.5, 0, 0, np.pi, 0, 0, 0, 0], np.float32), "prompt": "a"}
    with served(Echo()) as (address, _), join(address) as client:
        client.recv(10)
        for side in (48, 224):
            image = np.zeros((side, side, 3), np.uint8)
            image[..., 0] = 51
            found = ask(client, {**row, "observation/image": image})["actions"]
            np.testing.assert_allclose(found[0], [0.1, 0.2, 0.5, 0, 0, 0, 0], atol=1e-6)
