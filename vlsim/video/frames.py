"""Frames to mp4 and gif, and what is drawn into frames: captions and heat-maps.

A frame is (H, W, 3) uint8, RGB. Nothing here changes the frame it is given.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFilter

from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write
from vlsim.video.lettering import cut, font_of, pitch, wrap

Frame: TypeAlias = NDArray[np.uint8]
Color: TypeAlias = tuple[int, int, int]
Encoder: TypeAlias = Generator[None, bytes | None, None]

BAR: Color = (24, 26, 30)
INK: Color = (236, 238, 240)
GREY: Color = (160, 166, 174)
HEAT: Color = (0, 235, 255)
"""Cyan: no object has this colour."""
FORMATS = (".mp4", ".gif")
COLORS_OF_GIF = 256
DIMMED = 0.5
"""How bright a picture is where its heat-map is cold."""
HOT = 0.5
"""Share of the hottest point from which on a heat-map's line goes round."""
SMALLEST_FONT, LARGEST_FONT = 11, 20
"""Of a caption, pixels."""
WORDS_PER_LINE = 12
"""Words that a line of room holds on average, if a long text is set a little smaller."""
MOST_LINES = 7
"""Of room: they hold 130 words at the smallest size, and more would dwarf the picture."""


class VideoWriter:
    """Writes frames as they come; the file appears when the block ends without an error.

    Args:
        path: Ends in `.mp4` or `.gif`. The frames of a gif are kept in memory until the end, since
            its 256 colours are chosen from all of them.
        fps: Frames per second. A gif counts in hundredths of a second: at 30, frames take 3 or 4.
    """

    def __init__(self, path: Path | str, fps: float) -> None:
        """See the class."""
        self.path = Path(path)
        if self.path.suffix not in FORMATS:
            raise InvalidValueError(f"A video must end in .mp4 or .gif, got '{self.path.name}'.")
        if not 0 < fps <= 240:
            raise InvalidValueError(f"fps must lie in (0, 240], got {fps}.")
        self.fps = fps
        self.shape: tuple[int, ...] | None = None
        self._is_gif = self.path.suffix == ".gif"
        self._kept: list[Frame] = []

    def __enter__(self) -> "VideoWriter":
        """Open the file under a temporary name."""
        self._stack = ExitStack()
        self._temporary = self._stack.enter_context(atomic_write(self.path))
        return self

    def add(self, frame: Frame) -> None:
        """Add one frame; all must have the shape of the first."""
        _check(frame)
        # H.264 halves the resolution of colours, so it needs even sides.
        height, width = frame.shape[:2]
        even = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        if self.shape is None:
            self.shape = frame.shape
            if not self._is_gif:
                self._encoder = self._stack.enter_context(self._encoding(even.shape))
        if frame.shape != self.shape:
            raise InvalidValueError(
                f"All frames of a video need one shape, got {frame.shape} after {self.shape}."
            )
        if self._is_gif:
            self._kept.append(even)
        else:
            self._encoder.send(even.tobytes())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file and give it its name; without frames that is an error."""
        if error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            if self.shape is None:
                raise InvalidValueError(
                    f"A video needs at least one frame, got none: {self.path.name}."
                )
            if self._is_gif:
                self._write_gif()

    def _write_gif(self) -> None:
        """Write the kept frames with one palette; chosen frame by frame, colours would flicker."""
        everything = Image.fromarray(np.vstack(self._kept))
        palette = everything.quantize(COLORS_OF_GIF, method=Image.Quantize.FASTOCTREE)
        colors = np.zeros((COLORS_OF_GIF, 4), np.uint8)
        chosen = np.array(palette.getpalette("BGR"), np.uint8).reshape(-1, 3)
        colors[: len(chosen), :3] = chosen
        colors[:, 3] = 255
        options = {"codec": "gif", "quality": None, "output_params": ["-loop", "0"]}
        formats = {"pix_fmt_in": "pal8", "pix_fmt_out": "pal8"}
        with self._encoding(self._kept[0].shape, **formats, **options) as encoder:
            for frame in self._kept:
                indices = Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)
                encoder.send(indices.tobytes() + colors.tobytes())

    def _encoding(self, shape: tuple[int, ...], **options: Any) -> "closing[Encoder]":
        import imageio_ffmpeg

        encoder: Encoder = imageio_ffmpeg.write_frames(
            self._temporary,
            (shape[1], shape[0]),
            fps=self.fps,
            macro_block_size=1,
            ffmpeg_log_level="error",
            **options,
        )
        encoder.send(None)
        return closing(encoder)


def write_video(frames: Iterable[Frame], path: Path | str, fps: float) -> None:
    """Write an mp4 or a gif, whole or not at all.

    Raises:
        InvalidValueError: If there are no frames, or they differ in shape.
    """
    with VideoWriter(path, fps) as writer:
        for frame in frames:
            writer.add(frame)


def write_picture(frame: Frame, path: Path | str) -> None:
    """Write one frame as a picture; the suffix says in which format."""
    _check(frame)
    with atomic_write(path) as temporary:
        Image.fromarray(frame).save(temporary, quality=82)


def caption(frame: Frame, text: str, *, lines: int | None = None) -> Frame:
    """Return the frame with a bar of words below it.

    Args:
        frame: Shape (H, W, 3).
        text: Wrapped to the width.
        lines: Height of the bar in lines of the usual size. A text that needs more is set smaller;
            what does not fit even so is left out, with "…" in its place.
    """
    _check(frame)
    width = frame.shape[1]
    size = max(SMALLEST_FONT, min(LARGEST_FONT, round(width / 26)))
    margin = size // 2
    room = width - 2 * margin
    wrapped = wrap(text, size, room)
    height = pitch(size) * (lines or len(wrapped))
    while len(wrapped) * pitch(size) > height and size > SMALLEST_FONT:
        size -= 1
        wrapped = wrap(text, size, room)
    wrapped = cut(wrapped, height // pitch(size), size, room)
    bar = Image.new("RGB", (width, height + margin), BAR)
    draw = ImageDraw.Draw(bar)
    for i, line in enumerate(wrapped):
        draw.text((margin, margin // 2 + i * pitch(size)), line, fill=INK, font=font_of(size))
    return np.vstack([frame, np.asarray(bar)])


def lines_for(words: int) -> int:
    """Return the `lines` of a `caption` that hold a text of this many words.

    >>> lines_for(20), lines_for(80)
    (2, 7)
    """
    return min(MOST_LINES, -(-words // WORDS_PER_LINE))


def heatmap_overlay(frame: Frame, heat: ArrayLike, color: Color = HEAT) -> Frame:
    """Return the frame with a heat-map over it: lit where it is hot, darker where it is not.

    Colours stay what they are. A line goes round what is at least half as hot as the hottest point.

    Args:
        frame: Shape (H, W, 3).
        heat: Any shape (h, w), not negative; a map of zeros changes nothing.
        color: Colour of the line.
    """
    _check(frame)
    values = np.asarray(heat, np.float32)
    if values.ndim != 2 or not np.isfinite(values).all() or values.min() < 0:
        raise InvalidValueError(
            f"A heat-map must be (h, w), finite and not negative, got shape {values.shape}."
        )
    height, width = frame.shape[:2]
    hottest = float(values.max())
    if hottest == 0.0:
        return frame.copy()
    share = Image.fromarray(values / hottest).resize((width, height), Image.Resampling.BILINEAR)
    heat = np.asarray(share)
    lit = np.asarray((frame * (DIMMED + (1 - DIMMED) * heat[:, :, None])).round(), np.uint8)
    is_hot = Image.fromarray(255 * (heat >= HOT).astype(np.uint8))
    rim = np.asarray(is_hot.filter(ImageFilter.MaxFilter(5))) > np.asarray(is_hot)
    lit[rim] = color
    return lit


def scale(frame: Frame, height: int) -> Frame:
    """Return the frame at another height; pixels stay sharp when it grows."""
    _check(frame)
    width = max(1, round(frame.shape[1] * height / frame.shape[0]))
    grows = height > frame.shape[0]
    method = Image.Resampling.NEAREST if grows else Image.Resampling.LANCZOS
    return np.asarray(Image.fromarray(frame).resize((width, height), method))


def side_by_side(frames: Sequence[Frame], gap: int = 8) -> Frame:
    """Return the frames in a row, top edges level, on the colour of the caption bar."""
    if not frames:
        raise InvalidValueError("side_by_side needs at least one frame, got none.")
    for frame in frames:
        _check(frame)
    height = max(frame.shape[0] for frame in frames)
    width = sum(frame.shape[1] for frame in frames) + gap * (len(frames) - 1)
    canvas = np.full((height, width, 3), BAR, np.uint8)
    left = 0
    for frame in frames:
        canvas[: frame.shape[0], left : left + frame.shape[1]] = frame
        left += frame.shape[1] + gap
    return canvas


def _check(frame: Frame) -> None:
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8 or 0 in frame.shape:
        raise InvalidValueError(
            f"A frame must be (H, W, 3) uint8, got {frame.shape} {frame.dtype}."
        )
