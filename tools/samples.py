"""Sample files made in code, under the names that the examples of tools use: photo.png, speech.wav, report.pdf, ...

They are small and plain, so that anyone can try a tool where no file is at hand: the photos are scikit-image's where it
is installed (the extra `local`) and drawn where not, the sounds are tones, the film shows a moving square.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000  # Hz
NOTES = "Bread, milk, tea.\nThe museum opens at nine. Travel costs were 120 euros.\n"
TABLE = "city,year,visitors\nLund,2024,4310\nOslo,2024,2950\nLund,2025,4620\n"
REPORT = (
    ("Annual report of the Heron Observatory", "Written by Ada Winter in 2025.", "We had 4,310 visitors."),
    ("The new telescope has a mirror of 82 cm.", "Travel costs were 120 euros."),
)


def make_samples(folder: Path, names: Iterable[str]) -> None:
    """Make those of SAMPLES that are named and not there yet in `folder`."""
    for name in names:
        if name in SAMPLES and not (folder / name).exists():
            SAMPLES[name](folder / name)


def _photo(name: str, size: tuple[int, int] = (480, 480)) -> Callable[[Path], None]:
    """One of scikit-image's photos within `size`; else a drawing of a sky, a meadow, a sun and a house."""

    def make(path: Path) -> None:
        import PIL.Image
        import PIL.ImageDraw

        spec = importlib.util.find_spec("skimage")
        photo = Path(spec.origin).parent / "data" / name if spec and spec.origin else None
        if photo and photo.is_file():
            picture = PIL.Image.open(photo).convert("RGB")
            picture.thumbnail(size)
            picture.save(path)
            return
        width, height = size
        picture = PIL.Image.new("RGB", size, "lightskyblue")
        pencil = PIL.ImageDraw.Draw(picture)
        pencil.rectangle((0, height * 2 // 3, width, height), fill="forestgreen")
        pencil.ellipse((width - 110, 20, width - 40, 90), fill="gold")
        pencil.rectangle((60, height // 3, 220, height * 3 // 4), fill="firebrick")
        picture.save(path)

    return make


def _page(path: Path) -> None:
    import PIL.Image
    import PIL.ImageDraw
    import PIL.ImageFont

    page = PIL.Image.new("RGB", (640, 400), "white")
    for number, line in enumerate(("Corner Bakery", "Date: 4 May 2026", "2 x bread  7.80", "Total: 7.80 EUR")):
        PIL.ImageDraw.Draw(page).text((40, 40 + 70 * number), line, "black", PIL.ImageFont.load_default(36))
    page.save(path)


def tones(seconds: float, pitches: Iterable[float]) -> NDArray[np.float32]:
    """Notes of half a second each, over and over, with a short pause after each: (n,) float32 from -1 to 1."""
    import numpy as np

    time = np.arange(RATE // 2) / RATE
    fading = np.clip((0.45 - time) * 8, 0, 1) * np.clip(time * 50, 0, 1)
    notes = [0.4 * fading * np.sin(2 * np.pi * pitch * time) for pitch in pitches]
    whole: NDArray[np.float32] = np.resize(np.concatenate(notes), int(seconds * RATE)).astype(np.float32)
    return whole


def _sound(seconds: float, *pitches: float) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import wave

        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((tones(seconds, pitches) * 32767).astype("<i2").tobytes())

    return make


def _film(path: Path) -> None:
    from .films import write_video

    def frames() -> Iterator[Any]:
        import numpy as np

        for number in range(36):
            frame = np.full((120, 160, 3), (40, 60, 120) if number < 18 else (200, 180, 90), np.uint8)
            frame[40:70, 3 * number : 3 * number + 30] = 255
            yield frame

    write_video(path, frames(), 12, (tones(3.0, (262, 330)), RATE))


def _pdf(path: Path) -> None:
    """A PDF of text in Helvetica, a page for each part of REPORT."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(REPORT)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(REPORT)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(REPORT):
        stream = "\n".join(f"BT /F1 14 Tf 72 {760 - 24 * row} Td ({line}) Tj ET" for row, line in enumerate(lines))
        page = f"/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R"
        objects += [
            f"<< /Type /Page /Parent 2 0 R {page} >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    written, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    path.write_bytes(f"{written}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("ascii"))


def _text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode())


SAMPLES: dict[str, Callable[[Path], object]] = {
    "photo.png": _photo("astronaut.png"),
    "people.png": _photo("astronaut.png"),
    "scene.jpg": _photo("chelsea.png"),
    "page.png": _page,
    "speech.wav": _sound(3.0, 180, 220, 200),
    "music.wav": _sound(4.0, 262, 330, 392, 523),
    "clip.mp4": _film,
    "report.pdf": _pdf,
    "table.csv": _text(TABLE),
    "notes.txt": _text(NOTES),
}
