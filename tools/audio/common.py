"""What audio tools share: checked times, sounds made alike, a result kept as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import Context
from ..errors import ToolError
from ..values import Audio
from .filters import filtered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Sound = tuple["NDArray[np.float32]", int]  # samples of shape (channels, samples), from -1 to 1, and their rate in Hz
LEAST = 0.001  # seconds; a shorter part is no part


def keep(samples: NDArray[np.float32], rate: int, source: Audio | None, what: str, ctx: Context) -> Audio:
    """Write a sound to the run's folder as a WAV file that is named after its source and what was done to it."""
    from .. import media

    stem = f"{source.path.stem}-{what}" if source else what
    path = ctx.new_file(f"{stem}.wav")
    media.save_audio(path, samples, rate)
    return Audio(path)


def check(name: str, value: float, least: float, most: float, unit: str = "") -> None:
    """Refuse a number that is out of its range (or none at all).

    Raises:
        ToolError: The message gives the range.
    """
    if not least <= value <= most:  # not a number is refused as well
        unit = f" {unit}" if unit else ""
        raise ToolError(f"`{name}` can't be {value:g}{unit}; it goes from {least:g} to {most:g}{unit}.")


def span(start: float, end: float | None, seconds: float, name: str) -> tuple[float, float]:
    """Two times in seconds as they lie in something `seconds` long; negative ones count from its end.

    Raises:
        ToolError: There is nothing between them, or they lie outside.
    """
    first = start + seconds if start < 0 else start
    last = seconds if end is None else end + seconds if end < 0 else end
    if not 0 <= first < seconds:
        raise ToolError(f"{name!r} is {seconds:.2f} seconds long; it can't be cut from {start:g} seconds on.")
    if not last <= seconds + 0.1:  # half a frame more is no mistake
        raise ToolError(f"{name!r} ends at {seconds:.2f} seconds, before {last:g}. Leave `end` out to cut to its end.")
    if not last - first >= LEAST:
        raise ToolError(f"Nothing lies between {first:g} and {last:g} seconds; `end` must come after `start`.")
    return first, min(last, seconds)


def alike(sounds: list[Sound]) -> tuple[list[NDArray[np.float32]], int]:
    """Sounds brought to the highest rate and the largest number of channels among them.

    Raises:
        ToolError: One has more channels than can be converted.
    """
    rate = max(rate for _, rate in sounds)
    channels = max(len(samples) for samples, _ in sounds)
    return [with_channels(at_rate(samples, own, rate), channels) for samples, own in sounds], rate


def at_rate(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Sound resampled from one rate to another, in Hz."""
    return samples if rate == wanted else filtered(samples, rate, ("aresample", str(wanted)))[0]


def with_channels(samples: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """Sound of shape (channels, samples) with so many channels: where that differs, the mean of all in each."""
    import numpy as np

    if len(samples) == channels:
        return samples
    return np.repeat(samples.mean(axis=0, keepdims=True), channels, axis=0)
