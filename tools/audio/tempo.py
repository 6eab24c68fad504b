"""The tempo of music: how often the onsets of notes come back.

Spectral flux and its autocorrelation, with a leaning towards 120 beats a minute (Ellis 2007, "Beat Tracking by Dynamic
Programming").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .spectrum import transform

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 22_050  # Hz that `tempo` expects
HOP = 256
LONGEST = 60  # seconds that are looked at
SLOWEST, FASTEST, USUAL = 40.0, 220.0, 120.0  # beats a minute
SURE = 0.25  # share of the onsets' energy that must come back in time with the beat


def tempo(samples: NDArray[np.float32]) -> float | None:
    """Beats a minute, or None when there is no steady beat.

    Args:
        samples: One channel at RATE; its middle LONGEST seconds are looked at.
    """
    import numpy as np

    middle = max(0, (len(samples) - LONGEST * RATE) // 2)
    onsets = _onsets(samples[middle : middle + LONGEST * RATE])
    frames = RATE / HOP  # a second
    longest = int(frames * 60 / SLOWEST) + 2
    if len(onsets) < 2 * longest or not onsets.any():
        return None
    size = 1 << (2 * len(onsets) - 1).bit_length()
    back = np.fft.irfft(np.abs(np.fft.rfft(onsets, size)) ** 2)[: longest + 1]
    back /= back[0]
    lags = np.arange(int(frames * 60 / FASTEST), longest)
    leaning = np.exp(-0.5 * (np.log2(60 * frames / lags / USUAL) / 0.9) ** 2)
    best = int(lags[np.argmax(back[lags] * leaning)])
    if back[best] < SURE:
        return None
    before, peak, after = back[best - 1 : best + 2]
    curve = before - 2 * peak + after
    exact = best + (0.5 * (before - after) / curve if curve < 0 else 0.0)
    return float(60 * frames / exact)


def _onsets(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much the sound grows from each moment to the next, summed over frequencies, without its mean."""
    import numpy as np

    loud = np.log1p(100 * np.abs(transform(samples, 1024, HOP)))
    growth: NDArray[np.float64] = np.maximum(np.diff(loud, axis=0), 0).sum(axis=1).astype(np.float64)
    return growth - growth.mean() if len(growth) else growth
