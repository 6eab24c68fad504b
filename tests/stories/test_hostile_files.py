"""Malformed and hostile files: each is attached and opened, and gives one clear sentence or the right result.

They are opened in one process of their own that is watched from outside: 10 seconds a file, 1 GB in all.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("av")
pytest.importorskip("pypdfium2")

from intermodal.tests.make_files import (
    MEGA,
    Maker,
    after,
    chunk,
    coded,
    cut,
    data,
    deflated_zeros,
    detailed,
    film,
    float_wav,
    frames,
    loop_of_pages,
    noise,
    package,
    page,
    paragraph,
    pdf,
    picture,
    png,
    ramp,
    sparse_wav,
    turn_film,
    turned,
    wav,
    wav_header,
    word,
)

pytestmark = pytest.mark.slow
SECONDS, MEMORY = 10.0, 1_000_000_000
_ENTITIES = (f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
_LAUGHS = f"<!DOCTYPE x [<!ENTITY a 'ha'>{''.join(_ENTITIES)}]>"
_OUTSIDE = "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
_FLATE, _FLATE_TWICE = b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]"
_PLAYLIST = "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"

PICTURES: dict[str, tuple[Maker, str]] = {
    "text.jpg": (data("This is no picture.\n"), "says that it is a JPEG file, but it holds text"),
    "noise.jpg": (data(noise(5000)), "is no JPEG file"),
    "empty.png": (data(b""), "is empty"),
    "cut.jpg": (cut(detailed("JPEG"), 0.5), "damaged or incomplete"),
    "cut.png": (cut(detailed("PNG"), 0.5), "damaged or incomplete"),
    "cut.webp": (cut(detailed("WEBP"), 0.5), "damaged|can't be read"),
    "cut.gif": (cut(detailed("GIF"), 0.5), "damaged or incomplete"),
    "header.png": (cut(detailed("PNG"), 0.0001), "is no PNG file|can't be read|damaged"),
    "vast.png": (data(png(60_000, 60_000)), "pictures of up to 100 million pixels"),
    "vast.gif": (
        data(b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b",;"),
        "up to 100 million|damaged|can't be read",
    ),
    "bomb.png": (
        data(png(20_000, 20_000, 1, 0, deflated_zeros(20_000 * 2_501))),
        "up to 100 million pixels",
    ),
    "large.png": (data(png(9_800, 9_800, 1, 0, deflated_zeros(9_800 * 1_226))), "^Image 9800 x 9800 #000000"),
    "text-bomb.png": (
        data(png(8, 8, extra=chunk(b"zTXt", b"c\0\0" + deflated_zeros(300 * MEGA)))),
        "damaged|^Image 8 x 8",
    ),
    "profile-bomb.png": (
        data(png(8, 8, extra=chunk(b"iCCP", b"c\0\0" + deflated_zeros(300 * MEGA)))),
        "damaged|^Image 8 x 8",
    ),
    "nothing.png": (data(png(0, 0)), "damaged|nothing to see|can't be read"),
    "cmyk.jpg": (picture(ramp().convert("CMYK"), "JPEG", quality=95), "^Image 40 x 30 #f"),
    "cmyk.tif": (picture(ramp().convert("CMYK"), "TIFF"), "^Image 40 x 30 #ff0000"),
    "deep.png": (picture(ramp(mode="I;16")), "^Image 40 x 30 #000000 .* #ffffff"),
    "deep.tif": (picture(ramp(mode="I;16"), "TIFF"), "^Image 40 x 30 #000000 .* #ffffff"),
    "float.tif": (picture(ramp(mode="F"), "TIFF"), "^Image 40 x 30 #000000 .* #ffffff"),
    "gray-alpha.png": (picture(ramp(mode="LA")), "^Image 40 x 30 #000000 .* #ffffff"),
    "bits.png": (picture(ramp(mode="1")), "^Image 40 x 30 #000000 .* #ffffff"),
    "palette.gif": (picture(ramp(), "GIF"), "^Image 40 x 30 #ff0000"),
    "animated.gif": (frames("GIF"), "^Image 32 x 24 #f[ef]000. .* 4 frames"),
    "animated.webp": (frames("WEBP"), "^Image 32 x 24 #f[ef]000. .* 4 frames"),
    "animated.png": (frames("PNG"), "^Image 32 x 24 #ff0000 .* 4 frames"),
    "pages.tif": (frames("TIFF"), "^Image 32 x 24 #ff0000 .* 4 frames"),
    "loop.tif": (loop_of_pages, "^Image 32 x 24 #ff0000|damaged"),
    "turned.jpg": (turned(6), r"^Image 30 x 40 #f.* 30 x 40 pixels, taken 2024-05-01 12:30"),
    "really-a-jpeg.png": (picture(ramp(), "JPEG"), "^Image 40 x 30 .* JPEG"),
    "tail.png": (after(picture(), lambda made: made + noise(100_000)), "^Image 40 x 30 #ff0000"),
    "phone.heic": (data(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + noise(500)), "Save it as JPEG first"),
    "phone.jpg": (frames("MPO"), "^Image 32 x 24 #f[ef]0000 .* .picture, 32 x 24 pixels, JPEG"),
    "drawing.svg": (data("<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>"), "SVG drawing.* Export it as PNG"),
}
SOUNDS: dict[str, tuple[Maker, str]] = {
    "zero.wav": (wav(0), "holds no sound"),
    "zero-rate.wav": (data(wav_header(1, 1, 0, 16, 100) + b"d\0\0\0" + bytes(100)), "damaged"),
    "channels.wav": (data(wav_header(1, 65_535, 8_000, 16, 100) + b"d\0\0\0" + bytes(100)), "damaged"),
    "claims-much.wav": (
        data(wav_header(1, 1, 8_000, 16, 2**32 - 1) + b"\xff" * 4 + bytes(1600)),
        "^Audio .1, 800. 8000",
    ),
    "seven-hours.wav": (sparse_wav(200 * MEGA), "too long to be opened at once: 417 minutes, and 333 fit"),
    "text.mp3": (data("This is no music.\n"), "says that it is an MP3 file, but it holds text"),
    "noise.mp3": (data(noise(20_000)), "is no MP3 file"),
    "tag-only.mp3": (data(b"ID3\x03\0\0\0\0\x0f\x76" + bytes(2038)), "can't be read as sound|no sound"),
    "sync-only.mp3": (data(b"\xff\xfb\x90\x00" + bytes(2000)), "can't be read as sound|no sound|^Audio"),
    "cut.mp3": (cut(coded("libmp3lame", "mp3"), 0.5), "^Audio .2, 1[0-9]{4}. 48000"),
    "cut.flac": (cut(coded("flac", "flac"), 0.9), "^Audio .2, [0-9]+. 48000"),
    "really-ogg.mp3": (coded("libopus", "ogg"), "^Audio .2, 24[0-9]{3}. 48000 .* Ogg"),
    "cover.m4a": (coded("aac", "mp4", cover=True), "^Audio .2, 2[0-9]{4}. 48000"),
    "sound-only.webm": (coded("libopus", "webm"), "^Audio .2, 24000. 48000 .* WebM"),
    "sound-only.mp4": (coded("aac", "mp4"), "^Audio .2, 2[0-9]{4}. 48000 .* MP4"),
    "8-bit.wav": (wav(bits=8), r"^Audio .1, 8000. 16000 0\.5"),
    "24-bit.wav": (wav(bits=24, rate=44_100), r"^Audio .1, 22050. 44100 0\.50"),
    "32-bit.wav": (wav(bits=32), r"^Audio .1, 8000. 16000 0\.50"),
    "float.wav": (float_wav(32), r"^Audio .1, 11025. 22050 0\.50"),
    "double.wav": (float_wav(64), r"^Audio .1, 11025. 22050 0\.50"),
    "loud.wav": (float_wav(32, peak=7.0), r"^Audio .1, 11025. 22050 1\.00"),
    "7350-hz.wav": (wav(rate=7_350), r"^Audio .1, 3675. 7350 0\.50"),
    "12345-hz.wav": (wav(rate=12_345), r"^Audio .1, 6172. 12345 0\.50"),
    "192-khz.wav": (wav(rate=192_000), r"^Audio .1, 96000. 192000 0\.50"),
    "stereo.wav": (wav(channels=2), r"^Audio .2, 8000. 16000 0\.50"),
    "eight.wav": (wav(channels=8), r"^Audio .8, 8000. 16000 0\.50"),
    "sixteen.wav": (wav(channels=16), r"^Audio .16, 8000. 16000 0\.50"),
    "concat:a|b.wav": (wav(), r"^Audio .1, 8000. 16000"),
    "list%03d.wav": (wav(), r"^Audio .1, 8000. 16000"),
}
VIDEOS: dict[str, tuple[Maker, str]] = {
    "cut.mp4": (cut(film(), 0.5), "can't be read as sound or video|holds neither"),
    "cut.webm": (cut(film(".webm"), 0.7), "^Video 48 x 64|no frame|can't be read"),
    "no-frames.avi": (data(b"RIFF" + struct.pack("<I", 100) + b"AVI LIST" + bytes(92)), "can't be read|neither"),
    "start.mp4": (data(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"), "can't be read as sound or video"),
    "text.mp4": (data("No film.\n"), "says that it is an MP4 file, but it holds text"),
    "turned.mp4": (after(film(), turn_film), "^Video 64 x 48 #f[0-9a-f]0.* 48 x 64 pixels"),
    "really-webm.mp4": (film(".webm"), "^Video 48 x 64 .* WebM"),
    "playlist.m3u8": (data(_PLAYLIST), "is a playlist"),
    "playlist.mp4": (data(_PLAYLIST), "holds text"),
    "concat.avi": (data("ffconcat version 1.0\nfile /etc/passwd\n"), "holds text"),
}
DOCUMENTS: dict[str, tuple[Maker, str]] = {
    "good.pdf": (data(pdf(page("First page"), page("Second"))), "^Document 'First page.x0cSecond' .* 2 pages"),
    "text.pdf": (data("<html>404</html>"), "says that it is a PDF file, but it holds text"),
    "cut.pdf": (cut(data(pdf(page("Hello"))), 0.3), "damaged|no pages"),
    "bomb.pdf": (data(pdf(deflated_zeros(600 * MEGA), filters=_FLATE)), "unpacks to more than 256 MB"),
    "bomb-in-bomb.pdf": (
        data(pdf(zlib.compress(deflated_zeros(600 * MEGA)), filters=_FLATE_TWICE)),
        "unpacks to more than 256 MB",
    ),
    "loop.pdf": (data(pdf(page("Hello"), kids=b"2 0 R")), "^Document|damaged|no pages"),
    "many-pages.pdf": (
        data(pdf(page("Hello")).replace(b"/Count 1", b"/Count 999999999")),
        "^Document|damaged|no pages",
    ),
    "good.docx": (word(paragraph("One &amp; two") + paragraph("Three")), "^Document 'One & two.nThree'"),
    "bomb.docx": (package({"word/document.xml": [b"<w>"] + [b"x" * MEGA] * 60}), "too large"),
    "laughs.docx": (word(paragraph("&j;"), _LAUGHS), "damaged .it declares entities"),
    "outside.docx": (
        word(paragraph("&x;"), _OUTSIDE),
        "declares entities",
    ),
    "no-word.docx": (package({"a.txt": [b"hello"]}), "no Word document"),
    "cut.docx": (cut(word(paragraph("Hello")), 0.7), "cut off"),
    "in-zip.zip": (package({"a.zip": [b"PK\3\4" + bytes(1000)]}), "Unpack it first"),
    "parts.docx": (package({f"word/{number:0>80}": [] for number in range(40_000)}), "too many parts"),
    "deep.docx": (word("<w:tbl>" * 100_000 + "</w:tbl>" * 100_000), "^Document ''"),
    "unclosed.html": (data("<html>" + "<!--" * MEGA), "^Document ''"),
    "tags.html": (data("<html>" + "<b>" * (3 * MEGA // 2) + "core"), "^Document 'core'"),
    "signs.html": (data("<html>" + "<" * (4 * MEGA)), "^Document '<<<"),
    "deep.html": (data("<html>" + "<div>" * 200_000 + "core"), "^Document 'core'"),
    "script.html": (data("<html><script>x<b></script><p>a<td>b&nbsp;&lt;c"), "^Document 'a.*b.*<c'"),
    "utf-16.txt": (data("grüße".encode("utf-16")), "^Document 'grüße'"),
    "latin.txt": (data("grüße".encode("latin-1")), "^Document 'grüße'"),
    "nulls.txt": (data(b"a\0b" * 100), "is no text file"),
    "sixty-mb.txt": (data(b"word " * (12 * MEGA)), "reads up to 50 MB"),
    "one-line.csv": (data("1," * (5 * MEGA)), "^Document '1,1,"),
}
NAMES: dict[str, tuple[Maker, str]] = {
    "żółw 图 🐢.png": (picture(), "^Image 40 x 30"),
    "n" * 246 + ".png": (picture(), "^Image 40 x 30"),
    "two\nlines.png": (picture(), "^Image 40 x 30"),
    "-o.png": (picture(), "^Image 40 x 30"),
    "no ending": (picture(), "^Image 40 x 30"),
    "loop.png": (lambda path: path.symlink_to(path.name), "can't be opened: too many levels of symbolic links"),
    "gone.png": (lambda path: path.symlink_to("nowhere.png"), "There is no file"),
    "pipe.wav": (os.mkfifo, "is a pipe"),
    "folder.png": (lambda path: path.mkdir(), "is a folder"),
    "device.mp3": (lambda path: path.symlink_to("/dev/zero"), "is a device"),
}
CASES = PICTURES | SOUNDS | VIDEOS | DOCUMENTS | NAMES

OPEN = """
import json, resource, sys, time
from pathlib import Path
from intermodal.agent.artifacts import Workspace
from intermodal.tools.errors import InputError

def look(file):
    kind = type(file).__name__
    if kind == "Image":
        assert file.pil().mode in ("RGB", "RGBA")
        pixels = file.array()
        first, last = (bytes(corner).hex() for corner in (pixels[0, 0], pixels[-1, -1]))
        return f"Image {pixels.shape[1]} x {pixels.shape[0]} #{first} to #{last}"
    if kind == "Audio":
        samples, rate = file.array(mono=False)
        assert file.array(16_000)[0].ndim == 1
        return f"Audio {samples.shape} {rate} {abs(samples).max():.2f}"
    if kind == "Video":
        seen = [pixels for _, pixels in file.frames(0.3, limit=4)]
        return f"Video {seen[0].shape[0]} x {seen[0].shape[1]} #{bytes(seen[0][5, 5]).hex()}"
    return f"Document {file.text()[:200]!r}"

resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000, 1_500_000_000))
workspace = Workspace(Path("scratch"), Path("output"))
for path in json.load(sys.stdin):
    begun, worked = time.monotonic(), time.process_time()
    try:
        artifact = workspace.attach(path)
        said = f"{look(artifact.file)} ({artifact.describe()})"
    except InputError as error:
        said = f"InputError: {error}"
    seconds = min(time.monotonic() - begun, time.process_time() - worked)  # other programs' time is not theirs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"path": path, "said": said, "seconds": seconds, "peak": peak}), flush=True)
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of each file, by its name."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, (name, (make, _)) in enumerate(CASES.items()):
        place = folder / str(number)
        place.mkdir()
        make(place / name)
    paths = [str(folder / str(number) / name) for number, name in enumerate(CASES)]
    done = subprocess.run(
        [sys.executable, "-c", OPEN],
        input=json.dumps(paths),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        timeout=300,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(paths), f"ended with {done.returncode} at {paths[len(lines)]!r}\n{done.stderr[-2000:]}"
    assert not done.stderr, done.stderr[-2000:]
    return {Path(line["path"]).name: line for line in lines}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files, and no limits of this kind")
@pytest.mark.parametrize("name", CASES)
def test_gives_one_sentence_or_the_right_result(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = outcomes[name]
    assert re.search(CASES[name][1], outcome["said"]), outcome["said"]
    assert "\n" not in outcome["said"] and "Traceback" not in outcome["said"]
    assert outcome["seconds"] < SECONDS


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files, and no limits of this kind")
def test_all_of_them_stay_below_a_gigabyte(outcomes: dict[str, dict[str, Any]]) -> None:
    assert max(outcome["peak"] for outcome in outcomes.values()) < MEMORY
