"""Folders of pictures: what is written is read back, and what is broken is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vlsim.data.picture_file import read_picture_file
from vlsim.data.picture_folder import FILES, PARTS, PictureFolder, PictureRequest
from vlsim.data.picture_reader import read_pictures
from vlsim.data.pictures import Pictures, draw_pictures
from vlsim.errors import InvalidValueError

COUNT, SIDE = 34, 32
REQUEST = PictureRequest(COUNT, SIDE, 7, "png", "code")


def fill(folder: Path, request: PictureRequest = REQUEST, workers: int = 0) -> Path:
    list(PictureFolder(folder, request).fill(workers))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("pictures") / "out")


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


@pytest.mark.parametrize("split", ["train", "combo", "nested"])
def test_files_give_what_is_drawn_without_them(filled: Path, split: str):
    read = Pictures.joined(list(read_pictures(filled, split)))
    drawn = Pictures.joined(list(draw_pictures(len(read), SIDE, REQUEST.seed, 1, split)))
    assert (read.images == drawn.images).all()
    assert read.annotations == drawn.annotations


def test_stopped_and_continued_with_more_workers_the_bytes_are_the_same(
    filled: Path, tmp_path: Path
):
    folder = PictureFolder(tmp_path, REQUEST)
    for held in folder.fill(0):
        if held:
            break
    assert any((tmp_path / PARTS).iterdir())
    with pytest.raises(InvalidValueError, match="not finished; run the same vlsim collect"):
        list(read_pictures(tmp_path))
    assert contents(fill(tmp_path, workers=2)) == contents(filled)
    assert not (tmp_path / PARTS).exists()
    assert contents(fill(tmp_path)) == contents(filled)


def test_another_request_is_refused_by_its_field(filled: Path):
    other = PictureRequest(COUNT, SIDE, 8, "png", "code")
    with pytest.raises(InvalidValueError, match="holds pictures with seed = 7, not 8; choose"):
        PictureFolder(filled, other)


def test_jpeg_files_are_jpeg_and_nearly_the_same(tmp_path: Path):
    fill(tmp_path, PictureRequest(COUNT, SIDE, 7, "jpeg", "code"))
    (part,) = read_pictures(tmp_path, "val")
    (drawn,) = draw_pictures(len(part), SIDE, 7, 1, "val")
    assert np.abs(part.images.astype(int) - drawn.images).mean() < 6
    assert sorted((tmp_path / "images").iterdir())[0].read_bytes()[:2] == b"\xff\xd8"


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_coco_tools_read_things_and_captions(filled: Path, capsys: pytest.CaptureFixture[str]):
    coco = pytest.importorskip("pycocotools.coco")
    things = coco.COCO(str(filled / "instances.json"))
    for thing in things.loadAnns(things.getAnnIds()):
        mask = things.annToMask(thing)
        x, y, width, height = thing["bbox"]
        assert mask.sum() == thing["area"] == mask[y : y + height, x : x + width].sum()
        assert mask.any(axis=0).sum() <= width
    captions = coco.COCO(str(filled / "captions.json"))
    assert len(captions.getAnnIds(imgIds=[1])) == 5
    assert len(captions.getImgIds()) == COUNT
    capsys.readouterr()


def test_every_file_has_every_picture(filled: Path):
    split = json.loads((filled / "dataset.json").read_text())["images"]
    assert [image["cocoid"] for image in split] == list(range(1, COUNT + 1))
    assert {image["split"] for image in split} >= {"train", "val", "test", "combo"}
    refs = json.loads((filled / "refs.json").read_text())
    assert {ref["image_id"] for ref in refs} == set(range(1, COUNT + 1))
    assert all((filled / name).exists() for name in FILES)


def change(name: str, key: str, record: int, **fields: Any) -> Callable[[Path], None]:
    """Return what changes fields of one record."""

    def apply(folder: Path) -> None:
        data = json.loads((folder / name).read_text())
        (data[key] if key else data)[record].update(fields)
        (folder / name).write_text(json.dumps(data))

    return apply


def set_version(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 9}))


def spoil_picture(folder: Path) -> None:
    (folder / "images" / "000000000002.png").write_bytes(b"no picture")


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing picture": (
        lambda folder: (folder / "images" / "000000000002.png").unlink(),
        r"images/000000000002\.png is missing; it is picture 2 of instances\.json",
    ),
    "no picture": (spoil_picture, r"000000000002\.png is no PNG or JPEG that can be read"),
    "wrong id": (
        change("captions.json", "annotations", 2, image_id=999),
        r"captions\.json record 3: 'image_id' 999 is no picture of instances\.json",
    ),
    "wrong thing": (
        change("refs.json", "", 0, ann_id=5),
        r"refs\.json record 1: 'ann_id' 5 is no thing of picture 1 in instances\.json",
    ),
    "question twice": (
        change("questions.json", "questions", 1, question_id=100),
        r"questions\.json record 2: 'question_id' 100 is that of record 1 already",
    ),
    "too few answers": (
        change("annotations.json", "annotations", 0, answers=[]),
        r"annotations\.json record 1: 'answers' has 0 entries, it must have 10",
    ),
    "no answers": (
        change("annotations.json", "annotations", 0, question_id=99),
        r"annotations\.json record 1: 'question_id' 99 is of no question in questions\.json",
    ),
    "wrong kind of value": (
        change("captions.json", "annotations", 0, caption=3),
        r"captions\.json record 1: 'caption' must be a string, got 3",
    ),
    "phrase of nothing": (
        change("questions.json", "questions", 0, phrases=[[0, 1, [77]]]),
        r"questions\.json record 1: 'phrases' names the things \[77\]; the picture has",
    ),
    "unknown version": (set_version, r"manifest\.json: 'schema_version' is 9; this vlsim reads 1"),
    "no list": (
        lambda folder: (folder / "pairs.json").write_text("{}") and None,
        r"pairs\.json must hold a list",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_broken_is_named_with_file_record_and_field(copied: Path, fault: str):
    break_it, words = BROKEN[fault]
    break_it(copied)
    with pytest.raises(InvalidValueError, match=words) as caught:
        list(read_pictures(copied))
    assert "\n" not in str(caught.value)


def test_an_unknown_split_is_refused(filled: Path):
    with pytest.raises(InvalidValueError, match="has no split 'tset', only train, val, test"):
        list(read_pictures(filled, "tset"))


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("L", 100, (100, 100, 100)),
        ("RGBA", (10, 20, 30, 0), (255, 255, 255)),
        ("RGBA", (10, 20, 30, 255), (10, 20, 30)),
        ("RGB", (1, 2, 3), (1, 2, 3)),
    ],
)
def test_grey_is_repeated_and_alpha_lies_on_white(
    tmp_path: Path, mode: str, color: Any, expected: tuple[int, int, int]
):
    Image.new(mode, (3, 2), color).save(tmp_path / "one.png")
    pixels = read_picture_file(tmp_path / "one.png")
    assert pixels.shape == (2, 3, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == expected).all()


def test_what_is_too_wide_or_has_too_many_bits_is_refused(tmp_path: Path):
    Image.new("L", (20_000, 1)).save(tmp_path / "wide.png")
    with pytest.raises(InvalidValueError, match=r"wide\.png has 20000 x 1 pixels, allowed are"):
        read_picture_file(tmp_path / "wide.png")
    Image.new("I;16", (2, 2)).save(tmp_path / "deep.png")
    with pytest.raises(InvalidValueError, match=r"deep\.png has pixels of the kind 'I;16'"):
        read_picture_file(tmp_path / "deep.png")
    with pytest.raises(InvalidValueError, match=r"There is no file .*none\.png"):
        read_picture_file(tmp_path / "none.png")
