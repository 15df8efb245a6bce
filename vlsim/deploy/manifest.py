"""The manifest of a bundle: which files, how large, which hashes; and reading nothing else.

Every file is opened without following links, its size is compared before it is read and its SHA-256
before it is parsed. The manifest carries its own SHA-256, so a changed byte anywhere is found.
"""

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from vlsim.errors import BundleError, VlsimError
from vlsim.interface.policy import PolicySpec
from vlsim.reader import read_as

FORMAT = "vlsim-bundle"
SCHEMA_VERSION = 3
MANIFEST = "manifest.json"
CONFIG = "config.json"
WEIGHTS = "weights.safetensors"
TOKENIZER = "tokenizer.json"
GOLDEN = "golden.safetensors"
REQUIRED = (CONFIG, WEIGHTS, TOKENIZER, GOLDEN)

MEBIBYTE = 1 << 20
LARGEST = {MANIFEST: MEBIBYTE, CONFIG: MEBIBYTE, TOKENIZER: 64 * MEBIBYTE, GOLDEN: 64 * MEBIBYTE}
"""Most bytes of each file; any other may have `LARGEST_OTHER`."""
LARGEST_OTHER = 8192 * MEBIBYTE
MOST_FILES = 64

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(json|safetensors|onnx)")


@dataclass(frozen=True)
class FileEntry:
    """A file of a bundle: its size and hash."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself."""

    format: str
    schema_version: int
    files: dict[str, FileEntry]
    spec: PolicySpec
    """What the policy needs."""
    about: dict[str, Any]
    """Inputs, outputs, units, pose of the camera, task, tolerances."""
    measured: list[dict[str, Any]]
    """Success in the benchmark."""
    made_with: dict[str, str]
    """Versions of packages."""
    sha256: str
    """Of all the rest."""


def read_manifest(folder: Path | str) -> Manifest:
    """Read and check the manifest alone, for lists and for a look before loading.

    Raises:
        BundleError: If there is none, or it is altered, or of an unknown version.
    """
    folder = Path(folder)
    with _open(folder, MANIFEST) as file:
        data = file.read(LARGEST[MANIFEST] + 1)
    if len(data) > LARGEST[MANIFEST]:
        refuse(folder, MANIFEST, f"is larger than {LARGEST[MANIFEST]} bytes")
    written = parse_json(data, folder, MANIFEST)
    if written.get("format") != FORMAT:
        refuse(folder, MANIFEST, f"does not say that its format is {FORMAT!r}")
    version = written.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        refuse(
            folder,
            MANIFEST,
            f"has schema version {str(version)[:20]!r}, this vlsim reads {SCHEMA_VERSION}: train "
            "the policy again, or save it with this version",
        )
    unsigned = {key: value for key, value in written.items() if key != "sha256"}
    digest = hashlib.sha256(json_bytes(unsigned, folder, MANIFEST)).hexdigest()
    # Compared byte by byte as well: a hash of the parsed content would not see a changed space.
    if written.get("sha256") != digest or json_bytes(written, folder, MANIFEST) != data:
        refuse(folder, MANIFEST, "was altered: it does not match its own SHA-256")
    return checked(written, folder)


def checked(written: dict[str, Any], folder: Path) -> Manifest:
    """Return the manifest; strange names, sizes or hashes are refused before a file is opened."""
    try:
        manifest = read_as(Manifest, written, f"{folder.name}/{MANIFEST}")
    except VlsimError as error:
        raise BundleError(f"{one_line(error)}.") from None
    files = manifest.files
    if len(files) > MOST_FILES:
        refuse(folder, MANIFEST, f"must list its files, {MOST_FILES} at most")
    for name, entry in files.items():
        if not _NAME.fullmatch(name) or name == MANIFEST:
            refuse(
                folder,
                MANIFEST,
                f"lists {name[:60]!a}; a bundle holds .json, .safetensors and .onnx files in one "
                "folder",
            )
        limit = LARGEST.get(name, LARGEST_OTHER)
        if not 0 <= entry.bytes <= limit:
            refuse(folder, name, f"declares {entry.bytes} bytes; allowed are 0 to {limit}")
    for name in REQUIRED:
        if name not in files:
            refuse(folder, name, f"is not listed in {MANIFEST}")
    return manifest


def read_checked(folder: Path, name: str, entry: FileEntry, *, keep: bool) -> bytes:
    """Compare size and hash of a file; return its bytes if they are to be kept, else none."""
    with _open(folder, name) as file:
        size = os.fstat(file.fileno()).st_size
        if size != entry.bytes:
            refuse(folder, name, f"has {size} bytes, {MANIFEST} says {entry.bytes}")
        digest, chunks = hashlib.sha256(), []
        while chunk := file.read(MEBIBYTE):
            digest.update(chunk)
            if keep:
                chunks.append(chunk)
    if digest.hexdigest() != entry.sha256:
        refuse(folder, name, f"was altered: its SHA-256 is not the one in {MANIFEST}")
    return b"".join(chunks)


def _open(folder: Path, name: str) -> BinaryIO:
    """Open a plain file for reading; a link, folder or pipe is refused without following it."""
    path = folder / name
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            kind = "link" if stat.S_ISLNK(mode) else "folder or device"
            refuse(folder, name, f"is a {kind}, not a plain file")
        return os.fdopen(os.open(path, sum(getattr(os, f, 0) for f in flags)), "rb")
    except FileNotFoundError:
        refuse(folder, name, "is missing")
    except OSError as error:
        refuse(folder, name, f"cannot be read: {error.strerror}")


def parse_json(data: bytes, folder: Path, name: str) -> dict[str, Any]:
    """Parse a JSON object; anything else, NaN or endless nesting is refused."""

    def no_constant(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON number")

    try:
        parsed = json.loads(data.decode(), parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        refuse(folder, name, f"is not JSON: {one_line(error)}")
    if not isinstance(parsed, dict):
        refuse(folder, name, f"must be a JSON object, got {type(parsed).__name__}")
    return parsed


def json_bytes(data: dict[str, Any], folder: Path, name: str) -> bytes:
    """Write JSON in the one form that a bundle uses."""
    try:
        return (json.dumps(data, allow_nan=False, indent=2) + "\n").encode()
    except (TypeError, ValueError, RecursionError) as error:
        refuse(folder, name, f"cannot be written as JSON: {one_line(error)}")


def one_line(error: BaseException) -> str:
    """Return the error as one short printable line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return "".join(c if c.isprintable() else "?" for c in words[:200]).rstrip(".")


def refuse(folder: Path, name: str, why: str) -> NoReturn:
    """Raise `BundleError` with one line that names the file."""
    raise BundleError(f"{folder.name}/{name} {why}.") from None
