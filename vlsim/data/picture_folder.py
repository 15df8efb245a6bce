"""A folder of pictures while it is filled: finished parts are kept, whatever ends the work."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from vlsim.data.coco import CATEGORIES, ImageRecord, as_line, records_of
from vlsim.data.pictures import CHUNK, draw_numbers
from vlsim.data.splits import SPLITS, split_numbers
from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write, make_folder, read_json, write_json
from vlsim.parallel.pool import run_tasks
from vlsim.parallel.worker import Stateless
from vlsim.reader import read_as

FORMAT, SCHEMA_VERSION = "vlsim pictures", 1
MANIFEST, IMAGES, PARTS = "manifest.json", "images", "parts"
Suffix = Literal["png", "jpeg"]
HOW: Mapping[Suffix, dict[str, int]] = {"png": {"compress_level": 1}, "jpeg": {"quality": 95}}
"""How Pillow compresses."""

_INFO = {"description": "Scenes of vlsim", "version": str(SCHEMA_VERSION)}
_VQA = {"info": _INFO, "license": {}, "data_type": "vlsim", "data_subtype": "all"}
_CATEGORIES = [{"id": n, "name": name, "supercategory": "thing"} for name, n in CATEGORIES.items()]
FILES: Mapping[str, tuple[dict[str, Any] | None, dict[str, str]]] = {
    "instances.json": (
        {"info": _INFO, "licenses": [], "categories": _CATEGORIES},
        {"images": "images", "annotations": "instances"},
    ),
    "captions.json": (
        {"info": _INFO, "licenses": []},
        {"images": "images", "annotations": "captions"},
    ),
    "questions.json": ({**_VQA, "task_type": "Open-Ended"}, {"questions": "questions"}),
    "annotations.json": (_VQA, {"annotations": "answers"}),
    "refs.json": (None, {"": "refs"}),
    "pairs.json": (None, {"": "pairs"}),
    "dataset.json": ({"dataset": "vlsim"}, {"images": "split"}),
}
"""What each file begins with, None if it is a list, and the lists in it with their records."""


@dataclass(frozen=True)
class PictureRequest:
    """Everything that decides the contents of a folder of pictures."""

    pictures: int
    image_size: int
    """Side, pixels."""
    seed: int
    format: Suffix
    code: str
    """What the pictures come from, as a hash of modules: parts of two versions are never mixed."""

    def __post_init__(self) -> None:
        """Refuse a folder with too few pictures for its splits."""
        split_numbers(self.pictures)


@dataclass(frozen=True)
class PictureManifest:
    """What is in a folder of pictures."""

    format: str
    schema_version: int
    complete: bool
    request: PictureRequest
    splits: dict[str, int]
    """How many pictures there are of each."""


@dataclass(frozen=True)
class _Part:
    """Some pictures of one split."""

    index: int
    split: str
    first_id: int
    numbers: range
    request: PictureRequest

    @property
    def name(self) -> str:
        """Name of the folder of its records."""
        return f"{self.index:05d}"


class PictureFolder:
    """A folder of pictures that is being filled, part by part, in any order."""

    def __init__(self, folder: Path, request: PictureRequest) -> None:
        """Begin a folder, or go on with one of the same request.

        Raises:
            InvalidValueError: If the folder holds other pictures, says which field differs; or if
                it cannot be written into.
        """
        self.folder, self.request = make_folder(folder), request
        self.complete = False
        if not (folder / MANIFEST).exists():
            self._save()
            return
        manifest = read_manifest(folder)
        for name, wanted in vars(request).items():
            if (held := getattr(manifest.request, name)) != wanted:
                raise InvalidValueError(
                    f"{folder} holds pictures with {name} = {held!r}, not {wanted!r}; choose "
                    "another folder."
                )
        self.complete = manifest.complete

    def fill(self, workers: int) -> Iterator[int]:
        """Draw what is missing; yields how many pictures there are, each time that some more are.

        The files do not depend on the number of workers.

        Raises:
            WorkerError: If worker processes die over the same pictures again and again.
        """
        if self.complete:
            yield self.request.pictures
            return
        images, parts = make_folder(self.folder / IMAGES), make_folder(self.folder / PARTS)
        missing = [part for part in self._parts() if not (parts / part.name).is_dir()]
        held = self.request.pictures - sum(len(part.numbers) for part in missing)
        yield held
        by_index = {part.index: part for part in missing}
        draw = partial(Stateless, _draw_part)
        for index, files, lines in run_tasks(draw, missing, workers if workers > 1 else 0):
            part = by_index[index]
            for name, data in files:
                (images / name).write_bytes(data)
            with atomic_write(parts / part.name) as temporary:
                temporary.mkdir()
                for name, text in lines.items():
                    (temporary / name).write_text(text, encoding="utf-8")
            held += len(part.numbers)
            yield held
        self._join()

    def _parts(self) -> list[_Part]:
        parts: list[_Part] = []
        for split, numbers in split_numbers(self.request.pictures).items():
            for start in range(0, len(numbers), CHUNK):
                inside = range(start, min(start + CHUNK, len(numbers)))
                first_id = numbers.start + start + 1
                parts.append(_Part(len(parts), split, first_id, inside, self.request))
        return parts

    def _join(self) -> None:
        """Write the files of all pictures, and remove the parts."""
        parts = [self.folder / PARTS / part.name for part in self._parts()]
        for name, (head, lists) in FILES.items():
            with atomic_write(self.folder / name) as temporary, temporary.open("w") as file:
                if head is not None:
                    file.write(json.dumps(head)[:-1])
                for key, records in lists.items():
                    file.write("[\n" if head is None else f',\n"{key}": [\n')
                    for n, part in enumerate(parts):
                        text = (part / records).read_text(encoding="utf-8")
                        file.write(",\n" if n and text else "")
                        file.write(text)
                    file.write("\n]")
                file.write("\n" if head is None else "}\n")
        self.complete = True
        self._save()
        shutil.rmtree(self.folder / PARTS)

    def _save(self) -> None:
        counts = {name: len(n) for name, n in split_numbers(self.request.pictures).items()}
        manifest = PictureManifest(FORMAT, SCHEMA_VERSION, self.complete, self.request, counts)
        write_json(self.folder / MANIFEST, asdict(manifest))


def read_manifest(folder: Path) -> PictureManifest:
    """Read the manifest of a folder of pictures.

    Raises:
        InvalidValueError: If there is none, or it is of another format or version, or a field is
            not what it must be; names file and field.
    """
    path = folder / MANIFEST
    data = read_json(path)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InvalidValueError(f"{path} is no manifest of {FORMAT!r}.")
    if (version := data.get("schema_version")) != SCHEMA_VERSION:
        raise InvalidValueError(
            f"{path}: 'schema_version' is {version!r:.80}; this vlsim reads {SCHEMA_VERSION}."
        )
    return read_as(PictureManifest, data, str(path))


def _draw_part(part: _Part) -> tuple[int, list[tuple[str, bytes]], dict[str, str]]:
    """Return the number of a part, its picture files, and the lines of its records by list."""
    request, files = part.request, []
    records: dict[str, list[str]] = {}
    drawn = draw_numbers(SPLITS[part.split], part.numbers, request.image_size, request.seed)
    for number, one in enumerate(drawn, start=part.first_id):
        name = f"{number:012d}.{request.format}"
        files.append((name, _encoded(one.image, request.format)))
        side = request.image_size
        image = ImageRecord(number, name, side, side, part.split)
        for kind, of_kind in records_of(image, one.annotation, one.view).items():
            records.setdefault(kind, []).extend(map(as_line, of_kind))
    return part.index, files, {kind: ",\n".join(lines) for kind, lines in records.items()}


def _encoded(pixels: Any, suffix: Suffix) -> bytes:  # noqa: ANN401 (pixels, as Pillow takes them)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, suffix, **HOW[suffix])
    return buffer.getvalue()
