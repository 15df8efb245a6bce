"""Words in pictures: the font, where lines break, and what is left out."""

from functools import cache

from PIL import ImageFont

from vlsim.errors import InvalidValueError


@cache
def font_of(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels: the one that comes with Pillow, on every machine."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise InvalidValueError("This Pillow was built without FreeType; install Pillow's wheel.")
    return font


def wrap(text: str, size: int, width: int) -> list[str]:
    """Break a text into lines of at most `width` pixels; a longer word stands alone."""
    font = font_of(size)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def cut(lines: list[str], count: int, size: int, width: int) -> list[str]:
    """Return the first `count` lines; the last of them ends in "…" if others follow."""
    if len(lines) <= count:
        return lines
    font, last = font_of(size), lines[count - 1].split()
    while len(last) > 1 and font.getlength(f"{' '.join(last)} …") > width:
        last.pop()
    return [*lines[: count - 1], f"{' '.join(last)} …"]


def pitch(size: int) -> int:
    """Return the distance of two lines, pixels."""
    return round(size * 1.3)
