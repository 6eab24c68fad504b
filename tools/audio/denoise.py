"""Spectral gating: steady noise turned down, frequency by frequency (Boll 1979, "Suppression of Acoustic Noise in
Speech Using Spectral Subtraction", with the power smoothed over time and frequency against musical noise)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .spectrum import inverse, transform

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUIETEST = 0.1  # share of the recording that is taken for noise only
FLOOR = 0.1  # what is noise is turned down to this: silence itself would sound unnatural
OVER = 1.5  # noise is taken for so many times stronger than measured, since it is uneven
SPREAD = (5, 3)  # stretches x frequencies over which the power is averaged


def denoised(samples: NDArray[np.float32], strength: float = 1.0) -> NDArray[np.float32]:
    """Sound without its steady noise.

    Args:
        samples: Shape (channels, samples).
        strength: 0 leaves it as it is, 1 is the usual, 2 takes twice as much noise away.
    """
    import numpy as np

    return np.stack([_channel(channel, strength) for channel in samples])


def _channel(samples: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    import numpy as np

    spectra = transform(samples)
    power = np.square(np.abs(spectra))
    energy = power.sum(axis=1)
    heard = np.flatnonzero(energy > energy.max(initial=0.0) * 1e-9)  # digital silence says nothing about the noise
    if not len(heard):
        return samples
    quietest = heard[np.argsort(energy[heard])[: max(5, int(QUIETEST * len(heard)))]]
    noise = power[quietest].mean(axis=0)
    gain = 1 - OVER * strength * noise / np.maximum(_averaged(power), 1e-20)
    return inverse(spectra * np.maximum(gain, FLOOR**strength), len(samples))


def _averaged(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean over SPREAD around each value."""
    import numpy as np

    for axis, width in enumerate(SPREAD):
        sides = [(0, 0), (0, 0)]
        sides[axis] = (width // 2, width // 2)
        padded = np.pad(power, sides, mode="edge")
        power = np.lib.stride_tricks.sliding_window_view(padded, width, axis=axis).mean(axis=-1)
    return power
