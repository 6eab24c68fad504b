"""Sound in another format, at another rate, with another number of channels."""

from __future__ import annotations

from typing import Literal

from .. import media
from ..context import Context
from ..contract import tool
from ..values import Audio
from .common import at_rate, check, with_channels


@tool(packages=("av",), extra="local")
def convert_audio(
    audio: Audio,
    format: Literal["wav", "mp3", "flac", "ogg", "m4a"] = "mp3",
    rate: int | None = None,
    channels: Literal[1, 2] | None = None,
    *,
    ctx: Context,
) -> Audio:
    """Convert a recording to another file format or sample rate, or to mono or stereo.

    Args:
        audio: The recording.
        format: "wav" and "flac" keep every detail; "mp3", "ogg" (Opus) and "m4a" (AAC) are small.
        rate: Samples a second, from 8,000 to 192,000 Hz; as it is when left out.
        channels: 1 for mono, 2 for stereo; as it is when left out.

    Example:
        small = convert_audio("speech.wav", format="mp3")
    """
    samples, own = audio.array(mono=False)
    if rate is not None:
        check("rate", rate, 8_000, 192_000, "Hz")
    samples = with_channels(at_rate(samples, own, rate or own), channels or len(samples))
    return Audio(media.save_audio(ctx.new_file(f"{audio.path.stem}.{format}"), samples, rate or own))
