"""What a compiler may do: rows at once, workspace, whether other versions shall read the result."""

from dataclasses import dataclass

from vlsim.deploy.exported import MOST_ROWS, WORKSPACE
from vlsim.errors import InvalidValueError

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class BuildOptions:
    """How an engine is built.

    Args:
        rows: Fewest rows at once, those that it is made fast for, and most.
        workspace: Bytes that it may use for intermediate results.
        version_compatible: Whether later versions of TensorRT shall run it, too; it may be slower.
    """

    rows: tuple[int, int, int] = (1, 1, MOST_ROWS)
    workspace: int = WORKSPACE
    version_compatible: bool = False

    def __post_init__(self) -> None:
        """Refuse what no engine can be built with."""
        least, best, most = self.rows
        if not 1 <= least <= best <= most <= MOST_ROWS:
            raise InvalidValueError(
                "rows must be three numbers (fewest, usual, most) that do not fall, from 1 to "
                f"{MOST_ROWS}, got {least}, {best}, {most}."
            )
        if self.workspace < MEBIBYTE:
            raise InvalidValueError(
                f"The workspace must be at least 1 MiB, got {self.workspace} bytes."
            )

    @property
    def profile(self) -> str:
        """The options as a name of a folder.

        >>> BuildOptions().profile
        'rows-1-1-16-workspace-1024'
        """
        parts = ("rows", *self.rows, "workspace", self.workspace // MEBIBYTE)
        words = "-".join(map(str, parts))
        return f"{words}-version-compatible" if self.version_compatible else words
