"""Modules `tensorrt` and `cuda.bindings.runtime` that compute on the CPU, with real names only.

Every attribute that is read or set, and the arguments of every call, are compared with what
`tools.tensorrt.record_bindings` recorded of the real bindings. Plans are ONNX files behind a line
of JSON, and onnxruntime computes them.
"""

import ctypes
import inspect
import json
from enum import IntEnum
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import onnx
import onnxruntime

RECORDED = json.loads((Path(__file__).parent / "tensorrt_bindings.json").read_text())
VERSIONS = list(RECORDED["tensorrt"])
KINDS = {"tensor(float)": np.float32, "tensor(bool)": np.bool_}


def check_call(name: str, parameters: list[str] | None, args: Any, kwargs: Any) -> None:
    """Fail as the real function would that has these parameters."""
    assert parameters is not None, f"{name} is no function"
    if "*args" in parameters:
        return
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    inspect.Signature(
        [
            inspect.Parameter(p.rstrip("="), kind, default=None if "=" in p else inspect._empty)
            for p in parameters
        ]
    ).bind(*args, **kwargs)


class Fake:
    """A class of the bindings: it has what the real one has, and fails where that would."""

    recorded: ClassVar[dict[str, Any]] = {}
    calls: ClassVar[list[tuple[str, tuple[Any, ...]]]] = []

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if parameters := cls._members().get("__init__"):
            check_call(cls.__name__, parameters, args, kwargs)
        return super().__new__(cls)

    @classmethod
    def _members(cls) -> dict[str, Any]:
        members: dict[str, Any] = cls.recorded["classes"][cls.__name__]
        return members

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("_"):
            return value
        members, of = type(self)._members(), type(self).__name__
        assert name in members, f"TensorRT's {of} has no '{name}'"
        if not inspect.ismethod(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            check_call(f"{of}.{name}", members[name], args, kwargs)
            Fake.calls.append((f"{of}.{name}", args))
            return value(*args, **kwargs)

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        assert name.startswith("_") or name in type(self)._members(), f"no '{name}' to set"
        super().__setattr__(name, value)


class Logger(Fake):
    ERROR = 1

    def __init__(self, severity: int) -> None:
        pass


class ParserError(Fake):
    def desc(self) -> str:
        return "no graph"


class OnnxParser(Fake):
    num_errors = 1

    def __init__(self, network: "INetworkDefinition", logger: Logger) -> None:
        self._network = network

    def parse(self, model: bytes) -> bool:
        try:
            parsed = onnx.load_from_string(model)
        except Exception:
            return False
        self._network._data, self._network._graph = model, parsed.graph
        return True

    def get_error(self, index: int) -> ParserError:
        return ParserError()


class ITensor(Fake):
    def __init__(self, value: Any) -> None:
        self._value = value

    @property
    def name(self) -> str:
        return str(self._value.name)

    @property
    def shape(self) -> tuple[int, ...]:
        axes = self._value.type.tensor_type.shape.dim
        return tuple(-1 if axis.dim_param else axis.dim_value for axis in axes)


class INetworkDefinition(Fake):
    @property
    def num_inputs(self) -> int:
        return len(self._graph.input)

    def get_input(self, index: int) -> ITensor:
        return ITensor(self._graph.input[index])


class IOptimizationProfile(Fake):
    def __init__(self) -> None:
        self._shapes: dict[str, Any] = {}

    def set_shape(self, input: str, least: Any, best: Any, most: Any) -> None:
        assert all(0 < a <= b <= c for a, b, c in zip(least, best, most, strict=True))
        self._shapes[input] = (least, best, most)


class ITimingCache(Fake):
    def __init__(self, data: bytes) -> None:
        self._data = data

    def serialize(self) -> bytes:
        return self._data + b"+"


class IBuilderConfig(Fake):
    def create_timing_cache(self, serialized_timing_cache: bytes) -> ITimingCache:
        return ITimingCache(serialized_timing_cache)

    def set_timing_cache(self, cache: ITimingCache, ignore_mismatch: bool) -> bool:
        self._times = cache
        return True

    def get_timing_cache(self) -> ITimingCache:
        return self._times

    def set_memory_pool_limit(self, pool: int, pool_size: int) -> None:
        pass

    def set_flag(self, flag: int) -> None:
        pass

    def add_optimization_profile(self, profile: IOptimizationProfile) -> int:
        self._profile = profile
        return 0


class Builder(Fake):
    fails = False

    def __init__(self, logger: Logger) -> None:
        pass

    def create_network(self, flags: int) -> INetworkDefinition:
        assert flags == 1 << 1
        return INetworkDefinition()

    def create_builder_config(self) -> IBuilderConfig:
        return IBuilderConfig()

    def create_optimization_profile(self) -> IOptimizationProfile:
        return IOptimizationProfile()

    def build_serialized_network(
        self, network: INetworkDefinition, config: IBuilderConfig
    ) -> bytes | None:
        head = json.dumps(config._profile._shapes).encode()
        return None if type(self).fails else head + b"\n" + network._data


class IExecutionContext(Fake):
    def __init__(self, session: Any, shapes: Any) -> None:
        self._session, self._allowed = session, shapes
        self._shapes: dict[str, Any] = {}
        self._places: dict[str, int] = {}

    def set_input_shape(self, name: str, shape: tuple[int, ...]) -> bool:
        self._shapes[name] = shape
        least, _, most = self._allowed[name]
        return all(a <= n <= b for a, n, b in zip(least, shape, most, strict=True))

    def set_tensor_address(self, name: str, memory: int) -> bool:
        self._places[name] = memory
        return True

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        value = next(v for v in self._session.get_outputs() if v.name == name)
        first = next(iter(self._shapes.values()))
        sizes = {"batch": first[0], "words": first[1], "height": 16, "width": 16}
        return tuple(sizes.get(size, size) for size in value.shape)

    def execute_async_v3(self, stream_handle: int) -> bool:
        given = {name: read(self._places[name], name, s) for name, s in self._shapes.items()}
        for value, array in zip(
            self._session.get_outputs(), self._session.run(None, given), strict=True
        ):
            assert array.shape == self.get_tensor_shape(value.name)
            ctypes.memmove(self._places[value.name], array.tobytes(), array.nbytes)
        return True


def read(address: int, name: str, shape: tuple[int, ...]) -> Any:
    """Return the input of a name that lies at an address."""
    kind = {"image": np.uint8, "ids": np.int64, "mask": np.bool_}.get(name, np.float32)
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    return np.frombuffer(ctypes.string_at(address, size), kind).reshape(shape)


class ICudaEngine(Fake):
    def __init__(self, plan: bytes) -> None:
        head, _, data = plan.partition(b"\n")
        self._shapes, self._session = json.loads(head), onnxruntime.InferenceSession(data)
        self._values = [*self._session.get_inputs(), *self._session.get_outputs()]

    @property
    def num_io_tensors(self) -> int:
        return len(self._values)

    def get_tensor_name(self, index: int) -> str:
        return str(self._values[index].name)

    def get_tensor_mode(self, name: str) -> int:
        return 1 if name in self._shapes else 2

    def get_tensor_dtype(self, name: str) -> str:
        return next(str(v.type) for v in self._values if v.name == name)

    def get_tensor_profile_shape(self, name: str, profile_index: int) -> Any:
        return self._shapes[name]

    def create_execution_context(self) -> IExecutionContext:
        return IExecutionContext(self._session, self._shapes)


class Runtime(Fake):
    def __init__(self, logger: Logger) -> None:
        pass

    def deserialize_cuda_engine(self, serialized_engine: bytes) -> ICudaEngine:
        return ICudaEngine(serialized_engine)


def tensorrt_of(version: str) -> ModuleType:
    """Return the module `tensorrt` of a recorded version."""
    Fake.recorded, Fake.calls = RECORDED["tensorrt"][version], []
    Builder.fails = False
    module = ModuleType("tensorrt")
    # torch looks for it.
    module.__spec__ = ModuleSpec("tensorrt", None)
    classes = RECORDED["tensorrt"][version]["classes"]
    values = {"STRONGLY_TYPED": 1, "OUTPUT": 2}
    for name, members in classes.items():
        own = globals().get(name)
        enum = SimpleNamespace(**{member: values.get(member, 0) for member in members})
        setattr(module, name, own or enum)
    module.__dict__.update(__version__=version, nptype=KINDS.__getitem__)
    return module


Error = IntEnum("Error", {"cudaSuccess": 0, "cudaErrorNoDevice": 100})


def cuda(*, works: bool = True) -> ModuleType:
    """Return the module `cuda.bindings.runtime` of a machine with a device, or without one."""
    arrays: dict[int, Any] = {}

    def malloc(size: int) -> tuple[Error, int]:
        array = ctypes.create_string_buffer(size)
        arrays[ctypes.addressof(array)] = array
        return Error.cudaSuccess, ctypes.addressof(array)

    def copy(dst: int, src: int, count: int, kind: str, stream: int) -> tuple[Error]:
        ctypes.memmove(dst, src, count)
        return (Error.cudaSuccess,)

    device = SimpleNamespace(name=b"Fake Orin\0\0", major=8, minor=7)
    functions = {
        "cudaGetDeviceProperties": lambda device_number: (
            (Error.cudaSuccess, device) if works else (Error.cudaErrorNoDevice, None)
        ),
        "cudaStreamCreate": lambda: (Error.cudaSuccess, 7),
        "cudaStreamSynchronize": lambda stream: (Error.cudaSuccess,),
        "cudaMalloc": malloc,
        "cudaFree": lambda address: (Error.cudaSuccess, arrays.pop(address))[:1],
        "cudaMemcpyAsync": copy,
    }
    module = ModuleType("cuda.bindings.runtime")
    recorded = RECORDED["cuda"]
    assert set(recorded["functions"]) == set(functions)
    for name, function in functions.items():
        assert len(inspect.signature(function).parameters) == len(recorded["functions"][name])
        setattr(module, name, function)
    kinds = {kind: kind for kind in recorded["cudaMemcpyKind"]}
    module.__dict__["cudaMemcpyKind"] = SimpleNamespace(**kinds)
    return module
