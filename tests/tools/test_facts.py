"""What headers say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intermodal.tests import make_files as make
from intermodal.tests.make_files import Maker
from intermodal.tools.facts import AudioFacts, ImageFacts, VideoFacts, duration, read_facts

pytest.importorskip("av")
pytest.importorskip("pypdfium2")

LINES: dict[str, tuple[Maker, str]] = {
    "a.png": (make.picture(), "picture, 40 x 30 pixels, PNG"),
    "a.gif": (make.frames("GIF"), "picture, 32 x 24 pixels, 4 frames, GIF"),
    "a.jpg": (make.turned(8), "picture, 30 x 40 pixels, taken 2024-05-01 12:30, JPEG"),
    "a.wav": (make.wav(1.5, channels=2), "sound, 1.5 seconds, 16000 Hz, stereo, WAV"),
    "b.wav": (make.wav(0.02, channels=8), "sound, 0.02 seconds, 16000 Hz, 8 channels, WAV"),
    "a.mp4": (make.film(sound=True), "video, 1.0 seconds, 64 x 48 pixels, 10 frames a second, with sound, MP4"),
    "b.mp4": (
        make.after(make.film(), make.turn_film),
        "video, 1.0 seconds, 48 x 64 pixels, 10 frames a second, silent, MP4",
    ),
    "a.pdf": (make.data(make.pdf(make.page("x"), make.page("y"))), "document, 2 pages, PDF"),
    "a.docx": (make.word(make.paragraph("one two three")), "document, 3 words, Word"),
    "a.txt": (make.data("one"), "document, 1 word, text"),
}


@pytest.mark.parametrize("name", LINES)
def test_one_line_says_it(name: str, tmp_path: Path) -> None:
    made, line = LINES[name]
    made(tmp_path / name)
    facts = read_facts(tmp_path / name)
    assert facts.describe() == line
    assert json.loads(json.dumps(facts.to_json()))["bytes"] == (tmp_path / name).stat().st_size


def test_exif_is_read_and_cleaned(tmp_path: Path) -> None:
    make.turned(6)(tmp_path / "a.jpg")
    facts = read_facts(tmp_path / "a.jpg")
    assert isinstance(facts, ImageFacts)
    assert (facts.orientation, facts.camera, facts.place) == (6, "Acme One (2)", True)
    make.turned(77)(tmp_path / "b.jpg")
    odd = read_facts(tmp_path / "b.jpg")
    assert isinstance(odd, ImageFacts) and odd.orientation == 1 and odd.width == 40


def test_sound_and_video_name_their_codecs(tmp_path: Path) -> None:
    make.coded("libmp3lame", "mp3")(tmp_path / "a.mp3")
    make.film(".webm")(tmp_path / "a.webm")
    sound, video = read_facts(tmp_path / "a.mp3"), read_facts(tmp_path / "a.webm")
    assert isinstance(sound, AudioFacts) and sound.codec.startswith("mp3") and sound.rate == 48_000
    assert isinstance(video, VideoFacts) and "vp8" in video.codec and not video.sound


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, ""),
        (0.02, "0.02 seconds"),
        (3.14159, "3.1 seconds"),
        (119.9, "119.9 seconds"),
        (125, "2 min 5 s"),
        (3599.7, "1 h 0 min"),
        (7_380, "2 h 3 min"),
    ],
)
def test_durations_read_well(seconds: float, said: str) -> None:
    assert duration(seconds) == said
