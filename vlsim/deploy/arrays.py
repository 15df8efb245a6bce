"""Arrays to and from an `.npz` that nobody vouches for: no objects, no compression, no surprises.

`numpy.load` would believe the header of an array and ask for as much memory as it names.
"""

import io
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

PLAIN_KINDS = "biufU"
"""Kinds of dtype that are allowed: truth values, integers, floats, text."""


def write_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of an `.npz` file; equal arrays give equal bytes.

    Raises:
        ValueError: If an array holds objects.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(array), (1, 0), allow_pickle=False)
            # ZipInfo without a date is the same on every day.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return file.getvalue()


def read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays that `write_arrays` or `numpy.savez` wrote, by name.

    >>> read_arrays(write_arrays({"x": np.arange(3)}))["x"].tolist()
    [0, 1, 2]

    Raises:
        ValueError: If an array holds objects or is not what its header says. Bytes that are no zip
            file may cause other errors of `zipfile`.
    """
    arrays: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        # Entries may overlap, so that a small file unpacks to a huge one.
        if sum(entry.file_size for entry in entries) > len(data):
            raise ValueError("its entries are larger than the file")
        for entry in entries:
            name = entry.filename.removesuffix(".npy")
            if name in arrays or name == entry.filename:
                raise ValueError(f"the entry {entry.filename[:40]!a} is no array or comes twice")
            if entry.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"the entry {entry.filename[:40]!a} is compressed")
            arrays[name] = _array(archive.read(entry), name)
    return arrays


def _array(data: bytes, name: str) -> NDArray[Any]:
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(f"the array {name[:40]!a} is of an unknown version")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    body = data[file.tell() :]
    if dtype.kind not in PLAIN_KINDS:
        raise ValueError(f"the array {name[:40]!a} holds {dtype}, not plain numbers or text")
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(body):
        raise ValueError(f"the array {name[:40]!a} is not as large as its header says")
    flat: NDArray[Any] = np.frombuffer(body, dtype)
    return flat.reshape(shape, order="F" if fortran_order else "C").copy()
