"""Sound from this machine's microphone, through PortAudio (the package sounddevice)."""

from __future__ import annotations

import time

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Audio
from .common import check, keep

LONGEST = 3600
RATE = 44_100


@tool(packages=("sounddevice",), extra="microphone", time_limit=LONGEST + 60, deterministic=False, room=__name__)
def record_audio(seconds: float, *, ctx: Context) -> Audio:
    """Record from the microphone for so many seconds.

    Args:
        seconds: How long, from 0.1 to 3600.

    Example:
        note = record_audio(seconds=5)
    """
    check("seconds", seconds, 0.1, LONGEST, "seconds")
    try:
        import sounddevice  # type: ignore[import-untyped,unused-ignore]

        rate = int(sounddevice.query_devices(kind="input")["default_samplerate"]) or RATE
        samples = sounddevice.rec(round(seconds * rate), samplerate=rate, channels=1, dtype="float32")
    except OSError as error:  # the package is there and its library is not
        raise ToolError(f"Sound can't be recorded here: {error}. Install PortAudio (Debian: libportaudio2).") from error
    except (sounddevice.PortAudioError, ValueError) as error:
        raise ToolError(f"No microphone can be used on this machine: {error}.") from error
    began = time.monotonic()
    try:
        while (done := time.monotonic() - began) < seconds:
            ctx.progress(done, seconds, "seconds")
            time.sleep(min(0.2, seconds - done))
        sounddevice.wait()
    finally:
        sounddevice.stop()
    return keep(samples.T, rate, None, "recording", ctx)
