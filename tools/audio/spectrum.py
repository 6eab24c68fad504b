"""Sound as a spectrum over time, and back: the short-time Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW, HOP = 2048, 512  # samples


def transform(samples: NDArray[np.float32], window: int = WINDOW, hop: int = HOP) -> NDArray[np.complex64]:
    """The spectra of overlapping stretches of one channel, shape (stretches, window / 2 + 1).

    Stretch `i` is centred on sample `i * hop`; each is weighted by the square root of a Hann window.
    """
    import numpy as np

    padded = np.pad(samples, (window // 2, window // 2 + (-len(samples)) % hop))
    stretches = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.fft.rfft(stretches * _weights(window), axis=1).astype(np.complex64)


def inverse(spectra: NDArray[np.complex64], length: int, window: int = WINDOW, hop: int = HOP) -> NDArray[np.float32]:
    """The `length` samples whose transform `spectra` is (the nearest ones, where it was changed)."""
    import numpy as np

    weights = _weights(window)
    out = np.zeros(hop * (len(spectra) - 1) + window)
    total = np.zeros_like(out)
    for index, stretch in enumerate(np.fft.irfft(spectra, window, axis=1) * weights):
        place = slice(index * hop, index * hop + window)
        out[place] += stretch
        total[place] += weights**2
    out /= np.maximum(total, 1e-8)
    return out[window // 2 :][:length].astype(np.float32)


def _weights(window: int) -> NDArray[np.float64]:
    import numpy as np

    return np.sqrt(np.hanning(window + 1)[:-1])
