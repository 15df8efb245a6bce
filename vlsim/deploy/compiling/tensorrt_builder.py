"""From an ONNX file to a plan of TensorRT, by one code for its versions 10 and 11.

Networks are strongly typed: the precision is in the graph, in its casts and in its scales. Version
11 knows no other way, and version 10 needs to be told.
"""

from dataclasses import dataclass
from typing import Any

from vlsim.deploy.compiling.options import BuildOptions
from vlsim.errors import EngineError
from vlsim.interface.observation import TEXT_LENGTH

FEWEST_WORDS = 2
"""Tokens of a sentence that a graph takes at least."""


@dataclass(frozen=True)
class Sizes:
    """Sizes that may differ from call to call: fewest, usual, most.

    Args:
        rows: Rows at once.
        words: Tokens of a sentence.
    """

    rows: tuple[int, int, int]
    words: tuple[int, int, int]

    @staticmethod
    def of(rows: tuple[int, int, int], n_words: int) -> "Sizes":
        """Return those of a network whose instructions usually have so many tokens."""
        usual = min(max(n_words, FEWEST_WORDS), TEXT_LENGTH)
        return Sizes(rows, (FEWEST_WORDS, usual, TEXT_LENGTH))


class PlanBuilder:
    """Builds plans with one module `tensorrt`.

    Args:
        trt: The module.
        options: What it may do.
        timing_cache: What earlier builds on this device measured, empty if there were none. None
            keeps nothing.
    """

    def __init__(
        self,
        trt: Any,  # noqa: ANN401, optional package
        options: BuildOptions,
        timing_cache: bytes | None = b"",
    ) -> None:
        """Take the module."""
        self._trt, self._options, self.timing_cache = trt, options, timing_cache
        self._logger = trt.Logger(trt.Logger.ERROR)

    def parse(self, data: bytes) -> tuple[Any, Any, Any]:
        """Return builder, network and parser of an ONNX file; each lives as long as the first.

        Raises:
            EngineError: If TensorRT does not read it; names the node.
        """
        trt = self._trt
        builder = trt.Builder(self._logger)
        flags = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
        network = builder.create_network(flags)
        parser = trt.OnnxParser(network, self._logger)
        if not parser.parse(data):
            errors = [parser.get_error(i).desc() for i in range(parser.num_errors)]
            raise EngineError(f"TensorRT {trt.__version__} cannot read the graph: {errors[0]}")
        return builder, network, parser

    def build(self, data: bytes, sizes: Sizes) -> bytes:
        """Return the plan of an ONNX file.

        Raises:
            EngineError: If TensorRT does not read or build it.
        """
        trt = self._trt
        # The parser owns the weights, so it is kept until the plan is built.
        builder, network, _parser = self.parse(data)
        config = builder.create_builder_config()
        config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, self._options.workspace)
        if self._options.version_compatible:
            config.set_flag(trt.BuilderFlag.VERSION_COMPATIBLE)
        if self.timing_cache is not None:
            config.set_timing_cache(config.create_timing_cache(self.timing_cache), False)
        config.add_optimization_profile(self._profile(builder, network, sizes))
        plan = builder.build_serialized_network(network, config)
        if plan is None:
            raise EngineError(
                f"TensorRT {trt.__version__} built no engine with {self._options.workspace} bytes "
                "of workspace; what it wrote above says why."
            )
        if self.timing_cache is not None:
            self.timing_cache = bytes(config.get_timing_cache().serialize())
        return bytes(plan)

    @staticmethod
    def _profile(builder: Any, network: Any, sizes: Sizes) -> Any:  # noqa: ANN401
        profile = builder.create_optimization_profile()
        for i in range(network.num_inputs):
            tensor = network.get_input(i)
            # Only the first axis of an input, rows, and its second, tokens, may be open.
            shapes = [
                tuple(
                    size if size >= 0 else (rows, words)[axis]
                    for axis, size in enumerate(tensor.shape)
                )
                for rows, words in zip(sizes.rows, sizes.words, strict=True)
            ]
            profile.set_shape(tensor.name, *shapes)
        return profile
