"""A plan of TensorRT, opened: numpy in, numpy out, with the memory of the device in between."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.compiling.cuda_memory import CudaMemory
from vlsim.errors import EngineError


class Plan:
    """Computes one graph on the GPU, `fewest_rows` to `most_rows` at once.

    Args:
        trt: The module `tensorrt`.
        data: What was built.
        memory: Where inputs and outputs lie on the device.
    """

    def __init__(self, trt: Any, data: bytes, memory: CudaMemory) -> None:  # noqa: ANN401
        """Open a plan."""
        self._memory = memory
        runtime = trt.Runtime(trt.Logger(trt.Logger.ERROR))
        # A plan for other versions carries code of the one that built it: here, on this machine.
        runtime.engine_host_code_allowed = True
        engine = runtime.deserialize_cuda_engine(data)
        if engine is None:
            raise EngineError(
                f"TensorRT {trt.__version__} cannot open what it built; compile it again."
            )
        names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
        outputs = [n for n in names if engine.get_tensor_mode(n) == trt.TensorIOMode.OUTPUT]
        self._outputs = {name: trt.nptype(engine.get_tensor_dtype(name)) for name in outputs}
        # The engine must outlive its context, and the runtime its engine.
        self._owners = (runtime, engine)
        self._context = engine.create_execution_context()
        first = next(name for name in names if name not in outputs)
        fewest, _, most = engine.get_tensor_profile_shape(first, 0)
        self.fewest_rows, self.most_rows = int(fewest[0]), int(most[0])

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Return the outputs in their order."""
        context, memory = self._context, self._memory
        for name, array in inputs.items():
            if not context.set_input_shape(name, array.shape):
                raise EngineError(f"The engine takes no '{name}' of shape {array.shape}.")
            context.set_tensor_address(name, memory.upload(name, array))
        found = []
        for name, kind in self._outputs.items():
            array = np.empty(tuple(context.get_tensor_shape(name)), kind)
            context.set_tensor_address(name, memory.address(name, array.nbytes))
            found.append(array)
        if not context.execute_async_v3(memory.stream):
            raise EngineError("TensorRT did not compute; what it wrote above says why.")
        for name, array in zip(self._outputs, found, strict=True):
            memory.download(name, array)
        memory.synchronize()
        return found
