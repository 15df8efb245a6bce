"""Memory of a CUDA device, by name, without torch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import EngineError
from vlsim.extras import import_extra


class CudaMemory:
    """Arrays on the first CUDA device, each as large as the largest that was asked for."""

    def __init__(self, doing: str) -> None:
        """Find the device.

        Args:
            doing: What it is needed for, to begin a sentence with.

        Raises:
            EngineError: If there is no such device.
            MissingExtraError: If cuda-bindings is not installed.
        """
        self._cuda = import_extra("cuda.bindings.runtime", doing, "tensorrt")
        self._places: dict[str, tuple[int, int]] = {}
        device = self._result(self._cuda.cudaGetDeviceProperties(0))
        name = device.name.decode().rstrip("\0")
        self.device = f"{name}, SM {device.major}.{device.minor}"
        self._stream = self._result(self._cuda.cudaStreamCreate())

    @property
    def stream(self) -> int:
        """Handle of the stream that everything is done on, in order."""
        return int(self._stream)

    def address(self, name: str, n_bytes: int) -> int:
        """Return the address of an array with room for so many bytes."""
        address, room = self._places.get(name, (0, 0))
        if n_bytes > room:
            if address:
                self._result(self._cuda.cudaFree(address))
            address = int(self._result(self._cuda.cudaMalloc(n_bytes)))
            self._places[name] = (address, n_bytes)
        return address

    def upload(self, name: str, array: NDArray[Any]) -> int:
        """Copy an array to the device; returns its address there."""
        array = np.ascontiguousarray(array)
        address = self.address(name, array.nbytes)
        self._copy(address, array.ctypes.data, array.nbytes, "cudaMemcpyHostToDevice")
        return address

    def download(self, name: str, array: NDArray[Any]) -> None:
        """Copy from the device into an array, which is filled after `synchronize`."""
        address = self.address(name, array.nbytes)
        self._copy(array.ctypes.data, address, array.nbytes, "cudaMemcpyDeviceToHost")

    def synchronize(self) -> None:
        """Wait until everything is done."""
        self._result(self._cuda.cudaStreamSynchronize(self._stream))

    def __del__(self) -> None:
        """Give the memory back."""
        for address, _ in getattr(self, "_places", {}).values():
            self._cuda.cudaFree(address)

    def _copy(self, to: int, source: int, n_bytes: int, direction: str) -> None:
        kind = getattr(self._cuda.cudaMemcpyKind, direction)
        self._result(self._cuda.cudaMemcpyAsync(to, source, n_bytes, kind, self._stream))

    def _result(self, reply: tuple[Any, ...]) -> Any:  # noqa: ANN401
        """Return what a call of CUDA returned."""
        error, *values = reply
        if int(error) != 0:
            raise EngineError(f"CUDA failed: {error.name}.")
        return values[0] if values else None
