"""A short film made in code: three photographs that a camera moves over, with a voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from intermodal import Video

FPS = 12
WIDTH, HEIGHT = 160, 120
SHOTS = ("astronaut.png", "chelsea.png", "coffee.png")
EACH = 1.25  # seconds


def moving(photo: Path, seconds: float = EACH) -> Iterator[np.ndarray]:
    """Frames of a slow pan over a photograph."""
    picture = PIL.Image.open(photo).convert("RGB").resize((WIDTH + 24, HEIGHT + 12))
    frames = round(seconds * FPS)
    for number in range(frames):
        x, y = 24 * number // frames, 12 * number // frames
        yield np.asarray(picture.crop((x, y, x + WIDTH, y + HEIGHT)))


@pytest.fixture(scope="session")
def clip(photos: Path, recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Video:
    """3.75 seconds, 160 x 120, 12 frames a second, cuts at 1.25 and 2.5 seconds; "Ever tried. Ever failed." """
    pytest.importorskip("av")
    from intermodal.tools import media

    samples, rate = media.audio_array(recordings / "beckett.wav", 16_000)
    frames = (frame for photo in SHOTS for frame in moving(photos / photo))
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return Video(media.write_video(path, frames, FPS, (samples[: round(3.75 * rate)], rate)))


@pytest.fixture(scope="session")
def silent_clip(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Video:
    """One second of one photograph in another size, 25 frames a second, without sound."""
    pytest.importorskip("av")
    from intermodal.tools import media

    frame = np.asarray(PIL.Image.open(photos / "rocket.jpg").convert("RGB").resize((96, 64)))
    return Video(media.write_video(tmp_path_factory.mktemp("clip") / "rocket.mp4", [frame] * 25, 25))


@pytest.fixture(scope="session")
def photo(photos: Path) -> Callable[[str], np.ndarray]:
    """A photograph as the film shows it first."""
    return lambda name: next(moving(photos / name))


@pytest.fixture(scope="session")
def likeness() -> Callable[[np.ndarray, np.ndarray], float]:
    """How alike two pictures are: the correlation of their pixels, from -1 to 1."""

    def measure(one: np.ndarray, two: np.ndarray) -> float:
        size = (32, 24)
        small = [np.asarray(PIL.Image.fromarray(p).convert("RGB").resize(size), float).ravel() for p in (one, two)]
        return float(np.corrcoef(small)[0, 1])

    return measure
