"""What can be said of a file from its header, and whether its content can be decoded at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import containers, papers, pictures
from .errors import InputError
from .sniff import Sniffed, sniff

_COUNTED = 5_000_000  # bytes of an animated picture whose frames are counted; GIF frames have to be walked through
_EXIF, _GPS, _TAKEN, _CHANGED, _MAKER, _CAMERA, _TURNED = 0x8769, 0x8825, 0x9003, 0x0132, 0x010F, 0x0110, 0x0112
_LONG = 80  # characters of a camera's name


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of any file: `format` is its name for people, `bytes` its size."""

    format: str
    bytes: int

    def describe(self) -> str:
        """One short line for the controller."""
        return ", ".join(part for part in self._parts() if part)

    def _parts(self) -> Iterable[str]:
        return (self.format,)

    def to_json(self) -> dict[str, Any]:
        """The facts by name."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, kw_only=True)
class ImageFacts(Facts):
    """A picture's facts.

    Args:
        width, height: In pixels, of the upright picture.
        mode: Pillow's name of its kind of pixels ("RGB", "CMYK", "I;16", ...).
        frames: Of an animation, or pages; 0 when there are more than are counted.
        taken, camera: As its EXIF says; empty when it does not.
        orientation: EXIF's number for how the camera was held; 1 is upright.
        place: Whether it says where it was taken.
    """

    width: int
    height: int
    mode: str
    frames: int = 1
    taken: str = ""
    camera: str = ""
    orientation: int = 1
    place: bool = False

    def _parts(self) -> Iterable[str]:
        several = "" if self.frames == 1 else f"{self.frames or 'many'} frames"
        taken = self.taken and f"taken {self.taken}"
        return ("picture", f"{self.width} x {self.height} pixels", several, taken, self.format)


@dataclass(frozen=True, kw_only=True)
class AudioFacts(Facts):
    """A recording's facts: `seconds` (0 when the header does not say), `rate` in Hz, `channels`, `codec`."""

    seconds: float
    rate: int
    channels: int
    codec: str

    def _parts(self) -> Iterable[str]:
        channels = {1: "mono", 2: "stereo"}.get(self.channels, f"{self.channels} channels")
        return ("sound", duration(self.seconds), f"{self.rate} Hz", channels, self.format)


@dataclass(frozen=True, kw_only=True)
class VideoFacts(Facts):
    """A video's facts: `seconds` (0 when the header does not say), upright size in pixels, frames per second."""

    seconds: float
    width: int
    height: int
    fps: float
    codec: str
    sound: bool

    def _parts(self) -> Iterable[str]:
        size, fps = f"{self.width} x {self.height} pixels", f"{self.fps:.4g} frames a second" if self.fps else ""
        return ("video", duration(self.seconds), size, fps, "with sound" if self.sound else "silent", self.format)


@dataclass(frozen=True, kw_only=True)
class DocumentFacts(Facts):
    """A document's facts: `pages` (PDF only, else 0), `words` and `characters` (0 for PDF: not counted)."""

    pages: int = 0
    words: int = 0
    characters: int = 0

    def _parts(self) -> Iterable[str]:
        pages = self.pages and f"{self.pages} page{'s' * (self.pages > 1)}"
        words = "" if self.pages else f"{self.words} word{'s' * (self.words != 1)}"
        return ("document", pages or "", words, self.format)


def duration(seconds: float) -> str:
    """A time span for people; "" for 0, which means that it is not known."""
    if seconds < 120:
        return f"{seconds:.1f} seconds" if seconds >= 0.1 else f"{seconds:.2g} seconds" if seconds else ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def read_facts(path: Path, found: Sniffed | None = None) -> Facts:
    """Read a file's facts, and see that it can be decoded: pictures whole, of sound and video the beginning.

    Args:
        path: An existing file.
        found: What `sniff` said of it, where that is known.

    Raises:
        InputError: It can't be decoded, is empty, or larger than intermodal opens.
        BackendUnavailable: The library that opens it is not installed.
    """
    found = found or sniff(path)
    read = {"Image": _of_image, "Audio": _of_audio, "Video": _of_video, "Document": _of_document}[found.kind.name]
    return read(path, found.format)


def _of_image(path: Path, form: str) -> ImageFacts:
    pictures.check_whole(path)
    with pictures.opened(path) as picture:
        exif = picture.getexif()
        orientation = exif.get(_TURNED, 1)
        orientation = orientation if orientation in range(1, 9) else 1
        width, height = picture.size if orientation < 5 else picture.size[::-1]
        maker, camera = (_plain(exif.get(tag)) for tag in (_MAKER, _CAMERA))
        return ImageFacts(
            format=form,
            bytes=path.stat().st_size,
            width=width,
            height=height,
            mode=picture.mode,
            frames=_frames(picture, path.stat().st_size),
            taken=_moment(_plain(exif.get_ifd(_EXIF).get(_TAKEN) or exif.get(_CHANGED))),
            camera=(camera if camera.startswith(maker) else f"{maker} {camera}")[:_LONG],
            orientation=orientation,
            place=bool(exif.get_ifd(_GPS)),
        )


def _frames(picture: Any, size: int) -> int:
    if picture.format == "MPO" or not getattr(picture, "is_animated", False):
        return 1  # MPO: a phone's JPEG, with previews behind the picture
    return int(picture.n_frames) if size <= _COUNTED else 0


def _plain(value: object) -> str:
    """EXIF text without what does not belong into a line."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())


def _moment(text: str) -> str:
    """ "2024:05:01 12:30:00" as "2024-05-01 12:30"; "" when it is none."""
    date, _, clock = text.partition(" ")
    digits = date.replace(":", "") + clock.replace(":", "")
    return f"{date.replace(':', '-')} {clock[:5]}".strip() if digits.isdigit() and len(digits) in (8, 14) else ""


def _of_audio(path: Path, form: str) -> AudioFacts:
    with containers.opened(path, "sound") as container:
        stream = containers.sound_stream(container, path)
        facts = AudioFacts(
            format=form,
            bytes=path.stat().st_size,
            seconds=containers.seconds_of(container, stream),
            rate=stream.codec_context.sample_rate,
            channels=stream.codec_context.channels,
            codec=stream.codec_context.name,
        )
        if next(containers.decoded(container, stream), None) is None:
            raise InputError(f"{path.name!r} holds no sound that can be decoded: it is 0 seconds long, or damaged.")
    return facts


def _of_video(path: Path, form: str) -> VideoFacts:
    with containers.opened(path, "video") as container:
        stream = containers.picture_stream(container)
        if stream is None:
            raise InputError(f"{path.name!r} holds no moving pictures.")
        pictures.check_size(path, stream.codec_context.width, stream.codec_context.height)
        first = next(containers.decoded(container, stream), None)
        if first is None:
            raise InputError(f"{path.name!r} holds no frame that can be decoded: it is empty or damaged.")
        lying = round(first.rotation / 90) % 2
        return VideoFacts(
            format=form,
            bytes=path.stat().st_size,
            seconds=containers.seconds_of(container, stream),
            width=first.height if lying else first.width,
            height=first.width if lying else first.height,
            fps=round(float(stream.average_rate or 0), 3),
            codec=stream.codec_context.name,
            sound=bool(container.streams.audio),
        )


def _of_document(path: Path, form: str) -> DocumentFacts:
    size = path.stat().st_size
    if form == "PDF":
        with papers.open_pdf(path) as pages:
            if not len(pages):
                raise InputError(f"{path.name!r} has no pages that can be read: it is empty or damaged.")
            return DocumentFacts(format=form, bytes=size, pages=len(pages))
    text = papers.document_text(path)
    return DocumentFacts(format=form, bytes=size, words=len(text.split()), characters=len(text))
