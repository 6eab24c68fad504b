"""Subtitles drawn into a video's pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..fonts import font_for
from ..values import Document, Video
from .clips import facts_of, frames_between, sound_between, steady, write

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    import PIL.ImageDraw
    from numpy.typing import NDArray

HEIGHT = 0.055  # of a line of text, against the picture's height
_TIME = r"(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})"
_ARROW = re.compile(rf"{_TIME}\s+-->\s+{_TIME}")


@tool(packages=("av",), extra="local", room="intermodal.video", time_limit=1800.0, memory=600)
def burn_subtitles(video: Video, subtitles: Document, *, ctx: Context) -> Video:
    """Write subtitles (an srt or vtt file) into the pictures of a video.

    The file comes from `make_subtitles`, or from elsewhere.

    Args:
        video: The video.
        subtitles: A file of SubRip (.srt) or WebVTT (.vtt) subtitles.

    Example:
        titled = burn_subtitles("clip.mp4", make_subtitles("clip.mp4"))
    """
    cues = read_cues(subtitles.text())
    if not cues:
        raise ToolError(
            f"{str(subtitles)!r} holds no subtitles; it must be an .srt or .vtt file, as make_subtitles makes."
        )
    facts = facts_of(video)
    step = 1 / facts.fps
    drawn: dict[str, PIL.Image.Image] = {}

    def titled(number: int, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        time = number * step
        text = "\n".join(text for start, end, text in cues if start <= time < end)
        if not text:
            return frame
        if text not in drawn:
            drawn[text] = _plate(text, facts.width, facts.height)
        return _over(frame, drawn[text])

    frames = steady(frames_between(video), facts.fps, 0.0, facts.seconds)
    made = (titled(number, frame) for number, frame in enumerate(frames))
    sound = sound_between(video, 0.0, facts.seconds)
    return write(video, "subtitled", made, facts.fps, sound, ctx, facts.seconds * facts.fps)


def read_cues(text: str) -> list[tuple[float, float, str]]:
    """The (start, end, text) of every cue of SubRip or WebVTT subtitles; times in seconds, marks like <i> left out."""
    cues = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = block.strip().split("\n")
        arrow = next((index for index, line in enumerate(lines) if _ARROW.search(line)), None)
        if arrow is None:
            continue
        found = _ARROW.search(lines[arrow])
        words = re.sub(r"<[^>]*>|\{\\[^}]*\}", "", "\n".join(lines[arrow + 1 :])).strip()
        if found and words:
            cues.append((_seconds(*found.groups()[:4]), _seconds(*found.groups()[4:]), words))
    return cues


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000


def _plate(text: str, width: int, height: int) -> PIL.Image.Image:
    """The words, white with a dark edge, centred at the foot of a clear picture of the video's size."""
    import PIL.Image
    import PIL.ImageDraw

    size = max(10, round(height * HEIGHT))
    font = font_for(text, size)
    plate = PIL.Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = PIL.ImageDraw.Draw(plate)
    lines = [part for line in text.split("\n") for part in _wrapped(pen, line, font, 0.92 * width)]
    below = round(height * 0.05)
    for number, line in enumerate(reversed(lines)):
        place = width / 2, height - below - number * 1.25 * size
        edge = max(1, size // 12)
        pen.text(place, line, (255, 255, 255, 255), font, "ms", stroke_width=edge, stroke_fill=(0, 0, 0, 255))
    return plate


def _wrapped(pen: PIL.ImageDraw.ImageDraw, line: str, font: Any, width: float) -> list[str]:
    """A line broken where it would be wider than `width` pixels."""
    parts: list[str] = []
    for word in line.split():
        longer = f"{parts[-1]} {word}" if parts else word
        if parts and pen.textlength(longer, font) <= width:
            parts[-1] = longer
        else:
            parts.append(word)
    return parts


def _over(frame: NDArray[np.uint8], plate: PIL.Image.Image) -> NDArray[np.uint8]:
    import numpy as np
    import PIL.Image

    picture = PIL.Image.fromarray(frame)
    picture.paste(plate, (0, 0), plate)
    return np.asarray(picture)
