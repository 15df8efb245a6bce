import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from websockets.sync.client import connect

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.scripts.serve import main
from vlsim.serving.wire import pack, unpack


def test_a_policy_is_served_until_a_signal() -> None:
    command = [sys.executable, "-m", "vlsim", "serve", "zoo:demo", "--port", "0"]
    environment = os.environ | {"VLSIM_TOKEN": "sesame"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        found = re.fullmatch(r"Serving zoo:demo at (ws://127\.0\.0\.1:\d+); Ctrl-C stops\.\n", said)
        assert found, process.stderr.read()
        headers = {"Authorization": "Api-Key sesame"}
        with connect(found[1], additional_headers=headers, legacy=True, proxy=None) as client:
            hello = client.recv(10)
            assert isinstance(hello, bytes)
            assert unpack(hello)["spec"]["control"] == "primitive"
            libero = {
                "observation/image": np.zeros((224, 224, 3), np.uint8),
                "observation/state": np.zeros(8, np.float32),
                "prompt": "put the red cube in the blue bowl",
            }
            client.send(pack(libero))
            reply = client.recv(10)
            assert isinstance(reply, bytes)
            assert unpack(reply)["actions"].shape == (1, 13)
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr.read() == "Stopped.\n"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["zoo:dmo"], UnknownNameError, "Did you mean 'demo'"),
        (["expert"], InvalidValueError, "which no client sends"),
        (["zoo:demo", "--host", "0.0.0.0"], InvalidValueError, "needs a token"),
        (["zoo:demo", "--port", "70000"], InvalidValueError, "port must be from 0 to 65535"),
        (["zoo:demo", "--host", "192.0.2.1", "--token", "a"], InvalidValueError, "Cannot serve on"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], error: type[Exception], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VLSIM_TOKEN", raising=False)
    with pytest.raises(error, match=message):
        main(arguments)
