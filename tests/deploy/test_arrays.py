import io
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vlsim.deploy.arrays import read_arrays, write_arrays

DTYPES = st.sampled_from([np.dtype(c) for c in ("?", "u1", "i8", "f2", "f4", ">f8", "U5")])


def npz(name: str, data: bytes, compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def npy(header: str, body: bytes = b"") -> bytes:
    raw = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(raw).to_bytes(2, "little") + raw + body


@given(hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, min_side=0)), st.booleans())
def test_arrays_survive(array: np.ndarray[Any, Any], fortran: bool) -> None:
    array = array.copy(order="F" if fortran else "C")
    found = read_arrays(write_arrays({"x": array}))["x"]
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype
    assert found.shape == array.shape


def test_numpys_own_file_is_read_and_ours_is_read_by_numpy() -> None:
    file = io.BytesIO()
    np.savez(file, a=np.arange(6.0).reshape(2, 3), b=np.array("text"))
    assert read_arrays(file.getvalue())["a"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert (
        np.load(io.BytesIO(write_arrays({"allow_pickle": np.ones(2)})))["allow_pickle"].sum() == 2
    )


def test_equal_arrays_give_equal_bytes() -> None:
    assert write_arrays({"x": np.ones(3)}) == write_arrays({"x": np.ones(3)})


def test_objects_are_neither_written_nor_read() -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_arrays({"x": np.array([{}])})
    file = io.BytesIO()
    np.savez(file, x=np.array([{}]))
    with pytest.raises(ValueError, match="'x' holds object"):
        read_arrays(file.getvalue())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npz("x", b""), "'x' is no array"),
        (npz("x.npy", npy("{}")), "Header does not contain"),
        (npz("x.npy", b"\x93NUMPY\x02\x00" + b" " * 80), "unknown version"),
        (npz("x.npy", b"\0" * 9999, zipfile.ZIP_DEFLATED), "larger than the file"),
        (npz("x.npy", b"abcd", zipfile.ZIP_DEFLATED), "is compressed"),
        (
            npz("x.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10**12,)}")),
            "malformed node",
        ),
        (
            npz("x.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,)}")),
            "not as large as its header says",
        ),
        (
            npz(
                "x.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, -4)}", b"abcd")
            ),
            "not as large as its header says",
        ),
        (
            npz("x.npy", npy("{'descr': '|V4', 'fortran_order': False, 'shape': (1,)}", b"abcd")),
            "not plain numbers or text",
        ),
    ],
    # Not from the data, which hold the time of day: every worker must collect the same tests.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_strange_entries_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_arrays(data)


def test_an_entry_that_comes_twice_is_refused() -> None:
    file = io.BytesIO(write_arrays({"x": np.ones(1)}))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("x.npy", b"")
    with pytest.raises(ValueError, match=r"comes twice"):
        read_arrays(file.getvalue())
