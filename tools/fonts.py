"""A font that has the letters of a text: Pillow's own (the same on every machine), else one of the system's."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import PIL.ImageFont

    Font: TypeAlias = PIL.ImageFont.FreeTypeFont | PIL.ImageFont.ImageFont

# file names that Linux, Windows and macOS keep in their font folders, which Pillow searches
SYSTEM = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "arial.ttf", "Arial Unicode.ttf",
    "Arial.ttf", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "msyh.ttc", "msgothic.ttc", "malgun.ttf", "PingFang.ttc",
    "Hiragino Sans GB.ttc", "NotoSansArabic-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "Nirmala.ttf",
)  # fmt: skip
_NO_LETTER = "\U0010fffe"  # never assigned: drawn as the box that stands for what a font lacks


def font_for(text: str, size: int) -> Font:
    """The first font that has every letter of `text`; where none has, the one that lacks the fewest.

    Args:
        text: What will be drawn.
        size: In pixels.
    """
    import PIL.ImageFont

    letters = frozenset(character for character in text if ord(character) > 126)
    name = _best(letters)
    return PIL.ImageFont.truetype(name, size) if name else PIL.ImageFont.load_default(size)


@lru_cache(maxsize=64)
def _best(letters: frozenset[str]) -> str:
    """The file name of the font with the most of these letters; "" for Pillow's own."""
    import PIL.ImageFont

    best, fewest = "", _lacking(PIL.ImageFont.load_default(20), letters)
    for name in SYSTEM:
        if not fewest:
            break
        try:
            lacking = _lacking(PIL.ImageFont.truetype(name, 20), letters)
        except OSError:  # not on this machine
            continue
        if lacking < fewest:
            best, fewest = name, lacking
    return best


def _lacking(font: Font, letters: frozenset[str]) -> int:
    box = bytes(font.getmask(_NO_LETTER))
    return sum(bytes(font.getmask(letter)) == box for letter in letters)
