from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from intermodal import Audio, Context, Document, Image, Video
from intermodal.tools.errors import ToolError
from intermodal.tools.video.clips import facts_of, frames_between
from intermodal.tools.video.converting import convert_video, make_slideshow, resize_video, video_to_gif
from intermodal.tools.video.cutting import change_video_speed, cut_video, join_videos
from intermodal.tools.video.sound import extract_audio, mute_video, replace_audio
from intermodal.tools.video.subtitles import burn_subtitles, read_cues

Photo, Likeness = Callable[[str], np.ndarray], Callable[[np.ndarray, np.ndarray], float]


def seconds(video: Video) -> float:
    return facts_of(video).seconds


def at(video: Video, time: float) -> np.ndarray:
    return next(pixels for _, pixels in frames_between(video, time))


def test_cut(clip: Video, photo: Photo, likeness: Likeness, ctx: Context) -> None:
    part = cut_video(clip, 1.25, 2.25, ctx=ctx)
    facts = facts_of(part)
    assert facts.seconds == pytest.approx(1.0, abs=0.05) and facts.sound and facts.fps == pytest.approx(12)
    assert likeness(at(part, 0), photo("chelsea.png")) > 0.95
    sound, rate = extract_audio(part, ctx=ctx).array()
    before, own = Audio(clip.path).array()
    assert len(sound) / rate == pytest.approx(1.0, abs=0.1)
    wanted = np.abs(before[int(1.25 * own) : int(2.25 * own)]).mean()
    assert np.abs(sound).mean() == pytest.approx(wanted, rel=0.15)


@pytest.mark.parametrize(
    ("start", "end", "message"), [(3, 2, "must come after"), (9, None, "seconds long"), (0, 60, "ends at")]
)
def test_cut_refuses(clip: Video, ctx: Context, start: float, end: float | None, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        cut_video(clip, start, end, ctx=ctx)


def test_join_sizes_rates_and_missing_sound(
    clip: Video, silent_clip: Video, photo: Photo, likeness: Likeness, ctx: Context
) -> None:
    film = join_videos([clip, silent_clip, clip], ctx=ctx)
    facts = facts_of(film)
    assert (facts.width, facts.height, facts.sound) == (160, 120, True)
    assert facts.seconds == pytest.approx(8.5, abs=0.15) and facts.fps == pytest.approx(25)
    assert likeness(at(film, 4.8), photo("astronaut.png")) > 0.95
    sound, rate = extract_audio(film, ctx=ctx).array()
    quiet, loud = sound[int(3.9 * rate) : int(4.6 * rate)], sound[int(4.75 * rate) :]
    assert np.abs(quiet).max() < 0.01 < np.abs(loud).mean()
    assert not facts_of(join_videos([silent_clip, silent_clip], ctx=ctx)).sound
    with pytest.raises(ToolError, match="no videos"):
        join_videos([], ctx=ctx)


@pytest.mark.parametrize("speed", [0.5, 3.0])
def test_speed(clip: Video, speed: float, ctx: Context) -> None:
    made = change_video_speed(clip, speed, ctx=ctx)
    assert seconds(made) == pytest.approx(3.75 / speed, abs=0.1)
    sound, rate = extract_audio(made, ctx=ctx).array()
    assert len(sound) / rate == pytest.approx(3.75 / speed, abs=0.2)
    with pytest.raises(ToolError, match="`speed`"):
        change_video_speed(clip, 0, ctx=ctx)


def test_sound_track(clip: Video, silent_clip: Video, recordings: Path, ctx: Context) -> None:
    assert not facts_of(mute_video(clip, ctx=ctx)).sound
    with pytest.raises(ToolError, match="no sound track"):
        extract_audio(silent_clip, ctx=ctx)
    dubbed = replace_audio(silent_clip, Audio(recordings / "beckett.wav"), ctx=ctx)
    assert seconds(dubbed) == pytest.approx(1.0, abs=0.05)
    sound, rate = extract_audio(dubbed, ctx=ctx).array()
    assert len(sound) / rate == pytest.approx(1.0, abs=0.1) and np.abs(sound).max() > 0.05
    mixed = replace_audio(clip, Audio(recordings / "two_cities.wav"), mix=True, ctx=ctx)
    assert seconds(mixed) == pytest.approx(3.75, abs=0.05)


def test_resize(clip: Video, ctx: Context) -> None:
    facts = facts_of(resize_video(clip, 81, ctx=ctx))
    assert (facts.width, facts.height, facts.sound) == (80, 60, True)
    facts = facts_of(resize_video(clip, height=60, ctx=ctx))
    assert (facts.width, facts.height) == (80, 60)
    square = at(resize_video(clip, 100, 100, ctx=ctx), 0)
    assert square.shape == (100, 100, 3) and square[2].max() < 30 < square[50].max()
    for wrong in ({}, {"width": 3}, {"width": 99_999}):
        with pytest.raises(ToolError):
            resize_video(clip, **wrong, ctx=ctx)


@pytest.mark.parametrize("ending", ["webm", "mkv", "mov"])
def test_convert(clip: Video, photo: Photo, likeness: Likeness, ctx: Context, ending: str) -> None:
    made = convert_video(clip, ending, ctx=ctx)
    facts = facts_of(made)
    assert made.path.suffix == f".{ending}" and facts.sound
    assert facts.seconds == pytest.approx(3.75, abs=0.1)
    assert likeness(at(made, 2.6), photo("coffee.png")) > 0.9


def test_gif(clip: Video, photo: Photo, likeness: Likeness, ctx: Context) -> None:
    made = video_to_gif(clip, 1.25, 2.25, 100, 5, ctx=ctx)
    with PIL.Image.open(made.path) as picture:
        assert (picture.format, picture.size) == ("GIF", (100, 75))
        assert getattr(picture, "n_frames", 1) == 5 and picture.info["duration"] == 200
    assert likeness(made.array(), photo("chelsea.png")) > 0.9
    with pytest.raises(ToolError, match="300 frames"):
        video_to_gif(replace_long(clip, ctx), ctx=ctx)


def replace_long(clip: Video, ctx: Context) -> Video:
    return change_video_speed(resize_video(clip, 32, ctx=ctx), 0.1, ctx=ctx)


def test_slideshow(photos: Path, recordings: Path, likeness: Likeness, ctx: Context) -> None:
    images = [Image(photos / name) for name in ("astronaut.png", "coffee.png")]
    show = make_slideshow(images, seconds=1, width=128, height=128, ctx=ctx)
    facts = facts_of(show)
    assert (facts.width, facts.height, facts.sound) == (128, 128, False)
    assert facts.seconds == pytest.approx(2, abs=0.05)
    assert likeness(at(show, 0.1), images[0].array()) > 0.95
    blended, coffee = at(show, 0.8), at(show, 1.8)
    assert likeness(blended, at(show, 0)) > 0.5 and likeness(blended, coffee) > 0.1
    spoken = make_slideshow(images, Audio(recordings / "clone-test.wav"), width=64, height=64, ctx=ctx)
    assert seconds(spoken) == pytest.approx(4.11, abs=0.1) and facts_of(spoken).sound
    with pytest.raises(ToolError, match="no pictures"):
        make_slideshow([], ctx=ctx)


SRT = "1\n00:00:00,500 --> 00:00:01,500\n<i>Ever tried.</i>\n\n2\n00:00:02,000 --> 00:00:03,000\nEver\nfailed.\n"


def test_cues_of_both_formats() -> None:
    assert read_cues(SRT) == [(0.5, 1.5, "Ever tried."), (2.0, 3.0, "Ever\nfailed.")]
    vtt = "WEBVTT\n\nNOTE hello\n\n00:01.000 --> 01:00:02.250 align:left\nYes.\n"
    assert read_cues(vtt) == [(1.0, 3602.25, "Yes.")]
    assert read_cues(SRT.replace("\n", "\r\n")) == read_cues(SRT)
    assert read_cues("no subtitles\n\nat all") == []


def test_subtitles_are_burnt_in(clip: Video, tmp_path: Path, ctx: Context) -> None:
    (tmp_path / "words.srt").write_text(SRT, "utf-8")
    large = resize_video(clip, 480, ctx=ctx)
    made = burn_subtitles(large, Document(tmp_path / "words.srt"), ctx=ctx)
    assert facts_of(made).sound and seconds(made) == pytest.approx(3.75, abs=0.05)

    def white(video: Video, time: float) -> int:
        return int((at(video, time)[300:] > 235).all(axis=2).sum())

    assert white(made, 1.0) > white(large, 1.0) + 80
    assert white(made, 1.7) < white(large, 1.7) + 50
    (tmp_path / "words.txt").write_text("nothing")
    with pytest.raises(ToolError, match="holds no subtitles"):
        burn_subtitles(clip, Document(tmp_path / "words.txt"), ctx=ctx)
