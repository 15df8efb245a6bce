"""Files and folders that appear whole or not at all, and JSON lines that survive a kill."""

import json
import math
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from vlsim.errors import InvalidValueError

Json: TypeAlias = Any
"""What `json.loads` returns."""


def make_folder(path: Path | str) -> Path:
    """Return a folder that can be written into; it is made, with its parents, if it is not there.

    Raises:
        InvalidValueError: If that cannot be; says what is in the way.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        reason = "" if os.access(path, os.W_OK | os.X_OK) else "permission denied"
    except OSError as error:
        files = (p for p in (path, *path.parents) if os.path.lexists(p) and not p.is_dir())
        file = next(files, None)
        reason = f"{file} is a file" if file else str(error.strerror).lower()
    if reason:
        raise InvalidValueError(f"Cannot write into the folder {path}: {reason}; choose another.")
    return path


@contextmanager
def atomic_write(path: Path | str) -> Iterator[Path]:
    """Give a temporary path to write a file or a folder at; put it in place when the block ends.

    Whatever was at `path` stays untouched if the block raises, the disk is full or the process is
    killed. A folder that is there already is moved aside first and removed last, since no call of
    the operating system replaces a folder that is not empty.

    Args:
        path: Where the file or folder shall be. Missing parent folders are made.

    Yields:
        The temporary path, in the same folder and with the same suffix.

    Raises:
        InvalidValueError: If the folder cannot be written into.
    """
    path = Path(path)
    make_folder(path.parent)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    _remove(temporary)
    try:
        yield temporary
        for file in sorted(temporary.rglob("*")) if temporary.is_dir() else [temporary]:
            _sync(file)
        if path.is_dir() and not path.is_symlink():
            aside = path.with_name(f".{path.stem}.{os.getpid()}.old{path.suffix}")
            _remove(aside)
            path.rename(aside)
            temporary.rename(path)
            _remove(aside)
        else:
            temporary.replace(path)
        _sync(path.parent)
    except BaseException:
        _remove(temporary)
        raise


def write_json(path: Path | str, data: Json) -> None:
    """Write `data` as indented JSON, atomically; a number that is not finite is an error."""
    text = _dump(data, Path(path), indent=2)
    with atomic_write(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path | str) -> Json:
    """Read a JSON file, with an error that names the file."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidValueError(f"There is no file {path}.") from None
    except OSError as error:
        raise InvalidValueError(f"Cannot read {path}: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(f"{path} is not JSON: {error}.") from None


def write_json_lines(path: Path | str, records: Iterable[dict[str, Any]]) -> None:
    """Write one line of JSON per record, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_bytes(_lines(records, Path(path)))


def append_json_lines(path: Path | str, records: Iterable[dict[str, Any]]) -> None:
    """Add lines at the end and flush them to the disk; a torn last line is dropped before."""
    path = Path(path)
    data = _lines(records, path)
    make_folder(path.parent)
    with path.open("a+b") as file:
        file.seek(0)
        old = file.read()
        whole = old.rfind(b"\n") + 1
        if whole < len(old):
            if _parses(old[whole:]):
                data = b"\n" + data
            else:
                file.truncate(whole)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_json_lines(
    path: Path | str, *, drop_torn: bool = False
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each record with the words that name its place, such as "episodes.jsonl line 3".

    Args:
        path: The file to read. Blank lines are skipped.
        drop_torn: Skip a last line that was cut off by a kill, instead of refusing it.

    Raises:
        InvalidValueError: If the file is missing or a line is not a JSON object; names the line.
    """
    for where, line in numbered_lines(path):
        try:
            record = parse_record(where, line)
        except InvalidValueError:
            # Only what a kill cut off has no end, and it is the last line.
            if drop_torn and not line.endswith(b"\n"):
                return
            raise
        yield where, record


def numbered_lines(path: Path | str) -> Iterator[tuple[str, bytes]]:
    """Yield each line that is not blank, after the words that name its place.

    Raises:
        InvalidValueError: If the file cannot be read.
    """
    path = Path(path)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise InvalidValueError(f"There is no file {path}.") from None
    except OSError as error:
        raise InvalidValueError(f"Cannot read {path}: {error.strerror}.") from None
    for number, line in enumerate(BytesIO(text), start=1):
        if line.strip():
            yield f"{path.name} line {number}", line


def parse_record(where: str, line: bytes) -> dict[str, Any]:
    """Return the JSON object that a line is.

    Raises:
        InvalidValueError: If it is none; names the place.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(f"{where} is not JSON: {error}.") from None
    if not isinstance(record, dict):
        shown = line.decode(errors="replace").strip()[:40]
        raise InvalidValueError(f"{where} must be a JSON object, got {shown!r}.")
    return record


def _lines(records: Iterable[dict[str, Any]], path: Path) -> bytes:
    return "".join(_dump(record, path) + "\n" for record in records).encode()


def _dump(data: Json, path: Path, indent: int | None = None) -> str:
    try:
        return json.dumps(data, allow_nan=False, ensure_ascii=False, indent=indent)
    except ValueError:
        name = _not_finite(data, "") or "a value"
        raise InvalidValueError(f"Cannot write {path.name}: {name} is not finite.") from None
    except TypeError as error:
        raise InvalidValueError(f"Cannot write {path.name}: {error}.") from None


def _not_finite(data: Json, name: str) -> str | None:
    """Return the name of the first entry that is not a finite number."""
    if isinstance(data, float):
        return None if math.isfinite(data) else name
    if isinstance(data, dict):
        parts: Iterable[tuple[Any, Any]] = data.items()
    elif isinstance(data, list | tuple):
        parts = enumerate(data)
    else:
        return None
    found = (_not_finite(value, f"{name}.{key}" if name else str(key)) for key, value in parts)
    return next((f for f in found if f), None)


def _parses(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    # Windows can neither open a folder nor flush a file that is open for reading only.
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
