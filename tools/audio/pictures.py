"""Sound as a picture: its waveform, its spectrogram, each with axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..contract import tool
from ..errors import ToolError
from ..fonts import font_for
from ..values import Audio, Image
from .spectrum import transform
from .transcript import clock

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    import PIL.ImageDraw
    from numpy.typing import NDArray

WIDTH, HEIGHT = 1200, 420  # of the part that shows the sound, in pixels
LEFT, TOP, RIGHT, BOTTOM = 84, 52, 28, 60  # room for the axes
PAPER, INK, FAINT, COLOUR = (255, 255, 255), (40, 44, 52), (222, 226, 232), (38, 110, 180)
DARKEST = -80.0  # dB under the loudest that a spectrogram shows
HIGHEST = 16_000  # Hz that a spectrogram shows at most; less where nothing reaches so high
LEAST = -65.0  # dB under the loudest from which on a frequency counts as heard
# dark blue to pale yellow through magenta, in even steps of lightness (after matplotlib's magma)
SHADES = ((0, 0, 4), (40, 17, 89), (114, 31, 129), (182, 54, 121), (241, 96, 93), (254, 175, 119), (252, 253, 191))


@tool(packages=("av",), extra="local")
def draw_waveform(audio: Audio) -> Image:
    """Draw a recording's waveform: loudness over time, as a picture.

    Args:
        audio: The recording.

    Returns:
        A picture of 1312 x 532 pixels with a row for each channel (up to 8), the time in seconds and the amplitude.

    Example:
        picture = draw_waveform("speech.wav")
    """
    import numpy as np

    samples, rate = audio.array(mono=False)
    seconds = _seconds(samples, rate, audio)
    rows = samples[:8]
    picture, pen = _frame(f"{audio.path.name}: waveform", seconds)
    height = HEIGHT // len(rows)
    top = min(1.0, _step(max(float(np.abs(rows).max()), 0.001), 1))  # quiet sound is drawn larger
    for number, row in enumerate(rows):
        middle = TOP + number * height + height // 2
        _mark(pen, middle, "0")
        for level in (-1, 1):
            _mark(pen, middle - level * (height // 2 - 8), f"{level * top:g}")
        columns = np.linspace(0, len(row), WIDTH + 1).astype(int)
        for x in range(WIDTH):
            part = row[columns[x] : max(columns[x] + 1, columns[x + 1])]
            high, low = (float(edge) / top * (height // 2 - 8) for edge in (part.max(), part.min()))
            pen.line([(LEFT + x, middle - high), (LEFT + x, middle - low)], fill=COLOUR)
    _axis(pen, "amplitude")
    return picture  # type: ignore[return-value]  # the caller saves it


@tool(packages=("av",), extra="local")
def draw_spectrogram(audio: Audio) -> Image:
    """Draw a recording's spectrogram: which frequencies sound when, as a picture.

    Args:
        audio: The recording; several channels are mixed to one.

    Returns:
        A picture of 1312 x 532 pixels: time in seconds, frequency in Hz (as far up as
        there is sound, 16,000 at most), the level from -80 to 0 dB
        against the loudest point as brightness.

    Example:
        picture = draw_spectrogram("music.wav")
    """
    import numpy as np
    import PIL.Image

    samples, rate = audio.array()
    seconds = _seconds(samples, rate, audio)
    hop = max(128, math.ceil(len(samples) / (4 * WIDTH)))
    power = np.square(np.abs(transform(samples, 2048, hop)))
    heard = np.flatnonzero(power.max(axis=0) > power.max() * 10 ** (LEAST / 10))
    bins = min(1025, int(1.1 * heard[-1]) + 40 if len(heard) else 1025, math.ceil(1024 * HIGHEST / (rate / 2)))
    top, power = rate / 2 * bins / 1025, power[:, :bins]
    if len(power) > WIDTH:  # as many columns as fit: the mean power of each one's stretches
        power = np.add.reduceat(power, np.linspace(0, len(power), WIDTH, endpoint=False).astype(int), axis=0)
    level = 10 * np.log10(np.maximum(power / max(float(power.max()), 1e-12), 1e-12))
    shade = np.clip(1 - level / DARKEST, 0, 1).T[::-1]
    stops = np.linspace(0, 1, len(SHADES))
    colours = np.stack([np.interp(shade, stops, channel) for channel in zip(*SHADES, strict=True)], axis=-1)
    picture, pen = _frame(f"{audio.path.name}: spectrogram", seconds)
    image = PIL.Image.fromarray(colours.astype(np.uint8)).resize((WIDTH, HEIGHT), PIL.Image.Resampling.BICUBIC)
    picture.paste(image, (LEFT, TOP))
    step = _step(top, 6)
    for number in range(int(top / step) + 1):
        _mark(pen, TOP + HEIGHT - round(number * step / top * HEIGHT), f"{number * step:,.0f}", grid=False)
    _axis(pen, "frequency in Hz")
    return picture  # type: ignore[return-value]  # the caller saves it


def _seconds(samples: NDArray[np.float32], rate: int, audio: Audio) -> float:
    if not samples.shape[-1]:
        raise ToolError(f"{str(audio)!r} holds no sound to draw.")
    return float(samples.shape[-1] / rate)


def _frame(title: str, seconds: float) -> tuple[PIL.Image.Image, PIL.ImageDraw.ImageDraw]:
    """An empty chart with its title and the axis of time."""
    import PIL.Image
    import PIL.ImageDraw

    picture = PIL.Image.new("RGB", (LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM), PAPER)
    pen = PIL.ImageDraw.Draw(picture)
    shown = title if len(title) <= 90 else f"{title[:60]}...{title[-27:]}"
    pen.text((LEFT, 18), shown, fill=INK, font=font_for(shown, 20), anchor="lm")
    step = _step(seconds, 10)
    for number in range(int(seconds / step + 1e-6) + 1):
        x = LEFT + round(number * step / seconds * WIDTH)
        pen.line([(x, TOP), (x, TOP + HEIGHT + 6)], fill=FAINT)
        text = clock(number * step) if step >= 10 else f"{number * step:g}"
        pen.text((x, TOP + HEIGHT + 10), text, fill=INK, font=font_for("", 15), anchor="ma")
    unit = "time in minutes and seconds" if step >= 10 else "time in seconds"
    pen.text((LEFT + WIDTH // 2, TOP + HEIGHT + 34), unit, fill=INK, font=font_for("", 15), anchor="ma")
    return picture, pen


def _mark(pen: PIL.ImageDraw.ImageDraw, y: int, text: str, grid: bool = True) -> None:
    """A mark on the upright axis, with a faint line across."""
    if grid:
        pen.line([(LEFT, y), (LEFT + WIDTH, y)], fill=FAINT)
    pen.line([(LEFT - 5, y), (LEFT, y)], fill=INK)
    pen.text((LEFT - 9, y), text, fill=INK, font=font_for("", 15), anchor="rm")


def _axis(pen: PIL.ImageDraw.ImageDraw, name: str) -> None:
    """The chart's border, drawn last, and the upright axis' name above it."""
    pen.rectangle([(LEFT, TOP), (LEFT + WIDTH, TOP + HEIGHT)], outline=INK)
    pen.text((LEFT - 70, TOP - 9), name, fill=INK, font=font_for("", 13), anchor="ls")


def _step(length: float, marks: int) -> float:
    """A round distance (1, 2, 5, 10, 15, 30, 60 ...) that gives at most `marks` marks on `length`."""
    rough = length / marks
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next((step for step in (power, 2 * power, 5 * power) if step >= rough * 0.9999), 10 * power)
