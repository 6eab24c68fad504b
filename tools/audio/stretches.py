"""Where in a recording there is sound, and where somebody speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Stretch = tuple[float, float]  # start and end in seconds
STEP = 0.01  # seconds over which the level is taken
SPEECH_RATE = 16_000


def sounding(samples: NDArray[np.float32], rate: int, below: float = -40.0, pause: float = 0.5) -> list[Stretch]:
    """The stretches that are not silent.

    Args:
        samples: Shape (samples,) or (channels, samples).
        rate: Their rate in Hz.
        below: How far under the loudest 10 milliseconds a level counts as silence, in dB.
        pause: Silences shorter than this, in seconds, belong to the sound around them.
    """
    import numpy as np

    size = max(1, round(STEP * rate))
    planes = np.atleast_2d(samples)
    planes = np.pad(planes, ((0, 0), (0, (-planes.shape[1]) % size)))
    power = np.square(planes, dtype=np.float32).reshape(len(planes), -1, size).mean(axis=2).max(axis=0)
    loudest = power.max(initial=0.0)
    if loudest < 1e-8:  # -80 dB of full scale
        return []
    loud = np.flatnonzero(power >= loudest * 10 ** (below / 10))
    edges = np.flatnonzero(np.diff(loud) * STEP > pause)
    starts, ends = loud[np.r_[0, edges + 1]], loud[np.r_[edges, len(loud) - 1]] + 1
    seconds = samples.shape[-1] / rate
    return [(float(a * size / rate), min(float(b * size / rate), seconds)) for a, b in zip(starts, ends, strict=True)]


def speaking(samples: NDArray[np.float32], pause: float = 0.5) -> list[Stretch]:
    """The stretches in which somebody speaks, by Silero's voice activity detection (inside faster-whisper's wheel).

    Args:
        samples: One channel at SPEECH_RATE.
        pause: Pauses shorter than this, in seconds, belong to the speech around them.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=round(pause * 1000), speech_pad_ms=100)
    found = get_speech_timestamps(samples, options)
    return [(part["start"] / SPEECH_RATE, part["end"] / SPEECH_RATE) for part in found]


def merged(stretches: list[Stretch], around: float, seconds: float) -> list[Stretch]:
    """The stretches, each made longer by `around` seconds on both sides; those that then touch become one."""
    out: list[Stretch] = []
    for first, last in stretches:
        start, end = max(0.0, first - around), min(seconds, last + around)
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out
