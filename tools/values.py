"""The files that travel between tools: a path with a kind, and how to open it.

Opening is where hostile files are met, so it lives in `media.py`; these classes only say what can be asked of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import NDArray


@dataclass(frozen=True)
class File:
    """A file of a known kind.

    Args:
        path: Where it is.
        handle: How plans and answers name it ("image-1"); empty outside a session.
    """

    path: Path
    handle: str = ""

    def __init__(self, path: str | Path, handle: str = "") -> None:
        object.__setattr__(self, "path", Path(path))
        object.__setattr__(self, "handle", handle)

    def __str__(self) -> str:
        return self.handle or self.path.name


class Image(File):
    """A still picture (the first frame of an animated one)."""

    def pil(self) -> PIL.Image.Image:
        """The picture as Pillow sees it: upright by its EXIF orientation, 8 bits a channel, mode RGB or RGBA.

        Raises:
            InputError: It can't be decoded, or is larger than intermodal opens.
        """
        from . import media

        return media.open_image(self.path)

    def array(self) -> NDArray[np.uint8]:
        """H x W x 3, uint8, RGB; transparency is laid over white.

        Raises:
            InputError: It can't be decoded, or is larger than intermodal opens.
        """
        from . import media

        return media.image_array(self.path)


class Audio(File):
    """A sound recording."""

    def array(self, rate: int | None = None, mono: bool = True) -> tuple[NDArray[np.float32], int]:
        """The samples, from -1 to 1, and their rate in Hz.

        Args:
            rate: Resample to so many Hz; None keeps the file's own.
            mono: Mix to one channel, shape (samples,); else shape (channels, samples).

        Raises:
            InputError: It can't be decoded, or holds no sound.
        """
        from . import media

        return media.audio_array(self.path, rate, mono)


class Video(File):
    """Moving pictures, with or without sound."""

    def frames(self, every: float = 1.0, limit: int | None = None) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """Frames `every` so many seconds (0 for all of them), each as (its time in seconds, H x W x 3 uint8 RGB).

        Raises:
            InputError: It can't be decoded, or holds no pictures.
        """
        from . import media

        return media.video_frames(self.path, every, limit)


class Document(File):
    """A text, PDF, HTML, Markdown, CSV or Word file."""

    def text(self) -> str:
        """All its text; pages are parted by a form feed.

        Raises:
            InputError: It can't be read as text.
        """
        from . import media

        return media.document_text(self.path)


FILE_KINDS: dict[str, type[File]] = {"Image": Image, "Audio": Audio, "Video": Video, "Document": Document}
Value = Any  # what a plan's names hold: files, plain Python values, lists of them, result records
