"""What a file is, by its content."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermodal.tests import make_files as make
from intermodal.tests.make_files import Maker
from intermodal.tools.errors import InputError
from intermodal.tools.sniff import is_text, promised, sniff

pytest.importorskip("av")

KINDS: dict[str, tuple[Maker, str, str]] = {
    "png": (make.picture(), "Image", "PNG"),
    "jpg": (make.picture(form="JPEG"), "Image", "JPEG"),
    "gif": (make.frames("GIF"), "Image", "GIF"),
    "bmp": (make.picture(form="BMP"), "Image", "BMP"),
    "tiff": (make.picture(form="TIFF"), "Image", "TIFF"),
    "webp": (make.picture(form="WEBP"), "Image", "WebP"),
    "avif": (make.picture(form="AVIF"), "Image", "AVIF"),
    "ppm": (make.picture(form="PPM"), "Image", "PPM"),
    "wav": (make.wav(), "Audio", "WAV"),
    "mp3": (make.coded("libmp3lame", "mp3"), "Audio", "MP3"),
    "flac": (make.coded("flac", "flac"), "Audio", "FLAC"),
    "ogg": (make.coded("libopus", "ogg"), "Audio", "Ogg"),
    "m4a": (make.coded("aac", "ipod"), "Audio", "MP4"),
    "aac": (make.coded("aac", "adts"), "Audio", "AAC"),
    "aiff": (make.coded("pcm_s16be", "aiff"), "Audio", "AIFF"),
    "au": (make.coded("pcm_s16be", "au"), "Audio", "AU"),
    "wma": (make.coded("wmav2", "asf", rate=44_100), "Audio", "Windows Media"),
    "mka": (make.coded("libopus", "matroska"), "Audio", "Matroska"),
    "ac3": (make.coded("ac3", "ac3"), "Audio", "AC-3"),
    "ts": (make.coded("aac", "mpegts"), "Audio", "MPEG"),
    "mp4": (make.film(), "Video", "MP4"),
    "mov": (make.film(".mov"), "Video", "QuickTime"),
    "mkv": (make.film(".mkv", sound=True), "Video", "Matroska"),
    "webm": (make.film(".webm"), "Video", "WebM"),
    "pdf": (make.data(make.pdf(make.page("x"))), "Document", "PDF"),
    "docx": (make.word(make.paragraph("x")), "Document", "Word"),
    "html": (make.data("<!DOCTYPE html><p>x"), "Document", "HTML"),
    "md": (make.data("# x"), "Document", "Markdown"),
    "csv": (make.data("a,b"), "Document", "CSV"),
    "json": (make.data("{}"), "Document", "JSON"),
    "txt": (make.data("BM and ID3, II* and GIF8"), "Document", "text"),
    "py": (make.data("print(1)"), "Document", "text"),
}


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("renamed", [False, True])
def test_content_decides(ending: str, renamed: bool, tmp_path: Path) -> None:
    made, kind, form = KINDS[ending]
    path = tmp_path / f"file.{ending}"
    made(path)
    if renamed:
        by_name = form in ("Markdown", "CSV", "JSON")  # nothing in the content tells these
        path = path.rename(tmp_path / "unnamed")
        form = "text" if by_name else form
    found = sniff(path)
    assert (found.kind.name, found.format) == (kind, form)
    assert promised(Path(f"x{found.ending}")) == form


@pytest.mark.parametrize("ending", ["jpg", "png", "wav", "mp3", "mp4", "pdf", "docx"])
def test_a_name_that_promises_more_than_text_is_refused(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"file.{ending}").write_text("<html>Not found</html>", "utf-8")
    with pytest.raises(InputError, match=rf"The name of 'file.{ending}' says .* but it holds text"):
        sniff(tmp_path / f"file.{ending}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{\\rtf1 x}", "RTF document; save it as .docx"),
        (b"%!PS-Adobe", "PostScript file; save it as PDF"),
        (b"\x1f\x8b\x08\x00" + bytes(60), "Unpack it first"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "ELF executable.* takes pictures, sound"),
        (make.noise(3000), "of a kind that is not known here"),
    ],
)
def test_other_kinds_are_refused_by_name(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "thing").write_bytes(content)
    with pytest.raises(InputError, match=said):
        sniff(tmp_path / "thing")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_text_is_text_in_common_encodings(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert is_text(text.encode(encoding))
