"""What a file is, by its content; its name is only asked what it promises.

The library puremagic knows the signatures. Left to this module: text (which has none), zip archives that are Word
files, MPEG transport streams, and whether a container holds moving pictures or only sound.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .containers import opened, picture_stream
from .errors import InputError
from .kinds import AUDIO, DOCUMENT, IMAGE, VIDEO, Kind
from .papers import BOMS, check_package, is_html

_HEAD = 65_536  # bytes that are looked at
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_IMAGES = {
    "PNG": "png apng",
    "JPEG": "jpg jpeg jpe jfif",
    "GIF": "gif",
    "BMP": "bmp dib",
    "TIFF": "tif tiff",
    "WebP": "webp",
    "AVIF": "avif avifs",
    "JPEG 2000": "jp2 jpf jpx j2k",
    "PPM": "ppm pgm pbm pnm",
    "ICO": "ico",
}
_SOUNDS = {
    "WAV": "wav",
    "MP3": "mp3 mpga",
    "FLAC": "flac",
    "AAC": "aac",
    "AIFF": "aif aiff aifc",
    "AU": "au snd",
    "AMR": "amr",
    "AC-3": "ac3",
    "CAF": "caf",
}
_CONTAINERS = {  # sound alone, or moving pictures
    "Ogg": "ogg oga ogv opus ogx",
    "MP4": "mp4 m4a m4v m4b f4a f4v 3gp 3ga 3g2 mp4v",
    "QuickTime": "mov qt qtvr",
    "Matroska": "mkv mka",
    "WebM": "webm weba",
    "AVI": "avi",
    "Windows Media": "wmv wma asf",
    "Flash video": "flv",
    "MPEG": "mpg mpeg vob ts m2ts",
}
_TEXTS = {
    "PDF": "pdf",
    "Word": "docx",
    "HTML": "html htm xhtml",
    "Markdown": "md markdown",
    "CSV": "csv tsv",
    "JSON": "json jsonl",
    "text": "txt text log srt vtt",
}
_GROUPS = (("picture", _IMAGES), ("sound", _SOUNDS), ("sound or video", _CONTAINERS), ("document", _TEXTS))
_FORMATS = {
    ending: (group, form) for group, forms in _GROUPS for form, endings in forms.items() for ending in endings.split()
}
_REFUSED_TEXT = {
    b"{\\rtf": "an RTF document; save it as .docx or .txt",
    b"%!PS": "a PostScript file; save it as PDF",
    b"#EXTM3U": "a playlist; attach the recordings that it names",
}
_ADVICE = {
    "heic": "Save it as JPEG first",
    "heif": "Save it as JPEG first",
    "svg": "Export it as PNG first",
    "doc": "Save it as .docx first",
    "zip": "Unpack it first, and attach what you need",
    "gz": "Unpack it first, and attach what you need",
}
TAKEN = "pictures, sound, video, PDF, Word (.docx), HTML and plain text"


@dataclass(frozen=True, kw_only=True)
class Sniffed:
    """What a file's content says: its kind, its format for people ("PNG"), the ending that fits it (".png")."""

    kind: Kind
    format: str
    ending: str


def sniff(path: Path) -> Sniffed:
    """Say what a file is. It must exist and be a regular file.

    Raises:
        InputError: It is of no kind that tools take, or its name promises something else than the text it holds.
        BackendUnavailable: It is a container, and PyAV, which looks into it, is not installed.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise InputError(f"{path.name!r} is empty.")
    if b"%PDF-" in head[:1024]:
        return Sniffed(kind=DOCUMENT, format="PDF", ending=".pdf")
    if head.startswith(b"PK\x03\x04"):
        return _package(path)
    if is_text(head):
        return _text(path, head)
    ending = _signature(path, head)
    group, form = _FORMATS[ending]
    kind = {"picture": IMAGE, "sound": AUDIO, "document": DOCUMENT}.get(group) or _in_container(path)
    return Sniffed(kind=kind, format=form, ending=f".{ending}")


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is text in an encoding that `papers.plain_text` reads."""
    return any(head.startswith(mark) for mark, _ in BOMS) or not _CONTROL.search(head)


def promised(path: Path) -> str:
    """The format that a file's name promises ("JPEG"); "" when it promises none."""
    return _FORMATS.get(path.suffix.lower().removeprefix("."), ("", ""))[1]


def _package(path: Path) -> Sniffed:
    check_package(path)
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path.name!r} is a damaged zip archive or Word file. Save or download it again.") from error
    if "word/document.xml" not in names:
        raise InputError(f"{path.name!r} is a zip archive, and no Word document. {_ADVICE['zip']}.")
    return Sniffed(kind=DOCUMENT, format="Word", ending=".docx")


def _text(path: Path, head: bytes) -> Sniffed:
    group, form = _FORMATS.get(path.suffix.lower().removeprefix("."), ("document", "text"))
    if group != "document" or form in ("PDF", "Word"):
        article = "an" if form[0] in "AM" and form[1].isupper() else "a"
        raise InputError(
            f"The name of {path.name!r} says that it is {article} {form} file, but it holds text. "
            "Check where it came from, or give it the ending .txt."
        )
    for mark, what in _REFUSED_TEXT.items():
        if head.startswith(mark):
            raise InputError(f"{path.name!r} is {what}.")
    if re.search(rb"<svg[\s>]", head[:1024]) and not is_html(head, path):
        raise InputError(f"{path.name!r} is an SVG drawing, which intermodal doesn't open. {_ADVICE['svg']}.")
    form = "HTML" if is_html(head, path) else form
    ending = path.suffix.lower() if path.suffix and promised(path) else ".html" if form == "HTML" else ".txt"
    return Sniffed(kind=DOCUMENT, format=form, ending=ending)


def _signature(path: Path, head: bytes) -> str:
    """The first ending, by puremagic's confidence, of a format that tools take."""
    import puremagic

    if len(head) > 188 and head[0] == head[188] == 0x47:  # MPEG transport stream: a sync byte every 188
        return "ts"
    try:
        with path.open("rb") as file:
            matches = puremagic.magic_stream(file)
    except (puremagic.PureError, ValueError):
        matches = []
    endings = [match.extension.lower().removeprefix(".") for match in matches]
    known = next((ending for ending in endings if ending in _FORMATS), "")
    if known and not any(ending in _ADVICE for ending in endings[: endings.index(known)]):
        return known
    if promised(path):
        raise InputError(
            f"{path.name!r} is no {promised(path)} file, whatever its name says, or is damaged from its beginning."
        )
    what = f"{matches[0].name.strip()!r}" if matches and matches[0].name.strip() else "of a kind that is not known here"
    advice = next((_ADVICE[ending] for ending in endings if ending in _ADVICE), f"intermodal takes {TAKEN}")
    raise InputError(f"{path.name!r} is {what}. {advice}.")


def _in_container(path: Path) -> Kind:
    with opened(path, "sound or video") as container:
        if picture_stream(container) is not None:
            return VIDEO
        if container.streams.audio:
            return AUDIO
    raise InputError(f"{path.name!r} holds neither sound nor moving pictures.")
