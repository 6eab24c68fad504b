"""Sounds made in code, and what tests of audio tools ask of sounds."""

from __future__ import annotations

import importlib.util
import re
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from intermodal import Audio

Samples = NDArray[np.float32]
RATE = 16_000


@pytest.fixture(autouse=True)
def _needs_av() -> None:
    if importlib.util.find_spec("av") is None:
        pytest.skip("PyAV is not installed")


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Audio]:
    """Writes samples, (n,) or (channels, n), as a 16-bit WAV file made by the standard library."""

    def write(samples: Samples, rate: int = RATE, name: str = "sound.wav") -> Audio:
        planes = np.atleast_2d(samples)
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setnchannels(len(planes))
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(planes.T, -1, 1) * 32767).astype("<i2").tobytes())
        return Audio(tmp_path / name)

    return write


def tone(seconds: float, pitch: float = 440.0, level: float = 0.5, rate: int = RATE) -> Samples:
    """A sine."""
    return (level * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def pitch_of(samples: Samples, rate: int = RATE) -> float:
    """The loudest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


def decibels(samples: Samples) -> float:
    """The level (root mean square) in dB of full scale."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-12))


def words(text: str) -> list[str]:
    """The words in lower case, without punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower())


def word_errors(reference: str, heard: str) -> int:
    """How many words were put in, left out or replaced (Levenshtein's distance over words)."""
    wanted, got = words(reference), words(heard)
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


@pytest.fixture(name="tone")
def _tone() -> Callable[..., Samples]:
    return tone


@pytest.fixture(name="pitch_of")
def _pitch_of() -> Callable[..., float]:
    return pitch_of


@pytest.fixture(name="decibels")
def _decibels() -> Callable[[Samples], float]:
    return decibels


@pytest.fixture(name="word_errors")
def _word_errors() -> Callable[[str, str], int]:
    return word_errors
