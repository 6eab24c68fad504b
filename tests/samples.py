"""The files that the examples of tools name, real ones where a package here carries them: photos, a voice, a film."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from intermodal.tools.context import Context
from intermodal.tools.running import run
from intermodal.tools.samples import SAMPLES, make_samples

SPOKEN = "Good morning. The museum opens at nine, and the train leaves at ten."


def make_real_samples(folder: Path, ctx: Context) -> None:
    """Make every file of SAMPLES in `folder`, and a folder `notes` of two texts.

    Speech is Piper's, the film is of photographs; the rest is as tools/samples.py makes it.
    """
    photos = _package_folder("skimage") / "data"
    (folder / "speech.wav").write_bytes(_spoken(ctx).read_bytes())
    _film([photos / "rocket.jpg", photos / "coffee.png"], folder / "speech.wav", folder / "clip.mp4")
    make_samples(folder, SAMPLES)
    (folder / "notes").mkdir(exist_ok=True)
    for name in ("notes.txt", "table.csv"):
        (folder / "notes" / name).write_bytes((folder / name).read_bytes())


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None, f"{package} is not installed"
    return Path(spec.origin).parent


def _spoken(ctx: Context) -> Path:
    from intermodal.tools.audio.synthesis import speak

    return Path(run(speak, speak.candidates()[0], {"text": SPOKEN}, ctx).path)


def _film(photos: list[Path], sound: Path, target: Path) -> None:
    """Three seconds of slow pans over photographs, with the beginning of a sound."""
    import numpy as np
    import PIL.Image

    from intermodal.tools import media

    def frames() -> Iterator[Any]:
        for photo in photos:
            wide = PIL.Image.open(photo).convert("RGB").resize((200, 140))
            for step in range(18):
                yield np.asarray(wide.crop((step, step // 2, step + 160, step // 2 + 120)))

    samples, rate = media.audio_array(sound)
    media.write_video(target, frames(), 12, (samples[: 3 * rate], rate))
