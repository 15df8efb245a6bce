import numpy as np
import pytest

from vlsim import seeding
from vlsim.serving import wire
from vlsim.serving.wire import WireError, pack, unpack

ARRAY = (
    "84c40b5f5f6e6461727261795f5fc3c40464617461c4020102c4056474797065a37c7531c4057368617065920102"
)
FLOAT32 = "83c40d5f5f6e7067656e657269635f5fc3c40464617461cb3ff8000000000000c4056474797065a33c6634"
"""As openpi's own msgpack_numpy writes them."""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({}, "80"),
        (np.array([[1, 2]], np.uint8), ARRAY),
        (np.float32(1.5), FLOAT32),
        (np.float64(1.5), "cb3ff8000000000000"),
        ({"prompt": "go"}, "81a670726f6d7074a2676f"),
    ],
)
def test_a_message_has_the_bytes_that_openpi_writes(message: object, expected: str) -> None:
    assert pack(message).hex() == expected


def test_what_is_written_is_read_again() -> None:
    message = {
        "observation/image": np.arange(24, dtype=np.uint8).reshape(2, 4, 3),
        "state": np.array([0.5, -1.0], ">f8"),
        "empty": np.zeros((0, 7), np.float32),
        "flags": np.array([True, False]),
        "list": [1, "two", None, 3.0, {"four": np.int64(5)}],
        "done": np.bool_(True),
    }
    found = unpack(pack(message))
    assert found.keys() == message.keys()
    for key in ("observation/image", "state", "empty", "flags"):
        np.testing.assert_array_equal(found[key], message[key])
        assert found[key].dtype == message[key].dtype  # type: ignore[attr-defined]
        assert not found[key].flags.writeable
    assert found["list"] == message["list"]
    assert type(found["list"][4]["four"]) is np.int64
    assert found["done"] is np.True_


def array(**changes: object) -> bytes:
    """Return an array (1, 2) of bytes that is wrong in something."""
    entries = {b"__ndarray__": True, b"data": b"\1\2", b"dtype": "|u1", b"shape": [1, 2]}
    return pack(entries | {key.encode(): value for key, value in changes.items()})


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no message"),
        (b"\xc1", "no message"),
        (pack({"a": 1})[:-1], "no message"),
        (pack({"a": 1}) + b"\0", "no message"),
        (b"\xdf\xff\xff\xff\xff", "no message"),
        (b"\xdd\xff\xff\xff\xff", "no message"),
        (b"\xc6\xff\xff\xff\xffabc", "no message"),
        (b"\x81\x01\x02", "no message"),
        (b"\xa2\xff\xfe", "no message"),
        (b"\xd6\xff\0\0\0\0", "no message"),
        (b"\xd4\x05a", "no message"),
        (array(dtype="|O"), r"such as '\|u1' or '<f4', got '\|O'"),
        (array(dtype="<c8"), "got '<c8'"),
        (array(dtype="|V2"), "got '|V2'"),
        (array(dtype="u1,u1"), "got 'u1,u1'"),
        (array(dtype="(9,9)u1"), "got"),
        (array(dtype=7), "got 7"),
        (array(shape=[3]), r"An array \(3,\) of \|u1 has 3 bytes, got 2\."),
        (array(shape=[1 << 40, 1 << 40]), "list of 8 sizes"),
        (array(shape=[-1, -2]), "list of 8 sizes"),
        (array(shape=[True, 2]), "list of 8 sizes"),
        (array(shape=[1] * 9), "list of 8 sizes"),
        (array(shape=2), "list of 8 sizes"),
        (array(data="ab"), r"data \(bytes\)"),
        (array(more=1), "got others"),
        (pack({b"__npgeneric__": True, b"data": 300, b"dtype": "|u1"}), "300 is no number of"),
        (pack({b"__npgeneric__": True, b"data": [1], b"dtype": "|u1"}), "data"),
        (nested(9), "nested 8 deep"),
        (nested(400), "nested 8 deep|lists and maps at most"),
        (nested(100_000), "no message"),
        (b"\xdc\x01\x01" + b"\x90" * 257, "256 lists and maps at most"),
    ],
)
def test_what_is_no_message_is_one_line(data: bytes, message: str) -> None:
    with pytest.raises(WireError, match=message) as caught:
        unpack(data)
    assert "\n" not in str(caught.value)


def test_the_caps_allow_what_lies_within() -> None:
    assert unpack(nested(8)) == [[[[[[[[None]]]]]]]]
    assert unpack(b"\xdc\x00\xff" + b"\x90" * 255) == [[]] * 255


def test_a_message_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_BYTES", 16)
    assert unpack(pack("a" * 15)) == "a" * 15
    with pytest.raises(WireError, match="16 bytes at most, got 17"):
        unpack(pack("a" * 16))


@pytest.mark.parametrize("value", [object(), np.array([None]), np.complex64(1), {1, 2}, 1 << 70])
def test_what_has_no_form_is_not_written(value: object) -> None:
    with pytest.raises(WireError, match="cannot be written"):
        pack({"a": value})


def test_no_damaged_message_does_anything_but_be_refused() -> None:
    rng = seeding.stream(0, "damaged messages")
    whole = pack({"image": np.zeros((4, 4, 3), np.uint8), "state": [1.0, np.float32(2)], "p": "go"})
    refused = 0
    for _ in range(3000):
        data = bytearray(whole[: rng.integers(1, len(whole) + 1)])
        for _ in range(rng.integers(1, 4)):
            data[rng.integers(len(data))] = rng.integers(256)
        try:
            unpack(bytes(data))
        except WireError:
            refused += 1
    assert refused > 1500
