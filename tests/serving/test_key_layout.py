"""What every key layout has to keep: requests that can be sent, actions of its control mode."""

import numpy as np
import pytest

from vlsim.interface.action import action_spec
from vlsim.interface.observation import channels
from vlsim.serving.key_layout import LAYOUTS
from vlsim.serving.wire import pack, unpack


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_sends_what_can_be_read_and_reads_actions_of_its_control(name: str) -> None:
    layout = LAYOUTS[name]
    sizes = {"front": "image"} | {c: f"image_{c}" for c in layout.spec.cameras if c != "front"}
    n_proprio = channels(layout.spec.control).n_proprio
    row = {
        key: np.zeros((layout.spec.cameras[camera],) * 2 + (3,), np.uint8)  # type: ignore[operator]
        for camera, key in sizes.items()
    } | {"proprio": np.zeros(n_proprio, np.float32)}
    sent = unpack(pack(layout.request(row, "go", 3, [0.0] * 7)))
    assert sent["prompt"] == "go"
    assert all(array.flags.c_contiguous for array in sent.values() if isinstance(array, np.ndarray))
    assert layout.width is not None
    found = layout.actions(np.ones((layout.spec.chunk, layout.width), np.float32), row)
    n_channels = len(action_spec(layout.spec.control).channels)
    assert found.shape == (layout.spec.chunk, n_channels)
    assert found.dtype == np.float32
